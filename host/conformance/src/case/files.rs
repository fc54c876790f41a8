//! Files and folders as such: listing them in order, reading JSON with the wrong key named.
//!
//! Not here: which files a case has (`folder.rs`).

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::CaseError;

/// What a case must come to.
pub(super) const CASE: &str = "case.json";
/// What the cases of a provider share.
pub(super) const CONNECTION: &str = "connection.json";
/// What is not as it should be.
pub(crate) const EXPECTATIONS: &str = "expectations.json";

/// Reads a JSON file.
///
/// # Errors
/// When it is missing, no JSON, or has a wrong key, which is named.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, CaseError> {
    let text = fs::read_to_string(path).map_err(|error| CaseError::unreadable(path, &error))?;
    let mut json = serde_json::Deserializer::from_str(&text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let key = error.path().to_string();
        CaseError::new(path, format!("key `{key}`: {}", error.inner()))
    })?;
    json.end().map_err(|error| CaseError::new(path, format!("has more after its end: {error}")))?;
    Ok(value)
}

/// The files of a folder, in order.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_file()).collect())
}

/// The folders of a folder, in order.
pub(super) fn folders(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// The files of a folder and of the folders in it.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let mut all = files(folder)?;
    for inner in folders(folder)? {
        all.extend(files(&inner)?);
    }
    Ok(all)
}

/// The last part of a path.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A path below a folder, with `/` between its parts.
pub(super) fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let unreadable = |error| CaseError::unreadable(folder, &error);
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}
