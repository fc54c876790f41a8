//! What the handle and the writer share: the queue, the figures, and whether writing is possible.
//!
//! Not here: the work itself (`writer.rs`).

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::queue::Queue;
use crate::directory;
use crate::error::CommitError;
use crate::health::Health;
use crate::metrics::{Meters, Metrics};
use crate::options::Options;

/// State shared between the handle and the writer.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) meters: Meters,
    pub(super) options: Options,
    /// The host epoch that was ours when the database was opened.
    pub(super) epoch: i64,
    dir: PathBuf,
    /// What every commit is answered once writing has stopped.
    stopped: Mutex<Option<CommitError>>,
}

impl Shared {
    pub(super) fn new(dir: &Path, options: Options, epoch: i64) -> Self {
        Self {
            queue: Queue::new(options.queue_max),
            meters: Meters::default(),
            options,
            epoch,
            dir: dir.to_path_buf(),
            stopped: Mutex::new(None),
        }
    }

    /// Fails once writing has stopped.
    pub(super) fn writable(&self) -> Result<(), CommitError> {
        self.stopped().map_or(Ok(()), Err)
    }

    /// Stops writing for good. The first reason stays.
    pub(super) fn stop(&self, error: CommitError) {
        tracing::error!(%error, "the store reads only from now on");
        let later = match error {
            CommitError::Failed { message } => CommitError::ReadOnly { reason: message },
            other => other,
        };
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(later);
    }

    /// The data directory.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn health(&self) -> Health {
        let closed = self.queue.is_closed().then_some(CommitError::Closed);
        let reason = self.stopped().or(closed).map(|error| error.to_string());
        let disk_free_bytes = directory::free_bytes(&self.dir);
        let enough = disk_free_bytes.is_none_or(|free| free >= self.options.disk_free_min_bytes);
        Health {
            writable: reason.is_none(),
            intake_allowed: reason.is_none() && enough,
            reason,
            disk_free_bytes,
        }
    }

    pub(super) fn metrics(&self) -> Metrics {
        let (queued_command, queued_background) = self.queue.depths();
        Metrics { queued_command, queued_background, ..self.meters.read() }
    }

    fn stopped(&self) -> Option<CommitError> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
