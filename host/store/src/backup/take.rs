//! Taking a backup: the database first, then the files, then a look whether each file it refers to is there.
//!
//! Files are durable before the database refers to them and are never changed, so that files listed after the
//! database was copied hold all it needs. Not here: what is copied of the database (`sqlite/backup.rs`).

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{ATTACHMENTS, BackedUp, BackupError, DATABASE, MANIFEST, Manifest, Part, Progress, disk};
use crate::attachment::{self, Attachments, INCOMING};
use crate::directory;
use crate::sqlite::backup;

/// A backup about to be taken.
pub(crate) struct Taking {
    data: PathBuf,
    attachments: Attachments,
    to: PathBuf,
    at_ms: i64,
}

impl Taking {
    pub(crate) fn new(data: &Path, attachments: Attachments, to: &Path, at_ms: i64) -> Self {
        Self { data: data.to_path_buf(), attachments, to: to.to_path_buf(), at_ms }
    }

    /// Takes it. Blocks.
    pub(crate) fn run(
        &self,
        database: &Connection,
        mut told: impl FnMut(Progress),
    ) -> Result<Manifest, BackupError> {
        self.make_directory()?;
        let copy = self.to.join(DATABASE);
        directory::touch(&copy).map_err(|error| BackupError::Database { message: error.to_string() })?;
        let epoch = backup::copy(database, &copy, self.at_ms, |done, all| {
            told(Progress { part: Part::Database, done, all });
        })?;
        File::open(&copy).and_then(|file| file.sync_all()).map_err(disk(&copy))?;
        let mut files = vec![described(&self.to, &copy)?];
        files.extend(self.copy_files(&mut told)?);
        self.check(&copy, &files)?;
        let manifest = Manifest { format: 1, taken_at_ms: self.at_ms, epoch, files };
        self.write(&manifest)?;
        Ok(manifest)
    }

    fn make_directory(&self) -> Result<(), BackupError> {
        let to = &self.to;
        DirBuilder::new().recursive(true).mode(0o700).create(to).map_err(disk(to))?;
        let real = |path: &Path| path.canonicalize().map_err(disk(path));
        if real(to)?.starts_with(real(&self.data)?) {
            return Err(BackupError::Inside { dir: to.clone() });
        }
        if to.read_dir().map_err(disk(to))?.next().is_some() {
            return Err(BackupError::NotEmpty { dir: to.clone() });
        }
        Ok(())
    }

    /// All files, also those that only the journal of an open call knows yet.
    fn copy_files(&self, told: &mut impl FnMut(Progress)) -> Result<Vec<BackedUp>, BackupError> {
        let from = self.attachments.dir();
        let into = self.to.join(ATTACHMENTS);
        DirBuilder::new().mode(0o700).create(&into).map_err(disk(&into))?;
        let found = files_of(from)?;
        let all = found.len() as u64;
        let mut copied = Vec::with_capacity(found.len());
        for (done, file) in (1..).zip(&found) {
            let to = into.join(file.strip_prefix(from).unwrap_or(file));
            copy_file(file, &to).map_err(disk(&to))?;
            copied.push(described(&self.to, &to)?);
            told(Progress { part: Part::Attachments, done, all });
        }
        sync_folders(&into)?;
        Ok(copied)
    }

    /// Whether the copied database is sound and each file it refers to was copied whole.
    fn check(&self, copy: &Path, files: &[BackedUp]) -> Result<(), BackupError> {
        let problems = super::check::problems(&self.to, backup::look(copy)?, files);
        if problems.is_empty() {
            return Ok(());
        }
        Err(BackupError::Damaged { problems: problems.join("; ") })
    }

    /// The manifest comes last: a backup without it is incomplete.
    fn write(&self, manifest: &Manifest) -> Result<(), BackupError> {
        let path = self.to.join(MANIFEST);
        let text = serde_json::to_string_pretty(manifest).map_err(io::Error::other).map_err(disk(&path))?;
        let mut file = tempfile::NamedTempFile::new_in(&self.to).map_err(disk(&path))?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(disk(&path))?;
        file.persist(&path).map_err(|error| disk(&path)(error.error))?;
        sync(&self.to)
    }
}

/// What a file of the backup is.
pub(super) fn described(root: &Path, path: &Path) -> Result<BackedUp, BackupError> {
    let (size, sha256) = attachment::digest(path).map_err(disk(path))?;
    let below = path.strip_prefix(root).unwrap_or(path);
    Ok(BackedUp { path: below.to_string_lossy().into_owned(), size, sha256 })
}

/// The stored files, in the order of their names, without those still on their way in.
fn files_of(dir: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let entries = |dir: &Path| attachment::entries(dir).map_err(io::Error::from).map_err(disk(dir));
    let mut files = Vec::new();
    for entry in entries(dir)? {
        let path = entry.path();
        if path.is_dir() {
            files.extend(entries(&path)?.iter().map(fs::DirEntry::path));
        } else if !entry.file_name().as_encoded_bytes().starts_with(INCOMING.as_bytes()) {
            files.push(path);
        }
    }
    Ok(files)
}

/// A second name for the file where the disk is the same: its bytes never change. Else a synced copy.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

fn sync_folders(dir: &Path) -> Result<(), BackupError> {
    for entry in dir.read_dir().map_err(disk(dir))? {
        let path = entry.map_err(disk(dir))?.path();
        if path.is_dir() {
            sync(&path)?;
        }
    }
    sync(dir)
}

fn sync(dir: &Path) -> Result<(), BackupError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(disk(dir))
}
