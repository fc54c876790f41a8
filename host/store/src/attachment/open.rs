//! Reading a file in pieces, its content checked on the way.
//!
//! Not here: reading all of them (`verify.rs`).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::{AttachmentError, ByteStream, PIECE_BYTES, blocking, disk, path_of};

/// A file being read.
struct Reading {
    file: File,
    path: PathBuf,
    sha256: String,
    /// None when the reading does not begin at the start: then nothing can be said of the whole.
    digest: Option<Sha256>,
    /// The piece read ahead: the last one is handed over only when the whole is known to be sound.
    ahead: Option<Bytes>,
}

/// Opens a file's bytes from an offset.
pub(super) async fn open(dir: Arc<Path>, sha256: String, offset: u64) -> Result<ByteStream, AttachmentError> {
    let reading = blocking(move || Reading::begin(&dir, sha256, offset)).await?;
    let pieces = stream::try_unfold(reading, |reading| async move {
        blocking(move || reading.next()).await.map_err(io::Error::from)
    });
    Ok(pieces.boxed())
}

impl Reading {
    fn begin(dir: &Path, sha256: String, offset: u64) -> Result<Self, AttachmentError> {
        let Some(path) = path_of(dir, &sha256) else { return Err(AttachmentError::NotFound { sha256 }) };
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(AttachmentError::NotFound { sha256 });
            }
            Err(error) => return Err(disk(&path)(error)),
        };
        file.seek(SeekFrom::Start(offset)).map_err(disk(&path))?;
        let digest = (offset == 0).then(Sha256::new);
        let mut reading = Self { file, path, sha256, digest, ahead: None };
        reading.ahead = reading.read()?;
        Ok(reading)
    }

    /// Hands over the piece read ahead, once it is known whether it is the last.
    fn next(mut self) -> Result<Option<(Bytes, Self)>, AttachmentError> {
        let after = self.read()?;
        if after.is_none() {
            self.check()?;
        }
        let piece = std::mem::replace(&mut self.ahead, after);
        Ok(piece.map(|piece| (piece, self)))
    }

    fn read(&mut self) -> Result<Option<Bytes>, AttachmentError> {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        (&mut self.file).take(PIECE_BYTES as u64).read_to_end(&mut piece).map_err(disk(&self.path))?;
        if let Some(digest) = &mut self.digest {
            digest.update(&piece);
        }
        Ok((!piece.is_empty()).then(|| Bytes::from(piece)))
    }

    fn check(&mut self) -> Result<(), AttachmentError> {
        let Some(digest) = self.digest.take() else { return Ok(()) };
        let found = hex::encode(digest.finalize());
        if found == self.sha256 {
            return Ok(());
        }
        Err(AttachmentError::Damaged { sha256: self.sha256.clone(), found })
    }
}
