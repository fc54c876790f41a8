//! Everything that can go wrong with the store, by what the caller does about it.
//!
//! Not here: errors of attachment files (`attachment.rs`) and their origin in SQLite (`sqlite/error.rs`).

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a store could not be opened. Nothing was changed, unless a message says otherwise.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another host uses the directory.
    #[error("data directory `{dir}` is in use by {holder}; stop it or choose another directory", holder = process(*.pid))]
    Locked {
        /// The directory.
        dir: PathBuf,
        /// The other host's process, when it left its number.
        pid: Option<u32>,
    },
    /// The path exists and is no directory.
    #[error("data directory `{dir}` is not a directory; choose another path")]
    NotADirectory {
        /// The path.
        dir: PathBuf,
    },
    /// The directory or a file in it cannot be written.
    #[error("`{path}` cannot be written: {message}; give the host's user the right to write there")]
    ReadOnly {
        /// What cannot be written.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
    /// The file is no database, or one of another program.
    #[error("`{path}` is not a Countersign database ({found}); move it away or choose another directory")]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// A later version of the host has written it.
    #[error(
        "`{path}` has schema {found}, this host knows up to {known}; start the newer host or restore a backup"
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// No space left.
    #[error("no space left for `{path}`; free some and start again")]
    DiskFull {
        /// What could not be written.
        path: PathBuf,
    },
    /// The database is damaged.
    #[error("`{path}` is damaged: {details}; restore a backup")]
    Corrupted {
        /// The file.
        path: PathBuf,
        /// What was found.
        details: String,
    },
    /// Another program holds the database.
    #[error("`{path}` is held by another program; end it (a backup, a database browser) and start again")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Anything else the system reported.
    #[error("`{path}`: {message}")]
    Failed {
        /// What it was about.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
}

/// Why a commit was not made. Every variant means that nothing of it was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CommitError {
    /// It contradicts what is stored. Other commits are not touched.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// It names something that is not stored. Other commits are not touched.
    #[error("{what} `{id}` is not stored")]
    Missing {
        /// `instance` or `call`.
        what: &'static str,
        /// What was named.
        id: String,
    },
    /// The database refused it. Other commits are not touched.
    #[error("the database refused the change: {message}")]
    Refused {
        /// The database's words.
        message: String,
    },
    /// Another program holds the database; try again.
    #[error("the database is held by another program; try again when it has ended")]
    Busy,
    /// Another host has taken over. The store reads only from now on.
    #[error("another host has taken over the data directory (epoch {found}, ours is {ours}); stop this host")]
    Fenced {
        /// Our epoch.
        ours: i64,
        /// The other's.
        found: i64,
    },
    /// Writing to disk failed; whether this commit survives is known after the next start. The store reads only from now on.
    #[error("writing to disk failed: {message}; the store reads only until the host is started again")]
    Failed {
        /// The database's words.
        message: String,
    },
    /// An earlier failure made the store read-only. Nothing was tried.
    #[error("the store reads only: {reason}; mend the cause and start the host again")]
    ReadOnly {
        /// What happened earlier.
        reason: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// What a commit contradicts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Conflict {
    /// Somebody else changed the instance meanwhile: load it again.
    #[error("instance `{instance_id}` is at version {found}, expected {expected}; load it again")]
    Version {
        /// The instance.
        instance_id: String,
        /// What the change was based on.
        expected: u64,
        /// What is stored.
        found: u64,
    },
    /// There is one of this id or number.
    #[error("instance `{instance_id}` (number {number}) exists already")]
    InstanceExists {
        /// The id.
        instance_id: String,
        /// The number.
        number: i64,
    },
    /// Another instance has this value in a field marked unique.
    #[error(
        "field `{field}` of workflow `{workflow}` must be unique and `{value}` belongs to instance `{holder}`"
    )]
    Unique {
        /// The workflow.
        workflow: String,
        /// The field.
        field: String,
        /// The value.
        value: String,
        /// The instance that has it.
        holder: String,
    },
    /// The provider's document belongs to another instance.
    #[error("document `{document_id}` of connection `{connection}` belongs to instance `{holder}`")]
    Document {
        /// The connection.
        connection: String,
        /// The provider's id.
        document_id: String,
        /// The instance that has it.
        holder: String,
    },
    /// There is a call of this id.
    #[error("call `{call_id}` exists already")]
    CallExists {
        /// The call.
        call_id: String,
    },
    /// The call has ended and stays as it is.
    #[error("call `{call_id}` has ended already")]
    CallEnded {
        /// The call.
        call_id: String,
    },
    /// The exchange is closed and stays as it is.
    #[error("exchange {number} of call `{call_id}` is closed already and differs")]
    ExchangeClosed {
        /// The call.
        call_id: String,
        /// Its number in the call.
        number: u32,
    },
    /// The idempotency key was used: answer with what is stored under it.
    #[error("idempotency key `{key}` was used already")]
    Idempotency {
        /// The key.
        key: String,
    },
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Several instances begin with these letters.
    #[error("several instances begin with `{prefix}`; give more of the id, or the number")]
    Ambiguous {
        /// What was given.
        prefix: String,
    },
    /// A stored value cannot be understood.
    #[error("{what} `{id}` is stored in a form this host does not understand: {message}")]
    Damaged {
        /// `instance`, `history entry`.
        what: &'static str,
        /// Which one.
        id: String,
        /// What is wrong.
        message: String,
    },
    /// The database could not answer.
    #[error("the database could not be read: {message}")]
    Failed {
        /// The database's words.
        message: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// A value that cannot be written as JSON.
#[derive(Debug, Error)]
#[error("{what} cannot be written as JSON: {source}")]
pub struct EncodeError {
    /// What it was.
    pub what: &'static str,
    /// Why.
    #[source]
    pub source: serde_json::Error,
}

impl OpenError {
    /// Reads an error of the file system.
    pub(crate) fn of_io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let path = path.to_path_buf();
        let message = error.to_string();
        match error.kind() {
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::ReadOnly { path, message },
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull { path },
            Kind::NotADirectory => Self::NotADirectory { dir: path },
            _ => Self::Failed { path, message },
        }
    }
}

fn process(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another host".to_owned(), |pid| format!("the host with process id {pid}"))
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::path::Path;

    use super::OpenError;

    #[test]
    fn errors_of_the_file_system_become_sentences() {
        let cases = [
            (
                ErrorKind::PermissionDenied,
                "`/data/lock` cannot be written: permission denied; give the host's user the right to write there",
            ),
            (
                ErrorKind::ReadOnlyFilesystem,
                "`/data/lock` cannot be written: read-only filesystem or storage medium; give the host's user the right to write there",
            ),
            (ErrorKind::StorageFull, "no space left for `/data/lock`; free some and start again"),
            (ErrorKind::NotADirectory, "data directory `/data/lock` is not a directory; choose another path"),
            (ErrorKind::TimedOut, "`/data/lock`: timed out"),
        ];
        for (kind, expect) in cases {
            assert_eq!(OpenError::of_io(Path::new("/data/lock"), &Error::from(kind)).to_string(), expect);
        }
    }
}
