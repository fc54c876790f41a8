//! Writing a case's folder, so that reading it gives the same case.
//!
//! Not here: reading it (`folder.rs`), and making a case of a recorded call (`export.rs`).

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::files::{CASE, CONNECTION};
use super::{Case, CaseError};

/// Writes the case below a folder of fixtures, its `connection.json` too unless the provider has one.
pub(super) fn write(case: &Case, fixtures: &Path) -> Result<PathBuf, CaseError> {
    let folder = fixtures.join(&case.name);
    if folder.exists() {
        return Err(CaseError::new(&folder, "is there already; give the case another name"));
    }
    fs::create_dir_all(&folder).map_err(|error| CaseError::unwritable(&folder, &error))?;
    let connection = fixtures.join(&case.provider).join(CONNECTION);
    if !connection.exists() {
        json(&connection, &case.connection)?;
    }
    for (name, bytes) in &case.named {
        file(&folder.join(name), bytes)?;
    }
    for (name, exchange) in &case.exchanges {
        json(&folder.join(name), exchange)?;
    }
    // Last, so that a folder that was cut short is no case.
    json(&folder.join(CASE), &case.file)?;
    Ok(folder)
}

fn json(path: &Path, value: &impl Serialize) -> Result<(), CaseError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CaseError::new(path, format!("cannot be written: {error}")))?;
    file(path, format!("{text}\n").as_bytes())
}

fn file(path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| CaseError::unwritable(path, &error))
}
