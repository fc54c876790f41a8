//! The queue before the writer: two lanes, bounded.
//!
//! Not here: grouping into batches (`batch.rs`).

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

use crate::change::{Commit, Committed, Lane};
use crate::error::CommitError;

/// A commit and who waits for it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) commit: Commit,
    pub(super) answer: Answer,
}

/// Where the answer goes.
pub(super) type Answer = oneshot::Sender<Result<Committed, CommitError>>;

/// Jobs on their way to the writer.
#[derive(Debug)]
pub(super) struct Queue {
    lanes: Mutex<Lanes<Job>>,
    ready: Condvar,
    room: Semaphore,
}

/// Two lanes. Commands go first, yet every 16th place is for the background, so that timers never starve.
#[derive(Debug)]
struct Lanes<T> {
    command: VecDeque<T>,
    background: VecDeque<T>,
    commands_in_a_row: u32,
    closed: bool,
}

const COMMANDS_IN_A_ROW_MAX: u32 = 15;

impl Queue {
    pub(super) fn new(jobs_max: usize) -> Self {
        let lanes = Mutex::new(Lanes::default());
        Self { lanes, ready: Condvar::new(), room: Semaphore::new(jobs_max.clamp(1, Semaphore::MAX_PERMITS)) }
    }

    /// Waits for room.
    pub(super) async fn room(&self) -> Result<SemaphorePermit<'_>, CommitError> {
        self.room.acquire().await.map_err(|_| CommitError::Closed)
    }

    /// Adds a job.
    pub(super) fn push(&self, job: Job) -> Result<(), CommitError> {
        let mut lanes = self.lanes();
        if lanes.closed {
            return Err(CommitError::Closed);
        }
        lanes.push(job.commit.lane, job);
        drop(lanes);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for a job; none when the queue is closed and empty.
    pub(super) fn wait(&self) -> Option<Job> {
        let mut lanes = self.lanes();
        loop {
            if let Some(job) = lanes.take() {
                return Some(job);
            }
            if lanes.closed {
                return None;
            }
            lanes = self.ready.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes a job that waits already.
    pub(super) fn try_take(&self) -> Option<Job> {
        self.lanes().take()
    }

    /// Lets no more jobs in; those inside are still taken.
    pub(super) fn close(&self) {
        self.lanes().closed = true;
        self.room.close();
        self.ready.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lanes().closed
    }

    /// Jobs waiting in each lane: command, background.
    pub(super) fn depths(&self) -> (usize, usize) {
        let lanes = self.lanes();
        (lanes.command.len(), lanes.background.len())
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes<Job>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self { command: VecDeque::new(), background: VecDeque::new(), commands_in_a_row: 0, closed: false }
    }
}

impl<T> Lanes<T> {
    fn push(&mut self, lane: Lane, job: T) {
        match lane {
            Lane::Command => self.command.push_back(job),
            Lane::Background => self.background.push_back(job),
        }
    }

    fn take(&mut self) -> Option<T> {
        let yields = self.commands_in_a_row >= COMMANDS_IN_A_ROW_MAX && !self.background.is_empty();
        let command = if yields { None } else { self.command.pop_front() };
        if command.is_some() {
            self.commands_in_a_row = self.commands_in_a_row.saturating_add(1);
            return command;
        }
        self.commands_in_a_row = 0;
        self.background.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::Lanes;
    use crate::change::Lane;

    /// Pushes a lane per letter and reads the order in which they come out.
    fn check(pushed: &str, expect: &str) {
        let mut lanes = Lanes::default();
        for letter in pushed.chars() {
            lanes.push(if letter == 'c' { Lane::Command } else { Lane::Background }, letter);
        }
        let taken: String = std::iter::from_fn(|| lanes.take()).collect();
        assert_eq!(taken, expect, "pushed {pushed}");
    }

    #[test]
    fn commands_go_first_and_the_background_does_not_starve() {
        check("", "");
        check("bbcc", "ccbb");
        check("bcbcb", "ccbbb");
        check(&format!("bb{}", "c".repeat(32)), &format!("{0}b{0}bcc", "c".repeat(15)));
    }
}
