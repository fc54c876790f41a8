//! Reads the state of one envelope.
//!
//! Where its recipients stand is another action.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::DocumentInput;
use countersign_sdk::contract::types::{DocumentStatus, Failure};

use crate::envelope::{document_id, read_envelope};
use crate::status::document_status;

/// See `get-document-status` of the contract.
///
/// # Errors
/// When the id is wrong, or DocuSign refuses.
pub(crate) fn get_document_status(host: &dyn Host, input: &DocumentInput) -> Result<DocumentStatus, Failure> {
    document_status(&read_envelope(host, document_id("document-id", &input.document_id)?, None)?)
}
