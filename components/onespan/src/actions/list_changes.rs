//! Lists packages that changed: OneSpan sends no callback twice (P15), so this is the only other way to learn of a
//! change that nobody asked about. Packages of the connection's user that others sent are among them (P12).
//!
//! What lies in the trash is listed apart, so it comes behind everything else.

use countersign_sdk::contract::actions::{ChangesInput, DocumentChange, DocumentChanges};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{Failure, TimestampMs};
use countersign_sdk::failure::invalid;
use countersign_sdk::text::is_id;
use countersign_sdk::{Host, timestamp_ms, timestamp_text};

use crate::package::at_packages;
use crate::refusal::fetch;
use crate::status::{TRASHED, package_status, status_of};
use crate::wire::package::{Listing, Package};

/// INFERRED: as many as OneSpan is known to give in one page.
const PAGE_MAX: u32 = 100;

/// Where a page begins: at the time of the last change that was seen, so the changes of that very time come again. A
/// mere place in the list would skip packages, because those that change again move to its end and the others close up.
/// Only a page full of one time needs a place behind it, or there would be no getting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    trash: bool,
    since: TimestampMs,
    seen: u32,
}

/// See `list-changes` of the contract.
///
/// # Errors
/// `invalid` for a cursor that is none of ours; otherwise as OneSpan says.
pub(crate) fn list_changes(host: &dyn Host, input: &ChangesInput) -> Result<DocumentChanges, Failure> {
    let cursor = match input.cursor.as_deref() {
        None => Cursor { trash: false, since: input.since, seen: 0 },
        Some(text) => Cursor::parse(text)
            .ok_or_else(|| invalid("cursor", "is none that an earlier answer gave; leave it out"))?,
    };
    let limit = input.limit.clamp(1, PAGE_MAX);
    let request = at_packages("GET", Repeat::Read)
        .query("lastUpdatedStartDate", timestamp_text(cursor.start()))
        .query("sort", "updated")
        .query("dir", "asc")
        .query("from", cursor.seen.saturating_add(1).to_string())
        .query("to", cursor.seen.saturating_add(limit).to_string());
    let request = if cursor.trash { request.query("query", "trashed") } else { request };
    let page: Listing = fetch(host, request)?.json()?;
    let next = if has_more(&page, cursor, limit) { cursor.after(&page) } else { None };
    let changes = page.results.iter().filter_map(|package| change(package, cursor)).collect();
    let trash = (!cursor.trash).then_some(Cursor { trash: true, since: input.since, seen: 0 });
    Ok(DocumentChanges { changes, cursor: next.or(trash).map(Cursor::text) })
}

/// Nothing for a package without an id or a word, or that has not changed since: a page begins earlier than that.
fn change(package: &Package, cursor: Cursor) -> Option<DocumentChange> {
    let id = package.id.as_deref().map(str::trim).filter(|id| is_id(id))?;
    let changed_at = changed_at(package).unwrap_or(cursor.since);
    // INFERRED: a list of the trash need not say so of each package.
    let status = if cursor.trash { status_of(TRASHED) } else { package_status(package).ok()? };
    (changed_at >= cursor.since).then(|| DocumentChange {
        document_id: id.to_owned(),
        client_reference: package.client_reference(),
        status,
        changed_at,
    })
}

fn changed_at(package: &Package) -> Option<TimestampMs> {
    package.updated.as_deref().and_then(timestamp_ms)
}

fn has_more(page: &Listing, cursor: Cursor, limit: u32) -> bool {
    let here = page.results.len() as u64;
    let behind = u64::from(cursor.seen) + here;
    let counted = page.count.and_then(|count| u64::try_from(count).ok());
    here > 0 && counted.map_or(here >= u64::from(limit), |count| behind < count)
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let mut pieces = text.trim().split('+');
        let trash = match pieces.next()? {
            "packages" => false,
            "trash" => true,
            _ => return None,
        };
        let cursor = Self { trash, since: pieces.next()?.parse().ok()?, seen: pieces.next()?.parse().ok()? };
        pieces.next().is_none().then_some(cursor)
    }

    fn text(self) -> String {
        format!("{}+{}+{}", if self.trash { "trash" } else { "packages" }, self.since, self.seen)
    }

    /// In whole seconds, as OneSpan's examples have it, and one earlier: whether the start itself counts it does not say.
    fn start(self) -> TimestampMs {
        (self.since / 1000).saturating_sub(1) * 1000
    }

    /// Behind this page.
    fn after(self, page: &Listing) -> Option<Self> {
        let last = page.results.iter().rev().find_map(changed_at).unwrap_or(self.since);
        let moved = Self { since: last.max(self.since), seen: 0, ..self };
        if moved.start() > self.start() {
            return Some(moved);
        }
        let seen = u32::try_from(page.results.len()).ok()?;
        Some(Self { seen: self.seen.saturating_add(seen), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_sdk::json;

    #[test]
    fn a_cursor_gets_on() {
        let page = |times: &[&str]| {
            let results: Vec<_> =
                times.iter().map(|time| format!(r#"{{"id":"P","updated":"{time}"}}"#)).collect();
            json::read::<Listing>(format!(r#"{{"results":[{}]}}"#, results.join(",")).as_bytes()).unwrap()
        };
        let start = Cursor { trash: false, since: 10_500, seen: 0 };
        assert_eq!(start.start(), 9_000);
        let later = start.after(&page(&["1970-01-01T00:00:10Z", "1970-01-01T00:00:12.5Z"]));
        assert_eq!(later, Some(Cursor { since: 12_500, ..start }));
        let same = start.after(&page(&["1970-01-01T00:00:10Z", "1970-01-01T00:00:10.9Z"]));
        assert_eq!(same, Some(Cursor { seen: 2, ..start }), "a page of one time");
        assert_eq!(start.after(&page(&[""])), Some(Cursor { seen: 1, ..start }), "no times at all");
        for cursor in [start, Cursor { trash: true, since: 1, seen: 3 }] {
            assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }
        for wrong in ["12+0", "moon+1+1", "trash+1", "trash+1+1+1", ""] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
