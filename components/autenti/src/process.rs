//! Requests about one process that several actions make, and the check of the id they start from.
//!
//! What the answers mean is decided by the actions and in `status`.

use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Host, Request, text};

use crate::challenge::fetch;
use crate::wire::file::File;
use crate::wire::process::{Party, Process};

/// The only connection role.
pub(crate) const API: &str = "api";

/// The name for messages.
pub(crate) const AUTENTI: &str = "Autenti";

/// The id of a document at Autenti, as an action got it in this field.
///
/// # Errors
/// `invalid` when it is empty (C42) or cannot be an id.
pub(crate) fn document_id<'a>(field: &str, id: &'a str) -> Result<&'a str, Failure> {
    text::document_id(field, id, AUTENTI)
}

/// The start of a request about a process.
pub(crate) fn at_process(method: &str, id: &str, repeat: Repeat) -> Request {
    Request::new(API, method, repeat).segment("document-processes").segment(id)
}

/// Reads a process.
///
/// # Errors
/// When Autenti refuses or does not answer, or its answer cannot be read.
pub(crate) fn read_process(host: &dyn Host, id: &str) -> Result<Process, Failure> {
    fetch(host, at_process("GET", id, Repeat::Read))?.json()
}

/// Reads the files of a process. Autenti answers objects one after another rather than an array.
///
/// # Errors
/// As [`read_process`].
pub(crate) fn read_files(host: &dyn Host, id: &str) -> Result<Vec<File>, Failure> {
    fetch(host, at_process("GET", id, Repeat::Read).segment("files"))?.json_many()
}

/// Reads the parties of a process.
///
/// # Errors
/// As [`read_process`].
pub(crate) fn read_parties(host: &dyn Host, id: &str) -> Result<Vec<Party>, Failure> {
    fetch(host, at_process("GET", id, Repeat::Read).segment("parties"))?.json_many()
}
