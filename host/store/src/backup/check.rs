//! Checking a backup that no host has open: every file of the manifest, the database, every file it refers to.
//!
//! Not here: taking one (`take.rs`).

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Component, Path};

use super::take::described;
use super::{ATTACHMENTS, BackedUp, BackupError, DATABASE, MANIFEST, Manifest, disk};
use crate::attachment::path_of;
use crate::sqlite::backup::{self, Looked};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// What is wrong; empty when nothing is.
    pub problems: Vec<String>,
}

/// Reads every file of a backup. Blocks; writes nothing. `told` hears of files done and of all files.
pub fn check(dir: &Path, mut told: impl FnMut(u64, u64)) -> Result<Checked, BackupError> {
    let manifest = read(dir)?;
    let mut problems = Vec::new();
    let all = manifest.files.len() as u64;
    for (done, file) in (1..).zip(&manifest.files) {
        problems.extend(difference(dir, file));
        told(done, all);
    }
    let database = dir.join(DATABASE);
    if !manifest.files.iter().any(|file| file.path == DATABASE) {
        problems.push(format!("`{DATABASE}` is not in the manifest"));
    } else if problems.is_empty() {
        match backup::look(&database) {
            Ok(looked) => problems.extend(self::problems(dir, looked, &manifest.files)),
            Err(error) => problems.push(format!("`{DATABASE}`: {error}")),
        }
    }
    Ok(Checked { manifest, problems })
}

/// What is wrong with a database and the files that were copied beside it.
pub(super) fn problems(dir: &Path, looked: Looked, files: &[BackedUp]) -> Vec<String> {
    let mut problems: Vec<String> =
        looked.problems.into_iter().map(|problem| format!("`{DATABASE}`: {problem}")).collect();
    let attachments = dir.join(ATTACHMENTS);
    let in_place = |file: &&BackedUp| path_of(&attachments, &file.sha256) == Some(dir.join(&file.path));
    let sound: BTreeSet<(&str, u64)> =
        files.iter().filter(in_place).map(|file| (file.sha256.as_str(), file.size)).collect();
    let missing = looked.referenced.iter().filter(|file| !sound.contains(&(file.sha256.as_str(), file.size)));
    problems.extend(
        missing.map(|file| format!("the attachment `{}` is missing, damaged or cut off", file.sha256)),
    );
    problems
}

fn read(dir: &Path) -> Result<Manifest, BackupError> {
    let path = dir.join(MANIFEST);
    let incomplete = |words: String| BackupError::Incomplete { dir: dir.to_path_buf(), words };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(incomplete("is missing".to_owned())),
        Err(error) => return Err(disk(&path)(error)),
    };
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| incomplete(format!("cannot be read ({error})")))?;
    match manifest.format {
        1 => Ok(manifest),
        other => Err(incomplete(format!("has format {other}, this host knows 1"))),
    }
}

fn difference(dir: &Path, file: &BackedUp) -> Option<String> {
    let path = Path::new(&file.path);
    if path.components().any(|part| !matches!(part, Component::Normal(_))) {
        return Some(format!("`{}` does not lie in the backup", file.path));
    }
    match described(dir, &dir.join(path)) {
        Ok(found) if found == *file => None,
        Ok(found) if file.path == DATABASE => Some(format!(
            "`{}` has sha256 `{}`: it is damaged, or a host was started on it",
            file.path, found.sha256
        )),
        Ok(found) => Some(format!("`{}` is damaged: its bytes have sha256 `{}`", file.path, found.sha256)),
        Err(BackupError::Disk { source, .. }) => Some(format!("`{}`: {source}", file.path)),
        Err(error) => Some(error.to_string()),
    }
}
