//! The data directory: making it, holding it against other hosts, and the space left on it.
//!
//! Not here: the files in it (`sqlite/open.rs`, `attachment.rs`).

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::OpenError;

/// The lock on a data directory, held until dropped. The system frees it when the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    /// The file was empty or not there: nobody ever held it.
    pub(crate) is_new: bool,
}

/// Makes the directory, for its owner only, unless it is there.
pub(crate) fn prepare(dir: &Path) -> Result<(), OpenError> {
    match DirBuilder::new().recursive(true).mode(0o700).create(dir) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(OpenError::NotADirectory { dir: dir.to_path_buf() })
        }
        Err(error) => Err(OpenError::of_io(dir, &error)),
    }
}

/// Makes an empty file for its owner only, unless it is there.
pub(crate) fn touch(path: &Path) -> Result<(), OpenError> {
    open(path).map(|_| ()).map_err(|error| OpenError::of_io(path, &error))
}

/// Opens a file to be read and written, for its owner only; makes an empty one unless it is there.
pub(crate) fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Bytes that the host may still write below the directory.
pub(crate) fn free_bytes(dir: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(dir).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

impl Lock {
    /// Takes the lock, or names the process that has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, OpenError> {
        let path: PathBuf = dir.join("lock");
        let broken = |error: &std::io::Error| OpenError::of_io(&path, error);
        let mut file = open(&path).map_err(|error| broken(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Locked { dir: dir.to_path_buf(), pid: read_pid(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(broken(&error)),
        }
        let is_new = file.metadata().map_err(|error| broken(&error))?.len() == 0;
        write_pid(&mut file).map_err(|error| broken(&error))?;
        Ok(Self { _file: file, is_new })
    }
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}
