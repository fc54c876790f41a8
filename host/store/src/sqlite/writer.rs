//! The writer thread: takes jobs until the queue is closed and empty, then folds the log into the database.
//!
//! Not here: one batch (`batch.rs`).

use std::sync::Arc;

use rusqlite::Connection;

use super::shared::Shared;
use crate::acknowledged::Acknowledged;
use crate::directory::Lock;

/// The only connection that writes, and the lock on the directory.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) shared: Arc<Shared>,
    pub(super) acknowledged: Acknowledged,
    /// Declared after the connection: freed when it is closed.
    _lock: Lock,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        acknowledged: Acknowledged,
        lock: Lock,
        shared: Arc<Shared>,
    ) -> Self {
        Self { connection, shared, acknowledged, _lock: lock }
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self) {
        while let Some(job) = self.shared.queue.wait() {
            self.commit_batch(job);
        }
        self.fold();
    }

    /// Empties the log, so that a closed store is one file. Without success nothing is lost: the log stays.
    fn fold(&self) {
        let busy =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        match busy {
            Ok(false) => {}
            Ok(true) => tracing::warn!("the log stays beside the database: another program reads it"),
            Err(error) => tracing::warn!(%error, "the log stays beside the database"),
        }
    }
}

impl Drop for Writer {
    /// After a panic nobody would answer: jobs still queued are dropped, which their callers see.
    fn drop(&mut self) {
        self.shared.queue.close();
        while self.shared.queue.try_take().is_some() {}
    }
}
