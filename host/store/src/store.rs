//! The handle on everything durable. Cheap to clone; all clones are the same store.
//!
//! No type of the database shows here: a second database becomes a second backend behind the same methods.
//! Not here: reading (`store/read.rs`), and the database itself (`sqlite.rs`).

mod read;

use std::path::Path;
use std::sync::Arc;

use crate::attachment::Attachments;
use crate::backup::{self, BackupError, Manifest, Progress};
use crate::change::{Commit, Committed};
use crate::error::{CommitError, OpenError, ReadError};
use crate::health::Health;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::sqlite::Sqlite;

/// An open data directory.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Arc<Sqlite>,
    attachments: Attachments,
}

impl Store {
    /// Opens a data directory, or makes a new one, and holds it until closed or dropped.
    ///
    /// Blocks while a database is brought up to this host's schema and, if asked for, checked.
    pub fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        let backend = Sqlite::open(dir, options)?;
        let attachments = Attachments::open_directory(dir)?;
        Ok(Self { backend: Arc::new(backend), attachments })
    }

    /// Writes a commit whole or not at all. `Ok` means that it is on disk.
    ///
    /// Dropping the returned future gives up the answer, not the commit.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        self.backend.commit(commit).await
    }

    /// Takes the next instance number. A number that is not used leaves a gap.
    pub async fn next_instance_number(&self) -> Result<i64, ReadError> {
        Ok(self.backend.next_instance_number())
    }

    /// The files of attachments.
    #[must_use]
    pub fn attachments(&self) -> &Attachments {
        &self.attachments
    }

    /// Whether the store can write, and why not.
    #[must_use]
    pub fn health(&self) -> Health {
        self.backend.health()
    }

    /// Whether new work may come in. Reading, and closing work under way, go on when it may not.
    #[must_use]
    pub fn intake_allowed(&self) -> bool {
        self.health().intake_allowed
    }

    /// Figures about the store's work since it was opened.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.backend.metrics()
    }

    /// Reads every page of the database; the answer lists what is damaged, and is empty when nothing is.
    pub async fn check(&self) -> Result<Vec<String>, ReadError> {
        self.backend.check().await
    }

    /// Copies everything durable into a new or empty directory while the store works on.
    ///
    /// The copy holds what was committed when it began. It is complete once its manifest is there, which is written
    /// last; `told` hears how far it has come, from another thread.
    pub async fn back_up(
        &self,
        to: &Path,
        at_ms: i64,
        told: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Manifest, BackupError> {
        let taking = backup::Taking::new(self.backend.dir(), self.attachments.clone(), to, at_ms);
        self.backend.read(move |database| Ok(taking.run(database, told))).await?
    }

    /// Finishes what is queued, folds the log into the database and frees the directory. Twice is harmless.
    pub async fn close(&self) {
        self.backend.close().await;
    }
}
