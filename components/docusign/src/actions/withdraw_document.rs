//! Takes an envelope back: DocuSign calls it voiding, tells the recipients, and never undoes it.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{WithdrawInput, Withdrawn};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure};
use countersign_sdk::text::non_blank;
use serde_json::json;

use crate::account::at_envelope;
use crate::envelope::{document_id, read_envelope};
use crate::refusal::change;
use crate::status::{document_state, document_status};

/// DocuSign cuts what is longer.
const REASON_CHARS_MAX: usize = 200;

/// DocuSign wants a reason, and shows it to the recipients.
const NO_REASON: &str = "Withdrawn by the sender.";

/// See `withdraw-document` of the contract.
///
/// # Errors
/// When DocuSign refuses, and the envelope is not out of its recipients' hands already.
pub(crate) fn withdraw_document(host: &dyn Host, input: &WithdrawInput) -> Result<Withdrawn, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let body = json!({ "status": "voided", "voidedReason": reason(host, input.reason.as_deref()) });
    // An envelope can be voided once, so a repeat is refused and changes nothing.
    let request = at_envelope(host, "PUT", id, Repeat::Repeatable)?.json(&body);
    match change(host, request) {
        Ok(_) => Ok(Withdrawn { status: Some(voided()) }),
        Err(refused @ Failure::Rejected(_)) => already_ended(host, id).ok_or(refused),
        Err(failure) => Err(failure),
    }
}

/// A refusal for an envelope that was voided before, or ran out meanwhile, is a success.
fn already_ended(host: &dyn Host, id: &str) -> Option<Withdrawn> {
    let status = document_status(&read_envelope(host, id, None).ok()?).ok()?;
    let ended = matches!(status.state, DocumentState::Cancelled | DocumentState::Expired);
    ended.then_some(Withdrawn { status: Some(status) })
}

fn voided() -> DocumentStatus {
    DocumentStatus { code: "voided".to_owned(), state: document_state("voided") }
}

/// Cut here, so that it ends on a letter and the operator knows (P28).
fn reason(host: &dyn Host, given: Option<&str>) -> String {
    let given = non_blank(given).unwrap_or(NO_REASON);
    if given.chars().count() > REASON_CHARS_MAX {
        host.log(Level::Info, "the reason was cut to what DocuSign keeps of it", &[]);
    }
    given.chars().take(REASON_CHARS_MAX).collect()
}
