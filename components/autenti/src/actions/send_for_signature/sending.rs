//! The one request that mails people, and how Autenti tells whether it did.
//!
//! What to do when its answer is lost stands in the SDK's `draft`.

use countersign_sdk::Host;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::draft::Sending;
use countersign_sdk::failure;

use crate::assertion::{Assertion, act};
use crate::challenge::refusal;
use crate::process::{AUTENTI, read_process};
use crate::status::stage;
use crate::wire::event::{DOCUMENT_SENT, Event};

/// Sends the draft. Success means: Autenti said so, or the process shows it.
pub(super) fn send(host: &dyn Host, id: &str) -> Result<(), Failure> {
    let look = || Ok(stage(&read_process(host, id)?));
    Sending { provider: AUTENTI, post: &|| post(host, id), look: &look }.send()
}

fn post(host: &dyn Host, id: &str) -> Result<(), Failure> {
    let reply = act(host, id, &[Assertion::action(DOCUMENT_SENT)], Repeat::Once)?;
    if !reply.is_success() {
        return Err(refusal(&reply, host));
    }
    let events: Vec<Event> = reply.json_many()?;
    if events.iter().any(|event| event.is(DOCUMENT_SENT)) {
        return Ok(());
    }
    // The next attempt reads the process first, so a wrong alarm mails nobody twice.
    Err(failure::other(
        "not-sent",
        "Autenti answered without a DOCUMENT_SENT event, so the document was not sent",
    ))
}
