//! Backups: a data directory copied while its host works, and checked without any.
//!
//! A backup is a data directory by itself: a host is started on it, or on a copy of it, and finds the mark that makes
//! it careful (`row/restore.rs`). Not here: copying the database (`sqlite/backup.rs`), and what a host does about the mark.

mod check;
mod take;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::ReadError;

pub use check::{Checked, check};
pub(crate) use take::Taking;

/// The file whose presence makes a backup complete.
pub const MANIFEST: &str = "backup.json";
const DATABASE: &str = "countersign.db";
const ATTACHMENTS: &str = "attachments";

/// What a backup consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// Of this file: 1.
    pub format: u32,
    /// When it was taken, milliseconds since 1970.
    pub taken_at_ms: i64,
    /// The host's epoch then.
    pub epoch: i64,
    /// The files, the database first.
    pub files: Vec<BackedUp>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BackedUp {
    /// Below the backup's directory.
    pub path: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// How far a backup has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Progress {
    /// What is copied now.
    pub part: Part,
    /// Pages, or files, done.
    pub done: u64,
    /// All of them.
    pub all: u64,
}

/// The parts of a backup, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The database, in pages.
    Database,
    /// The files of attachments.
    Attachments,
}

/// Why there is no backup, or none that could be checked.
#[derive(Debug, Error)]
pub enum BackupError {
    /// There is something already.
    #[error("`{dir}` is not empty; give a new directory, so that no older backup is mixed with this one")]
    NotEmpty {
        /// The directory.
        dir: PathBuf,
    },
    /// A backup inside what is backed up.
    #[error("`{dir}` lies in the data directory; give a directory outside, best on another disk")]
    Inside {
        /// The directory.
        dir: PathBuf,
    },
    /// No manifest.
    #[error("`{dir}` is no complete backup: `backup.json` {words}; take the backup again")]
    Incomplete {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with the manifest.
        words: String,
    },
    /// The host's own files are not as they should be: what was copied so far is no backup.
    #[error("the data directory is damaged: {problems}; what stands in the backup's directory is incomplete")]
    Damaged {
        /// All of them.
        problems: String,
    },
    /// The database could not be copied or read.
    #[error(
        "the database could not be copied: {message}; what stands in the backup's directory is incomplete"
    )]
    Database {
        /// The database's words.
        message: String,
    },
    /// The disk.
    #[error("`{path}`: {source}")]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The store could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database { message: error.to_string() }
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_path_buf();
    move |source| BackupError::Disk { path, source }
}
