//! Storing a file: written beside its place, synced, renamed, the directory synced.
//!
//! A thread is taken only per piece: a slow sender holds none.
//! Not here: reading it back (`open.rs`).

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::{
    AttachmentError, ByteStream, INCOMING, PIECE_BYTES, StoredFile, blocking, disk, path_of, sync_directory,
};

/// A file on its way in. Dropped halfway, it is removed.
struct Incoming {
    dir: Arc<Path>,
    file: NamedTempFile,
    digest: Sha256,
    size: u64,
}

/// Stores a stream.
pub(super) async fn put(
    dir: Arc<Path>,
    mut bytes: ByteStream,
    size_max: u64,
) -> Result<StoredFile, AttachmentError> {
    let mut incoming = blocking(move || Incoming::create(dir)).await?;
    let mut size = 0_u64;
    let mut waiting = Vec::with_capacity(PIECE_BYTES);
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(AttachmentError::Incoming)?;
        size = size.saturating_add(piece.len() as u64);
        if size > size_max {
            return Err(AttachmentError::TooLarge { size_max });
        }
        waiting.extend_from_slice(&piece);
        if waiting.len() >= PIECE_BYTES {
            let full = std::mem::replace(&mut waiting, Vec::with_capacity(PIECE_BYTES));
            incoming = blocking(move || incoming.write(&full)).await?;
        }
    }
    blocking(move || incoming.write(&waiting)?.keep()).await
}

impl Incoming {
    fn create(dir: Arc<Path>) -> Result<Self, AttachmentError> {
        let file = tempfile::Builder::new().prefix(INCOMING).tempfile_in(&dir).map_err(disk(&dir))?;
        Ok(Self { dir, file, digest: Sha256::new(), size: 0 })
    }

    fn write(mut self, bytes: &[u8]) -> Result<Self, AttachmentError> {
        self.file.write_all(bytes).map_err(|error| self.disk(error))?;
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        Ok(self)
    }

    /// Gives the file its name, unless the content is there. A copy of another length is damaged and replaced.
    fn keep(self) -> Result<StoredFile, AttachmentError> {
        let sha256 = hex::encode(self.digest.clone().finalize());
        let stored = StoredFile { size: self.size, sha256 };
        let Some(path) = path_of(&self.dir, &stored.sha256) else {
            return Err(self.disk(io::Error::other("a digest is not 64 letters of hex")));
        };
        let folder = path.parent().unwrap_or(&self.dir);
        if !path.metadata().is_ok_and(|there| there.is_file() && there.len() == stored.size) {
            self.make_folder(folder)?;
            self.file.as_file().sync_all().map_err(|error| self.disk(error))?;
            self.file
                .persist(&path)
                .map_err(|error| AttachmentError::Disk { path: path.clone(), source: error.error })?;
        }
        // Also for a copy that is there: whoever wrote it may not have come this far yet.
        sync_directory(folder)?;
        Ok(stored)
    }

    fn make_folder(&self, folder: &Path) -> Result<(), AttachmentError> {
        match std::fs::create_dir(folder) {
            Ok(()) => sync_directory(&self.dir),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => sync_directory(&self.dir),
            Err(error) => Err(disk(folder)(error)),
        }
    }

    fn disk(&self, source: io::Error) -> AttachmentError {
        AttachmentError::Disk { path: self.file.path().to_path_buf(), source }
    }
}
