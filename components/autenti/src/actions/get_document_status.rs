//! Reads the state of one process.
//!
//! Where its recipients stand is another action.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::DocumentInput;
use countersign_sdk::contract::types::{DocumentStatus, Failure};

use crate::process::{document_id, read_process};
use crate::status::document_status;

/// See `get-document-status` of the contract.
///
/// # Errors
/// When the id is wrong, or Autenti refuses.
pub(crate) fn get_document_status(host: &dyn Host, input: &DocumentInput) -> Result<DocumentStatus, Failure> {
    document_status(&read_process(host, document_id("document-id", &input.document_id)?)?)
}
