//! Lists envelopes that changed: one question for a whole connection, because DocuSign counts questions about a single
//! envelope and refuses too many of them (P17). Those that others sent from the account are among them (P12).

use countersign_sdk::contract::actions::{ChangesInput, DocumentChange, DocumentChanges};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{Failure, TimestampMs};
use countersign_sdk::failure::invalid;
use countersign_sdk::text::is_id;
use countersign_sdk::{Host, timestamp_ms, timestamp_text};

use crate::account::at_envelopes;
use crate::refusal::fetch;
use crate::status::document_status;
use crate::wire::envelope::Envelope;
use crate::wire::listing::Envelopes;

/// INFERRED: as many as DocuSign is known to give in one page.
const PAGE_MAX: u32 = 1000;

/// Where a page begins: at the time of the last change that was seen, so the changes of that very time come again. A
/// mere place in the list would skip envelopes, because those that change again move to its end and the others close up.
/// Only a page that is full of one time needs a place behind it, or there would be no getting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    since: TimestampMs,
    seen: u32,
}

/// See `list-changes` of the contract.
///
/// # Errors
/// `invalid` for a cursor that is none of ours; otherwise as DocuSign says.
pub(crate) fn list_changes(host: &dyn Host, input: &ChangesInput) -> Result<DocumentChanges, Failure> {
    let cursor = match input.cursor.as_deref() {
        None => Cursor { since: input.since, seen: 0 },
        Some(text) => Cursor::parse(text)
            .ok_or_else(|| invalid("cursor", "is none that an earlier answer gave; leave it out"))?,
    };
    let request = at_envelopes(host, "GET", Repeat::Read)?
        .query("from_date", timestamp_text(cursor.since))
        .query("from_to_status", "changed")
        .query("order_by", "status_changed")
        .query("order", "asc")
        .query("start_position", cursor.seen.to_string())
        .query("count", input.limit.clamp(1, PAGE_MAX).to_string())
        .query("include", "custom_fields");
    let page: Envelopes = fetch(host, request)?.json()?;
    let changes: Vec<DocumentChange> =
        page.envelopes.iter().filter_map(|envelope| change(envelope, cursor.since)).collect();
    let next = if page.has_more() { cursor.after(&changes) } else { None };
    Ok(DocumentChanges { changes, cursor: next.map(Cursor::text) })
}

/// Nothing for an envelope without an id or a word: there is nothing to be told of it.
fn change(envelope: &Envelope, since: TimestampMs) -> Option<DocumentChange> {
    let id = envelope.envelope_id.as_deref().map(str::trim).filter(|id| is_id(id))?;
    let changed_at = envelope.status_changed_date_time.as_deref().and_then(timestamp_ms);
    Some(DocumentChange {
        document_id: id.to_owned(),
        client_reference: envelope.client_reference(),
        status: document_status(envelope).ok()?,
        changed_at: changed_at.unwrap_or(since),
    })
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let (since, seen) = text.trim().split_once('+')?;
        Some(Self { since: since.parse().ok()?, seen: seen.parse().ok()? })
    }

    fn text(self) -> String {
        format!("{}+{}", self.since, self.seen)
    }

    /// Behind these changes; nothing when there are none, so that no host asks for the same page for ever.
    fn after(self, changes: &[DocumentChange]) -> Option<Self> {
        let last = changes.last()?.changed_at;
        if last != self.since {
            return Some(Self { since: last, seen: 0 });
        }
        let seen = u32::try_from(changes.len()).ok()?;
        Some(Self { since: last, seen: self.seen.saturating_add(seen) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_sdk::contract::types::{DocumentState, DocumentStatus};

    #[test]
    fn a_cursor_gets_on() {
        let at = |changed_at| DocumentChange {
            document_id: "E".to_owned(),
            client_reference: None,
            status: DocumentStatus { code: "sent".to_owned(), state: DocumentState::InProgress },
            changed_at,
        };
        let start = Cursor { since: 10, seen: 0 };
        assert_eq!(start.after(&[at(11), at(12), at(12)]), Some(Cursor { since: 12, seen: 0 }));
        let same = Cursor { since: 12, seen: 2 };
        assert_eq!(
            same.after(&[at(12), at(12)]),
            Some(Cursor { since: 12, seen: 4 }),
            "one time fills two pages"
        );
        assert_eq!(start.after(&[]), None);
        assert_eq!(Cursor::parse(&same.text()), Some(same));
        assert_eq!(Cursor::parse("12"), None);
    }
}
