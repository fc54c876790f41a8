//! Takes a process back. Autenti passes no reason on to the recipients, so none is sent.

use countersign_sdk::contract::actions::{WithdrawInput, Withdrawn};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure};
use countersign_sdk::{Host, json};

use crate::assertion::{Assertion, act};
use crate::challenge::refusal;
use crate::process::{document_id, read_process};
use crate::status::document_status;
use crate::wire::event::{DOCUMENT_WITHDRAWAL, Event};

/// See `withdraw-document` of the contract.
///
/// # Errors
/// When Autenti refuses, and the process is not withdrawn already.
pub(crate) fn withdraw_document(host: &dyn Host, input: &WithdrawInput) -> Result<Withdrawn, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    // Autenti lets a process be withdrawn once, so a repeat is refused and changes nothing.
    let reply = act(host, id, &[Assertion::action(DOCUMENT_WITHDRAWAL)], Repeat::Repeatable)?;
    if reply.is_success() {
        // The answer only tells more; what cannot be read of it does not undo the withdrawal.
        let events: Vec<Event> = json::read_many(reply.bytes()).unwrap_or_default();
        let told = events.iter().any(|event| event.is(DOCUMENT_WITHDRAWAL));
        return Ok(Withdrawn { status: told.then(withdrawn) });
    }
    let refused = refusal(&reply, host);
    match &refused {
        Failure::Rejected(_) | Failure::Unauthorized(_) => already_withdrawn(host, id).ok_or(refused),
        _ => Err(refused),
    }
}

/// A refusal of a process that is withdrawn already is a success.
fn already_withdrawn(host: &dyn Host, id: &str) -> Option<Withdrawn> {
    let status = document_status(&read_process(host, id).ok()?).ok()?;
    (status.state == DocumentState::Cancelled).then_some(Withdrawn { status: Some(status) })
}

fn withdrawn() -> DocumentStatus {
    DocumentStatus { code: "WITHDRAWN".to_owned(), state: DocumentState::Cancelled }
}
