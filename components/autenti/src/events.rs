//! Reads the callbacks that Autenti posts: an array of events about all documents of the organisation.
//!
//! Whether they really come from Autenti the host has verified already; whose documents they are it decides.

use countersign_sdk::contract::events::{Event, EventKind, InboundRequest, Reading, Rejection};
use countersign_sdk::{json, timestamp_ms};

use crate::wire::event::{
    DOCUMENT_PROCESS_COMPLETED, DOCUMENT_REMINDER_SENT, DOCUMENT_SENT, DOCUMENT_WITHDRAWAL,
    Event as WireEvent, SIGNATURE_REJECTION, Target,
};

/// Events with a known meaning.
pub(crate) const KNOWN: [(&str, EventKind); 5] = [
    (DOCUMENT_PROCESS_COMPLETED, EventKind::DocumentChanged),
    (DOCUMENT_SENT, EventKind::DocumentChanged),
    (DOCUMENT_WITHDRAWAL, EventKind::DocumentChanged),
    (SIGNATURE_REJECTION, EventKind::RecipientChanged),
    (DOCUMENT_REMINDER_SENT, EventKind::Ignored),
];

/// See `events.read` of the contract.
///
/// # Errors
/// `malformed` when the body is no list of events.
pub(crate) fn read(request: &InboundRequest) -> Result<Reading, Rejection> {
    let events: Vec<WireEvent> = json::read_many(&request.body).map_err(Rejection::Malformed)?;
    let events = events.into_iter().enumerate().map(|(index, event)| neutral(index, event));
    Ok(Reading { events: events.collect::<Result<_, _>>()?, reply: None })
}

fn neutral(index: usize, event: WireEvent) -> Result<Event, Rejection> {
    let name = event.event_type.as_deref().unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(Rejection::Malformed(format!("event {index} has no `eventType`")));
    }
    // Autenti writes some with a prefix and some without; the host picks events by the names of the manifest.
    let known = KNOWN.iter().find(|(classifier, _)| event.is(classifier));
    let name = known.map_or(name, |(classifier, _)| (*classifier).to_owned());
    let kind = known.map_or(EventKind::Unknown, |(_, kind)| *kind);
    let of = |target: &Option<Target>| target.as_ref().and_then(Target::known_id).map(str::to_owned);
    let document_id = of(&event.object);
    if document_id.is_none() && kind != EventKind::Unknown {
        return Err(Rejection::Malformed(format!("event {index} (`{name}`) does not say which document")));
    }
    Ok(Event {
        kind,
        name,
        document_id,
        client_reference: None,
        occurred_at: event.timestamp.as_deref().and_then(timestamp_ms),
        recipient: of(&event.actor).filter(|_| kind == EventKind::RecipientChanged),
        reason: event.comment().map(str::to_owned),
        id: event.id.filter(|id| !id.trim().is_empty()),
    })
}
