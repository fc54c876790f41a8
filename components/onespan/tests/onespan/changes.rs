//! Paging over a list that changes meanwhile.

use std::collections::BTreeSet;

use countersign_sdk::Provider;
use countersign_sdk::contract::actions::ChangesInput;
use countersign_sdk::fake::{Exchange, request};
use onespan::OneSpan;
use serde_json::json;

use crate::given::{below, host};

/// A page that begins at this time.
fn page(start: &str, packages: &[(&str, &str)], count: u32) -> Exchange {
    let results: Vec<_> =
        packages.iter().map(|(id, at)| json!({ "id": id, "status": "SENT", "updated": at })).collect();
    request("GET", below!())
        .with_query("lastUpdatedStartDate", start)
        .with_query("sort", "updated")
        .with_query("dir", "asc")
        .with_query("from", "1")
        .with_query("to", "2")
        .answer_json(&json!({ "count": count, "results": results }))
}

/// B changes after the first page was read and moves to the end of the list. By places in the list, C would have moved
/// into the first page and be missed.
#[test]
fn a_package_that_changes_between_pages_hides_no_other() {
    let (a, b) = (("A", "1970-01-01T00:00:11Z"), ("B", "1970-01-01T00:00:22Z"));
    let (c, later_b) = (("C", "1970-01-01T00:00:33Z"), ("B", "1970-01-01T00:00:44Z"));
    let host = host()
        .expect(page("1970-01-01T00:00:00Z", &[a, b], 3))
        .expect(page("1970-01-01T00:00:21Z", &[c, later_b], 2))
        .expect(page("1970-01-01T00:00:00Z", &[], 0).with_query("query", "trashed"));
    let mut input = ChangesInput { since: 1000, cursor: None, limit: 2, settings: Vec::new() };
    let mut seen = BTreeSet::new();
    loop {
        let found = OneSpan::list_changes(&host, &input).unwrap();
        seen.extend(found.changes.into_iter().map(|change| change.document_id));
        input.cursor = found.cursor;
        if input.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["A", "B", "C"]);
}
