//! One case: a folder of `fixtures/<provider>/`, read and checked in full before anything runs.
//!
//! Not here: the shapes of its files (`format/`), and all cases of a provider (`suite.rs`).

mod check;
mod event;
mod files;
mod folder;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use bytes::Bytes;
use countersign_sandbox::ActionInput;
use countersign_sandbox::contract::events::InboundRequest;

use crate::compare::CaseFiles;
use crate::format::event::EventCaseFile;
use crate::format::exchange::ExchangeFile;
use crate::format::{CaseFile, ConnectionFile};

pub(crate) use check::check_words;
pub(crate) use files::{EXPECTATIONS, read};
pub use folder::{DATA_SOURCES, EVENTS, find_cases};
pub(crate) use folder::{Place, read_connection};

/// A case of an action or a data source, that can be run.
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
    pub(crate) named: BTreeMap<String, Bytes>,
    pub(crate) granted: BTreeMap<u32, Bytes>,
}

/// A case of a message that the provider posts, that can be run.
#[derive(Debug, Clone)]
pub struct EventCase {
    /// `autenti/events/everybody-signed`.
    pub name: String,
    /// The provider's id, from the folder.
    pub provider: String,
    /// What is expected.
    pub file: EventCaseFile,
    /// The message.
    pub request: InboundRequest,
}

/// A case of either kind.
#[derive(Debug, Clone)]
pub enum AnyCase {
    /// Of an action or a data source.
    Call(Box<Case>),
    /// Of a message.
    Event(Box<EventCase>),
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
    /// Reads a case of an action or a data source.
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

impl EventCase {
    /// Reads a case of a message.
    ///
    /// # Errors
    /// As [`Case::load`].
    pub fn load(folder: &Path) -> Result<Self, CaseError> {
        event::load(folder)
    }
}

impl AnyCase {
    /// Reads a case of either kind, by the folder it stands in.
    ///
    /// # Errors
    /// As [`Case::load`].
    pub fn load(folder: &Path) -> Result<Self, CaseError> {
        match Place::of(folder)?.group.as_str() {
            EVENTS => EventCase::load(folder).map(Box::new).map(Self::Event),
            _ => Case::load(folder).map(Box::new).map(Self::Call),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Call(case) => &case.name,
            Self::Event(case) => &case.name,
        }
    }

    /// What it shows, in a sentence.
    #[must_use]
    pub fn docs(&self) -> &str {
        match self {
            Self::Call(case) => &case.file.docs,
            Self::Event(case) => &case.file.docs,
        }
    }

    /// What it says it covers.
    #[must_use]
    pub fn covers(&self) -> &[String] {
        match self {
            Self::Call(case) => &case.file.covers,
            Self::Event(case) => &case.file.covers,
        }
    }
}

impl CaseError {
    pub(crate) fn new(path: &Path, message: impl Into<String>) -> Self {
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
