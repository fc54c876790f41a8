//! Reading every file and comparing it with its name.
//!
//! Not here: mending; a damaged file is restored from a backup or put once more.

use std::fs::{DirEntry, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{AttachmentError, INCOMING, PIECE_BYTES, disk, path_of};

/// What a reading of all files found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Sound files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The others.
    pub damaged: Vec<Damage>,
}

/// A file that is not what its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads every file.
pub(super) fn verify_all(dir: &Path) -> Result<Verification, AttachmentError> {
    let mut found = Verification::default();
    for folder in entries(dir)? {
        if folder.path().is_dir() {
            entries(&folder.path())?.iter().for_each(|file| found.add(dir, &file.path()));
        } else if !folder.file_name().as_encoded_bytes().starts_with(INCOMING.as_bytes()) {
            found.add(dir, &folder.path());
        }
    }
    Ok(found)
}

/// In the order of their names, so that two readings compare.
pub(crate) fn entries(dir: &Path) -> Result<Vec<DirEntry>, AttachmentError> {
    let mut entries =
        dir.read_dir().and_then(Iterator::collect::<std::io::Result<Vec<_>>>).map_err(disk(dir))?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

impl Verification {
    fn add(&mut self, dir: &Path, path: &Path) {
        match check(dir, path) {
            Ok(size) => {
                self.files += 1;
                self.bytes += size;
            }
            Err(reason) => self.damaged.push(Damage { path: path.to_path_buf(), reason }),
        }
    }
}

/// The file's size, or what is wrong with it.
fn check(dir: &Path, path: &Path) -> Result<u64, String> {
    let (size, sha256) = digest(path).map_err(|error| error.to_string())?;
    if path_of(dir, &sha256).as_deref() == Some(path) {
        return Ok(size);
    }
    Err(format!("its bytes have sha256 `{sha256}`"))
}

pub(crate) fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut size = 0;
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    loop {
        piece.clear();
        let read = (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
        if read == 0 {
            return Ok((size, hex::encode(digest.finalize())));
        }
        digest.update(&piece);
        size += read as u64;
    }
}
