//! The one request that mails people, and what to do when its fate is unknown.
//!
//! A process can be sent once. So when the answer is lost, the process itself tells whether it was sent, and
//! if it still is a draft, sending again cannot mail anybody twice (P1).

use countersign_sdk::Host;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure;

use crate::assertion::{Assertion, act};
use crate::challenge::refusal;
use crate::process::read_process;
use crate::status::{Stage, stage};
use crate::wire::event::{DOCUMENT_SENT, Event};

/// Sends the draft. Success means: Autenti said so, or the process shows it.
pub(super) fn send(host: &dyn Host, id: &str) -> Result<(), Failure> {
    match post(host, id) {
        Err(Failure::InDoubt(doubt)) => send_again(host, id, &doubt),
        // Nobody was mailed by this request. But files went up before it, and the host lets a call be repeated only
        // when somebody looked since.
        Err(passing @ Failure::Transient(_)) => match look_up(host, id, "not sent") {
            Ok(true) => Ok(()),
            _ => Err(passing),
        },
        sent => sent,
    }
}

/// The answer was lost: looks, sends once more what still is a draft, and looks again when that is refused.
fn send_again(host: &dyn Host, id: &str, doubt: &str) -> Result<(), Failure> {
    if look_up(host, id, doubt)? {
        return Ok(());
    }
    let second = match post(host, id) {
        Ok(()) => return Ok(()),
        Err(failure) => failure,
    };
    // Refused perhaps because the first one went through after the look: only the process knows.
    if look_up(host, id, doubt)? { Ok(()) } else { Err(second) }
}

/// A process that Autenti could not handle.
pub(super) fn broken(code: &str) -> Failure {
    failure::rejected(code, &format!("Autenti could not process the document: `{code}`"))
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

/// Whether the process was sent. When even that cannot be told, the doubt stays.
fn look_up(host: &dyn Host, id: &str, doubt: &str) -> Result<bool, Failure> {
    let process = read_process(host, id).map_err(|problem| {
        Failure::InDoubt(format!(
            "{doubt}; and the process could not be looked up: {}",
            failure::words(&problem)
        ))
    })?;
    match stage(&process) {
        Stage::Sent => Ok(true),
        Stage::Draft => Ok(false),
        Stage::Broken(code) => Err(broken(&code)),
        Stage::Unknown(code) => Err(Failure::InDoubt(format!("{doubt}; Autenti calls the process `{code}`"))),
    }
}
