//! Group commit: many logical transactions, each in its savepoint, share one COMMIT and its sync to disk.
//!
//! Answers are given only after the COMMIT, refusals too: a refusal may rest on a change of the same batch.
//! Not here: the single changes (`apply.rs`).

use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionState};

use super::apply::{self, Refusal};
use super::error::{is_busy, is_fatal};
use super::queue::{Answer, Job};
use super::writer::Writer;
use crate::change::{Change, Committed};
use crate::error::CommitError;
use crate::options::Moment;

/// A job applied and not yet acknowledged.
struct Applied {
    answer: Answer,
    outcome: Result<(), CommitError>,
}

impl Writer {
    /// Applies this job and those that wait, commits, answers.
    pub(super) fn commit_batch(&mut self, first: Job) {
        let started = Instant::now();
        let commits = match self.begin() {
            Ok(commits) => commits,
            Err(error) => {
                // Nobody waits for an answer that a dropped future no longer takes.
                let _ = first.answer.send(Err(error));
                return;
            }
        };
        let mut batch = Vec::new();
        let written = self.fill(first, started, &mut batch).and_then(|()| self.write_out());
        match written {
            Ok(()) => {
                self.acknowledged.write(commits);
                self.acknowledge(batch, started);
            }
            Err(error) => self.abandon(batch, &error),
        }
    }

    /// Begins a transaction, makes sure that no other host has taken over, and numbers the COMMIT.
    fn begin(&self) -> Result<i64, CommitError> {
        self.shared.writable()?;
        let begun = run(&self.connection, "BEGIN IMMEDIATE").and_then(|()| count_up(&self.connection));
        match begun {
            Ok((found, commits)) if found == self.shared.epoch => Ok(commits),
            Ok((found, _)) => Err(self.stop(CommitError::Fenced { ours: self.shared.epoch, found })),
            Err(error) if is_busy(&error) => Err(CommitError::Busy),
            Err(error) => Err(self.stop(CommitError::Failed { message: error.to_string() })),
        }
    }

    /// Applies jobs until none waits, the batch is full, or it has collected long enough.
    fn fill(&self, first: Job, started: Instant, batch: &mut Vec<Applied>) -> rusqlite::Result<()> {
        let options = &self.shared.options;
        let time = Duration::from_millis(options.batch_ms_max);
        let mut next = Some(first);
        while let Some(Job { commit, answer }) = next {
            let (outcome, fatal) = match apply_one(&self.connection, &commit.changes) {
                Ok(outcome) => (outcome, Ok(())),
                Err(error) => (Ok(()), Err(error)),
            };
            // The job is answered with the batch in either case.
            batch.push(Applied { answer, outcome });
            fatal?;
            let full = batch.len() >= options.batch_transactions_max || started.elapsed() >= time;
            next = if full { None } else { self.shared.queue.try_take() };
        }
        Ok(())
    }

    fn write_out(&self) -> rusqlite::Result<()> {
        let tell = |moment| self.shared.options.watch.iter().for_each(|watch| watch(moment));
        tell(Moment::BeforeCommit);
        run(&self.connection, "COMMIT")?;
        tell(Moment::AfterCommit);
        Ok(())
    }

    fn acknowledge(&self, batch: Vec<Applied>, started: Instant) {
        let refused = batch.iter().filter(|applied| applied.outcome.is_err()).count();
        let kept = batch.len() - refused;
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.shared.meters.count(kept as u64, refused as u64, micros);
        for Applied { answer, outcome } in batch {
            let _ = answer.send(outcome.map(|()| Committed { batch_transactions: kept }));
        }
    }

    /// The whole batch failed: nothing of it was acknowledged, and nothing more will be.
    fn abandon(&self, batch: Vec<Applied>, error: &rusqlite::Error) {
        let failed = self.stop(CommitError::Failed { message: error.to_string() });
        for Applied { answer, .. } in batch {
            let _ = answer.send(Err(failed.clone()));
        }
    }

    fn stop(&self, error: CommitError) -> CommitError {
        if !self.connection.is_autocommit() {
            // Some failures have rolled back by themselves; for the others an error here changes nothing.
            let _ = run(&self.connection, "ROLLBACK");
        }
        self.shared.stop(error.clone());
        error
    }
}

/// Applies one logical transaction in its savepoint. An error is fatal for the batch.
fn apply_one(connection: &Connection, changes: &[Change]) -> rusqlite::Result<Result<(), CommitError>> {
    run(connection, "SAVEPOINT one")?;
    let refused = match apply::apply(connection, changes) {
        Ok(()) => None,
        Err(Refusal::Commit(error)) => Some(error),
        Err(Refusal::Database(error)) if is_fatal(&error) || lost(connection) => return Err(error),
        Err(Refusal::Database(error)) => Some(CommitError::Refused { message: error.to_string() }),
    };
    if refused.is_some() {
        run(connection, "ROLLBACK TO one")?;
    }
    run(connection, "RELEASE one")?;
    Ok(refused.map_or(Ok(()), Err))
}

/// Some errors roll back the whole transaction by themselves.
fn lost(connection: &Connection) -> bool {
    connection.is_autocommit()
        || matches!(connection.transaction_state::<&str>(None), Ok(TransactionState::None))
}

/// Whose turn it is, and the number of this COMMIT.
fn count_up(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let sql = "UPDATE host SET commits = commits + 1 RETURNING epoch, commits";
    connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}
