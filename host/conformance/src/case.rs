//! One case: a folder of `fixtures/<provider>/<action>/`, read and checked in full before anything runs.
//!
//! Not here: the shapes of its files (`format/`).

mod folder;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use countersign_sandbox::ActionInput;

use crate::compare::CaseFiles;
use crate::format::exchange::ExchangeFile;
use crate::format::{CaseFile, ConnectionFile};

pub use folder::find_cases;

/// A case that can be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// `autenti/send-for-signature/happy-path`.
    pub name: String,
    /// The provider's id, from the folder.
    pub provider: String,
    /// Its connection, shared with the provider's other cases.
    pub connection: ConnectionFile,
    /// What is given and expected.
    pub file: CaseFile,
    /// The input, checked against the contract.
    pub input: ActionInput,
    /// The exchanges in order, by file name.
    pub exchanges: Vec<(String, ExchangeFile)>,
    pub(crate) named: BTreeMap<String, Vec<u8>>,
    pub(crate) granted: BTreeMap<u32, String>,
}

/// A case that cannot be read: which file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong, with the key where there is one.
    pub message: String,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// The first file that is missing, unknown or wrong, with the wrong key.
    pub fn load(folder: &Path) -> Result<Self, CaseError> {
        folder::load(folder)
    }

    /// Writes it as `<provider>/<action>/<case>` below a folder of fixtures, and answers where. A provider's
    /// `connection.json` is written when it has none.
    ///
    /// # Errors
    /// When the case is there already, or a file cannot be written.
    pub fn write(&self, fixtures: &Path) -> Result<PathBuf, CaseError> {
        write::write(self, fixtures)
    }

    /// What its exchanges refer to.
    pub(crate) fn files(&self) -> CaseFiles<'_> {
        CaseFiles { named: &self.named, granted: &self.granted }
    }
}

impl CaseError {
    fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), message: message.into() }
    }

    fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::new(path, format!("cannot be read: {error}"))
    }

    fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::new(path, format!("cannot be written: {error}"))
    }
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for CaseError {}
