//! The store on SQLite: one writer thread, a pool of reading connections.
//!
//! Not here: the public handle (`store.rs`) and files of attachments (`attachment.rs`).

mod apply;
pub(crate) mod backup;
mod batch;
mod column;
mod error;
mod open;
mod queue;
pub(crate) mod read;
mod readers;
mod schema;
mod shared;
mod turn;
mod writer;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::acknowledged::Acknowledged;
use crate::change::{Commit, Committed};
use crate::directory::{self, Lock};
use crate::error::{CommitError, OpenError, ReadError};
use crate::health::Health;
use crate::metrics::Metrics;
use crate::options::Options;
use queue::Job;
use readers::Readers;
use shared::Shared;
use turn::Beside;
use writer::Writer;

/// An open database and the threads around it.
#[derive(Debug)]
pub(crate) struct Sqlite {
    shared: Arc<Shared>,
    readers: Readers,
    writer: Mutex<Option<JoinHandle<()>>>,
    next_number: AtomicI64,
}

impl Sqlite {
    /// Locks the directory, opens the database and starts the writer.
    pub(crate) fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        directory::prepare(dir)?;
        let lock = Lock::take(dir)?;
        let (mut acknowledged, confirmed) = Acknowledged::open(dir)?;
        let path = dir.join("countersign.db");
        let beside = Beside { acknowledged: confirmed, lock_is_new: lock.is_new };
        let opened = open::open(&path, &options, &beside)?;
        acknowledged.write(opened.turn.commits);
        let next_number = AtomicI64::new(opened.next_number);
        let readers = Readers::new(path.clone(), &options);
        let shared = Arc::new(Shared::new(dir, options, opened.turn.epoch));
        let writer = Writer::new(opened.connection, acknowledged, lock, Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("countersign-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| OpenError::of_io(&path, &error))?;
        Ok(Self { shared, readers, writer: Mutex::new(Some(thread)), next_number })
    }

    /// Hands a commit to the writer and waits for its COMMIT.
    pub(crate) async fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        self.shared.writable()?;
        // Held until the answer: this is what bounds the queue.
        let _room = self.shared.queue.room().await?;
        let (answer, answered) = oneshot::channel();
        self.shared.queue.push(Job { commit, answer })?;
        answered.await.unwrap_or(Err(CommitError::Closed))
    }

    /// Runs a query on a reading connection.
    pub(crate) async fn read<T, F>(&self, query: F) -> Result<T, ReadError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    {
        self.readers.read(query).await
    }

    /// The data directory.
    pub(crate) fn dir(&self) -> &Path {
        self.shared.dir()
    }

    /// Takes a number.
    pub(crate) fn next_instance_number(&self) -> i64 {
        self.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether it can write.
    pub(crate) fn health(&self) -> Health {
        self.shared.health()
    }

    /// Its figures.
    pub(crate) fn metrics(&self) -> Metrics {
        self.shared.metrics()
    }

    /// Reads every page.
    pub(crate) async fn check(&self) -> Result<Vec<String>, ReadError> {
        self.readers.read(|connection| Ok(open::damage(connection)?)).await
    }

    /// Drains the queue and ends the threads.
    pub(crate) async fn close(&self) {
        self.shared.queue.close();
        self.readers.close().await;
        let Some(thread) = self.take_writer() else { return };
        let ended = tokio::task::spawn_blocking(move || thread.join()).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::error!("the store's writer ended by a panic");
        }
    }

    fn take_writer(&self) -> Option<JoinHandle<()>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Sqlite {
    /// Waits for the writer, so that the directory is free again afterwards.
    fn drop(&mut self) {
        self.shared.queue.close();
        if let Some(thread) = self.take_writer() {
            let _ = thread.join();
        }
        self.readers.clear();
    }
}
