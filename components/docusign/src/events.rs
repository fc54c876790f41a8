//! Reads what DocuSign Connect posts: one event in each message, about any envelope of the account (P12).
//!
//! Whether it really comes from DocuSign the host has verified already; whose envelopes they are it decides. The older
//! format in XML is refused with the setting to change: what it looks like differs with every setting of the webhook.

use countersign_sdk::contract::events::{Event, EventKind, InboundRequest, Reading, Rejection};
use countersign_sdk::text::non_blank;
use countersign_sdk::timestamp_ms;

use crate::wire::message::{Data, Message};
use crate::wire::party::Party;

/// DocuSign's events (P37): the names are its own, and a wrong one in a webhook fails without a word.
pub(crate) const KNOWN: [(&str, EventKind); 26] = [
    ("envelope-created", EventKind::Ignored),
    ("envelope-sent", EventKind::DocumentChanged),
    ("envelope-resent", EventKind::Ignored),
    ("envelope-delivered", EventKind::DocumentChanged),
    ("envelope-completed", EventKind::DocumentChanged),
    ("envelope-declined", EventKind::DocumentChanged),
    // An envelope that ran out comes as this, too.
    ("envelope-voided", EventKind::DocumentChanged),
    ("envelope-corrected", EventKind::DocumentChanged),
    ("envelope-purge", EventKind::Ignored),
    ("envelope-deleted", EventKind::DocumentChanged),
    ("envelope-discard", EventKind::DocumentChanged),
    ("recipient-sent", EventKind::RecipientChanged),
    ("recipient-resent", EventKind::Ignored),
    ("recipient-delivered", EventKind::RecipientChanged),
    ("recipient-completed", EventKind::RecipientChanged),
    ("recipient-declined", EventKind::RecipientChanged),
    ("recipient-authenticationfailed", EventKind::RecipientChanged),
    ("recipient-autoresponded", EventKind::RecipientChanged),
    ("recipient-reassign", EventKind::RecipientChanged),
    ("recipient-delegate", EventKind::RecipientChanged),
    ("recipient-finish-later", EventKind::Ignored),
    ("template-created", EventKind::Ignored),
    ("template-modified", EventKind::Ignored),
    ("template-deleted", EventKind::Ignored),
    ("click-agreed", EventKind::Ignored),
    ("click-declined", EventKind::Ignored),
];

/// The events a webhook of one envelope asks for: those that mean something to a workflow and that DocuSign has always
/// had. Whether an envelope may ask for the later ones no source says, and a refused webhook would refuse the envelope.
pub(crate) const ASKED_FOR: [&str; 11] = [
    "envelope-sent",
    "envelope-delivered",
    "envelope-completed",
    "envelope-declined",
    "envelope-voided",
    "recipient-sent",
    "recipient-delivered",
    "recipient-completed",
    "recipient-declined",
    "recipient-authenticationfailed",
    "recipient-autoresponded",
];

/// See `events.read` of the contract.
///
/// # Errors
/// `unsupported` for XML, `malformed` for anything else that is no message of DocuSign.
pub(crate) fn read(request: &InboundRequest) -> Result<Reading, Rejection> {
    if request.body.trim_ascii_start().starts_with(b"<") {
        return Err(Rejection::Unsupported(
            "this is Connect's older format in XML; set the data format of the webhook to JSON (REST v2.1)"
                .to_owned(),
        ));
    }
    // Straight from the bytes: a message that carries documents has 25 MB and more, and what is not named in `Message`
    // is skipped without being kept (P14).
    let message: Message = serde_json::from_slice(&request.body)
        .map_err(|error| Rejection::Malformed(format!("no message of DocuSign Connect: {error}")))?;
    Ok(Reading { events: vec![neutral(message)?], reply: None })
}

fn neutral(message: Message) -> Result<Event, Rejection> {
    let name = name(&message)?;
    let known = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
    let kind = known.map_or(EventKind::Unknown, |(_, kind)| *kind);
    let data = message.data.unwrap_or_default();
    let summary = data.envelope_summary.as_ref();
    let document_id = non_blank(data.envelope_id.as_deref())
        .or(non_blank(message.envelope_id.as_deref()))
        .or_else(|| non_blank(summary?.envelope_id.as_deref()));
    if document_id.is_none() && matches!(kind, EventKind::DocumentChanged | EventKind::RecipientChanged) {
        return Err(Rejection::Malformed(format!("the event `{name}` does not say which envelope")));
    }
    let generated = message.generated_date_time.as_deref();
    let party = party(&data);
    let recipient =
        data.recipient_id.as_deref().map(|number| party.and_then(Party::reference).unwrap_or(number));
    Ok(Event {
        id: id(&name, document_id, data.recipient_id.as_deref(), generated),
        kind,
        document_id: document_id.map(str::to_owned),
        client_reference: summary.and_then(|envelope| envelope.client_reference()),
        occurred_at: generated.and_then(timestamp_ms),
        recipient: recipient.map(str::to_owned),
        reason: reason(&name, &data, party),
        name,
    })
}

/// The event's name; a message that gathers events tells only the state the envelope is in by now.
fn name(message: &Message) -> Result<String, Rejection> {
    if let Some(event) = non_blank(message.event.as_deref()) {
        return Ok(event.to_owned());
    }
    let gathered = non_blank(message.envelope_id.as_deref()).and(non_blank(message.status.as_deref()));
    gathered.map(|status| format!("envelope-{}", status.to_lowercase())).ok_or_else(|| {
        Rejection::Malformed("the message has neither an `event` nor the state of an envelope".to_owned())
    })
}

/// DocuSign numbers no messages. A repeat is told by everything but `retryCount`, which is another each time (P9).
fn id(
    name: &str,
    document: Option<&str>,
    recipient: Option<&str>,
    generated: Option<&str>,
) -> Option<String> {
    let generated = non_blank(generated)?;
    Some([document.unwrap_or_default(), name, recipient.unwrap_or_default(), generated].join("/"))
}

/// The recipient that the message is about, from the summary beside it.
fn party(data: &Data) -> Option<&Party> {
    let number = non_blank(data.recipient_id.as_deref())?;
    let parties = data.envelope_summary.as_ref()?.recipients.as_ref()?;
    parties.everybody().map(|(_, party)| party).find(|party| party.recipient_id.as_deref() == Some(number))
}

fn reason(name: &str, data: &Data, party: Option<&Party>) -> Option<String> {
    let envelope = data.envelope_summary.as_ref();
    let declined = || {
        let mut parties = envelope?.recipients.as_ref()?.everybody().map(|(_, party)| party);
        parties.find_map(|party| non_blank(party.declined_reason.as_deref()))
    };
    let told = match name {
        "envelope-voided" => non_blank(envelope?.voided_reason.as_deref()),
        "envelope-declined" => declined(),
        "recipient-declined" => non_blank(party?.declined_reason.as_deref()),
        "recipient-autoresponded" => non_blank(party?.auto_responded_reason.as_deref()),
        "recipient-authenticationfailed" => non_blank(party?.failed_check()),
        _ => None,
    };
    told.map(str::to_owned)
}
