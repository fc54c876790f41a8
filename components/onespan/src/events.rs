//! Reads what OneSpan posts to a callback: one event in each message, about any package of the account (P12).
//!
//! Whether it really comes from OneSpan the host has verified already; whose package it is it decides. A message can be
//! old: OneSpan repeats none by itself, but a person can replay it by hand, letter by letter (P15).

use countersign_sdk::contract::events::{Event, EventKind, InboundRequest, Reading, Rejection};
use countersign_sdk::text::non_blank;
use countersign_sdk::{json, timestamp_ms};

use crate::wire::message::Message;

/// OneSpan's events (P37).
pub(crate) const KNOWN: [(&str, EventKind); 22] = [
    ("PACKAGE_CREATE", EventKind::Ignored),
    ("PACKAGE_ACTIVATE", EventKind::DocumentChanged),
    // Sent, and now a draft again (P35).
    ("PACKAGE_DEACTIVATE", EventKind::DocumentChanged),
    (READY_FOR_COMPLETE, EventKind::DocumentChanged),
    ("PACKAGE_COMPLETE", EventKind::DocumentChanged),
    ("PACKAGE_DECLINE", EventKind::DocumentChanged),
    ("PACKAGE_EXPIRE", EventKind::DocumentChanged),
    ("PACKAGE_OPT_OUT", EventKind::DocumentChanged),
    ("PACKAGE_TRASH", EventKind::DocumentChanged),
    // Out of the trash, in the state it was in (P35).
    ("PACKAGE_RESTORE", EventKind::DocumentChanged),
    ("PACKAGE_DELETE", EventKind::DocumentChanged),
    ("PACKAGE_ARCHIVE", EventKind::DocumentChanged),
    ("PACKAGE_ATTACHMENT", EventKind::Ignored),
    // Also when somebody only agreed to sign electronically, so it says no more than that they were there (P36).
    ("DOCUMENT_SIGNED", EventKind::RecipientChanged),
    ("DOCUMENT_VIEWED", EventKind::RecipientChanged),
    ("SIGNER_COMPLETE", EventKind::RecipientChanged),
    ("SIGNER_LOCKED", EventKind::RecipientChanged),
    ("ROLE_REASSIGN", EventKind::RecipientChanged),
    ("KBA_FAILURE", EventKind::RecipientChanged),
    ("EMAIL_BOUNCE", EventKind::RecipientChanged),
    ("TEMPLATE_CREATE", EventKind::Ignored),
    ("COBROWSE_REQUEST", EventKind::Ignored),
];

/// Events about a package that a recipient caused: with `PACKAGE_COMPLETE` the last signer (C132).
const BY_RECIPIENT: [&str; 3] = ["PACKAGE_COMPLETE", "PACKAGE_DECLINE", "PACKAGE_OPT_OUT"];

/// Events whose message says why.
const EXPLAINED: [&str; 3] = ["PACKAGE_DECLINE", "PACKAGE_OPT_OUT", "EMAIL_BOUNCE"];

/// Everybody has signed, and somebody must complete the package.
const READY_FOR_COMPLETE: &str = "PACKAGE_READY_FOR_COMPLETE";
/// How OneSpan's own client library spells it.
const READY_FOR_COMPLETION: &str = "PACKAGE_READY_FOR_COMPLETION";

/// See `events.read` of the contract.
///
/// # Errors
/// `malformed` for what is no message of OneSpan.
pub(crate) fn read(request: &InboundRequest) -> Result<Reading, Rejection> {
    let message: Message = json::read(&request.body)
        .map_err(|error| Rejection::Malformed(format!("no message of OneSpan: {error}")))?;
    Ok(Reading { events: vec![neutral(&message)?], reply: None })
}

fn neutral(message: &Message) -> Result<Event, Rejection> {
    let given = non_blank(message.name.as_deref())
        .ok_or_else(|| Rejection::Malformed("the message has no `name` of an event".to_owned()))?;
    let (name, kind) = known(given);
    let package = non_blank(message.package_id.as_deref());
    if package.is_none() && matches!(kind, EventKind::DocumentChanged | EventKind::RecipientChanged) {
        return Err(Rejection::Malformed(format!("the event `{name}` does not say which package")));
    }
    let is_one_of = |names: &[&str]| names.contains(&name);
    let by_recipient = kind == EventKind::RecipientChanged || is_one_of(&BY_RECIPIENT);
    let user = non_blank(message.session_user.as_deref()).filter(|_| by_recipient);
    let reason = non_blank(message.message.as_deref()).filter(|_| is_one_of(&EXPLAINED));
    Ok(Event {
        id: id(message, name),
        kind,
        name: name.to_owned(),
        document_id: package.map(str::to_owned),
        client_reference: None,
        occurred_at: message.created_date.as_deref().and_then(timestamp_ms),
        recipient: user.map(str::to_owned),
        reason: reason.map(str::to_owned),
    })
}

/// The event under the manifest's name, which operators list, and what it means.
fn known(given: &str) -> (&str, EventKind) {
    let name = if given.eq_ignore_ascii_case(READY_FOR_COMPLETION) { READY_FOR_COMPLETE } else { given };
    let known = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map_or((given, EventKind::Unknown), |(name, kind)| (*name, *kind))
}

/// OneSpan numbers no messages; one replayed by hand is the same in everything (P9). Without a time nothing tells a
/// repeat from the same thing happening again.
fn id(message: &Message, name: &str) -> Option<String> {
    let at = non_blank(message.created_date.as_deref())?;
    let piece = |text: &Option<String>| non_blank(text.as_deref()).unwrap_or_default().to_owned();
    let (package, document) = (piece(&message.package_id), piece(&message.document_id));
    Some([package, name.to_owned(), document, piece(&message.session_user), at.to_owned()].join("/"))
}
