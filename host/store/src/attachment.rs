//! Files of attachments, kept by their content: `attachments/ab/cdef…` is the SHA-256 of the bytes.
//!
//! Writing is durable when it returns; a file is referenced only afterwards, so a crash leaves garbage, never a gap.
//! Not here: which instance refers to which file (`row/attachment.rs`).

mod open;
mod put;
mod verify;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use thiserror::Error;

use crate::directory;
use crate::error::OpenError;

pub use verify::{Damage, Verification};
pub(crate) use verify::{digest, entries};

/// A stream of bytes, in pieces.
pub type ByteStream = BoxStream<'static, io::Result<Bytes>>;

/// The files of attachments. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Attachments {
    dir: Arc<Path>,
}

/// What identifies a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Length in bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// Why a file could not be stored or read.
#[derive(Debug, Error)]
pub enum AttachmentError {
    /// No file of this content.
    #[error("no file with sha256 `{sha256}` is stored")]
    NotFound {
        /// What was asked for.
        sha256: String,
    },
    /// The file's bytes are not those that were stored.
    #[error(
        "the file with sha256 `{sha256}` is damaged on disk (its bytes have `{found}`); restore it from a backup"
    )]
    Damaged {
        /// What was asked for.
        sha256: String,
        /// What the bytes have.
        found: String,
    },
    /// More bytes than allowed. Nothing was kept.
    #[error("the file is larger than {size_max} bytes")]
    TooLarge {
        /// The limit.
        size_max: u64,
    },
    /// The stream that was to be stored broke off. Nothing was kept.
    #[error("the incoming file broke off: {0}")]
    Incoming(#[source] io::Error),
    /// Reading or writing the disk failed. Nothing was kept.
    #[error("`{path}`: {source}")]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

/// Pieces in which files are read and written.
const PIECE_BYTES: usize = 64 * 1024;
/// Files on their way in; what a crash leaves of them is removed at the next open.
pub(crate) const INCOMING: &str = "incoming-";

impl Attachments {
    /// Stores bytes durably. Content that is there already is not written again.
    ///
    /// Beside the stream's own piece, 64 KiB and one more such piece are in memory at most.
    pub async fn put(&self, bytes: ByteStream, size_max: u64) -> Result<StoredFile, AttachmentError> {
        put::put(Arc::clone(&self.dir), bytes, size_max).await
    }

    /// Opens a file's bytes from an offset, in pieces of 64 KiB.
    ///
    /// Read from its start to its end, a damaged file gives an error in place of its last piece; the error's source
    /// is [`AttachmentError::Damaged`].
    pub async fn open(&self, sha256: &str, offset: u64) -> Result<ByteStream, AttachmentError> {
        open::open(Arc::clone(&self.dir), sha256.to_owned(), offset).await
    }

    /// Reads every file and compares it with its name.
    pub async fn verify_all(&self) -> Result<Verification, AttachmentError> {
        let dir = Arc::clone(&self.dir);
        blocking(move || verify::verify_all(&dir)).await
    }

    /// The directory they are in.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes the directory below the data directory and removes what a crash left half written.
    pub(crate) fn open_directory(data: &Path) -> Result<Self, OpenError> {
        let dir = data.join("attachments");
        directory::prepare(&dir)?;
        remove_incoming(&dir).map_err(|error| OpenError::of_io(&dir, &error))?;
        Ok(Self { dir: dir.into() })
    }
}

impl From<AttachmentError> for io::Error {
    fn from(error: AttachmentError) -> Self {
        let kind = match &error {
            AttachmentError::NotFound { .. } => io::ErrorKind::NotFound,
            AttachmentError::Damaged { .. } => io::ErrorKind::InvalidData,
            AttachmentError::TooLarge { .. } => io::ErrorKind::FileTooLarge,
            AttachmentError::Incoming(source) | AttachmentError::Disk { source, .. } => source.kind(),
        };
        io::Error::new(kind, error)
    }
}

/// The path of a file; none when the text is no SHA-256, which keeps `../` out.
pub(crate) fn path_of(dir: &Path, sha256: &str) -> Option<PathBuf> {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let (folder, file) = sha256.split_at_checked(2)?;
    (sha256.len() == 64 && sha256.bytes().all(hex)).then(|| dir.join(folder).join(file))
}

/// Makes a renamed or created entry of a directory durable.
fn sync_directory(path: &Path) -> Result<(), AttachmentError> {
    File::open(path).and_then(|dir| dir.sync_all()).map_err(disk(path))
}

fn remove_incoming(dir: &Path) -> io::Result<()> {
    for entry in dir.read_dir()? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(INCOMING.as_bytes()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> AttachmentError {
    let path = path.to_path_buf();
    move |source| AttachmentError::Disk { path, source }
}

/// Runs work that blocks off the async threads.
async fn blocking<T, F>(work: F) -> Result<T, AttachmentError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, AttachmentError> + Send + 'static,
{
    let joined = tokio::task::spawn_blocking(work).await;
    joined.map_err(|error| AttachmentError::Incoming(io::Error::other(error)))?
}
