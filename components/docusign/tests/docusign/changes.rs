//! Paging over a list that changes meanwhile.

use std::collections::BTreeSet;

use countersign_sdk::Provider;
use countersign_sdk::contract::actions::ChangesInput;
use countersign_sdk::fake::{Exchange, request};
use docusign::DocuSign;
use serde_json::json;

use crate::given::{below, host};

/// A page that begins at this time and place.
fn page(from: &str, start: &str, envelopes: &[(&str, &str)], more: bool) -> Exchange {
    let envelopes: Vec<_> = envelopes
        .iter()
        .map(|(id, at)| json!({ "envelopeId": id, "status": "sent", "statusChangedDateTime": at }))
        .collect();
    let next = if more { "/next" } else { "" };
    request("GET", below!("envelopes"))
        .with_query("from_date", from)
        .with_query("from_to_status", "changed")
        .with_query("order_by", "status_changed")
        .with_query("order", "asc")
        .with_query("start_position", start)
        .with_query("count", "2")
        .with_query("include", "custom_fields")
        .answer_json(&json!({ "envelopes": envelopes, "nextUri": next }))
}

/// B changes after the first page was read and moves to the end of the list. By places in the list, C would have moved
/// into the first page and be missed.
#[test]
fn an_envelope_that_changes_between_pages_hides_no_other() {
    let (a, b) = (("A", "1970-01-01T00:00:01Z"), ("B", "1970-01-01T00:00:02Z"));
    let (c, later_b) = (("C", "1970-01-01T00:00:03Z"), ("B", "1970-01-01T00:00:09Z"));
    let host = host().expect(page("1970-01-01T00:00:00Z", "0", &[a, b], true)).expect(page(
        "1970-01-01T00:00:02Z",
        "0",
        &[c, later_b],
        false,
    ));
    let mut input = ChangesInput { since: 0, cursor: None, limit: 2, settings: Vec::new() };
    let mut seen = BTreeSet::new();
    loop {
        let found = DocuSign::list_changes(&host, &input).unwrap();
        seen.extend(found.changes.into_iter().map(|change| change.document_id));
        input.cursor = found.cursor;
        if input.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["A", "B", "C"]);
}
