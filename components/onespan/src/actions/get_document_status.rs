//! Reads where one package stands.
//!
//! Where its recipients stand is another action.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::DocumentInput;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure};
use countersign_sdk::lenient;
use countersign_sdk::text::non_blank;
use serde::Deserialize;

use crate::package::{at_package, package_id, read_package};
use crate::refusal::fetch;
use crate::status::{package_status, status_of};

#[derive(Default, Deserialize)]
struct SigningStatus {
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
}

/// See `get-document-status` of the contract.
///
/// # Errors
/// When the id is wrong, or OneSpan refuses.
pub(crate) fn get_document_status(host: &dyn Host, input: &DocumentInput) -> Result<DocumentStatus, Failure> {
    let id = package_id("document-id", &input.document_id)?;
    let package = read_package(host, id)?;
    let status = package_status(&package)?;
    if status.state != DocumentState::InProgress || package.autocomplete != Some(false) {
        return Ok(status);
    }
    // `SENT` says the same before and after the last signature; only the signing status tells that somebody must
    // complete the package.
    let request = at_package("GET", id, Repeat::Read).segment("signingStatus");
    let signing: SigningStatus = fetch(host, request)?.json()?;
    Ok(non_blank(signing.status.as_deref()).map_or(status, status_of))
}
