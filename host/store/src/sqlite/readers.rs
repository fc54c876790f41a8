//! The pool of reading connections.
//!
//! Not here: the queries (`read.rs`).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::open;
use crate::error::ReadError;
use crate::options::Options;

/// Connections that read, opened when first needed.
#[derive(Debug)]
pub(super) struct Readers {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
    connections_max: u32,
}

#[derive(Debug)]
struct Pool {
    path: PathBuf,
    busy_timeout_ms: u64,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: &Options) -> Self {
        let connections_max = u32::try_from(options.readers.clamp(1, 64)).unwrap_or(1);
        let pool = Pool { path, busy_timeout_ms: options.busy_timeout_ms, idle: Mutex::default() };
        Self {
            pool: Arc::new(pool),
            permits: Arc::new(Semaphore::new(connections_max as usize)),
            connections_max,
        }
    }

    /// Runs a query off the async threads.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, ReadError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| ReadError::Closed)?;
        let pool = Arc::clone(&self.pool);
        let work = move || {
            let connection = pool.take()?;
            let answer = query(&connection);
            pool.put(connection);
            drop(permit);
            answer
        };
        let joined = tokio::task::spawn_blocking(work).await;
        joined.map_err(|error| ReadError::Failed { message: error.to_string() })?
    }

    /// Waits for queries under way and closes the connections.
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(self.connections_max).await;
        self.permits.close();
        self.clear();
        drop(all);
    }

    /// Closes the connections that rest.
    pub(super) fn clear(&self) {
        self.pool.idle().clear();
    }
}

impl Pool {
    fn take(&self) -> Result<Connection, ReadError> {
        let idle = self.idle().pop();
        match idle {
            Some(connection) => Ok(connection),
            None => Ok(open::open_reader(&self.path, self.busy_timeout_ms)?),
        }
    }

    fn put(&self, connection: Connection) {
        self.idle().push(connection);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
