//! Reading where a document and its recipients stand.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{DocumentState, Failure, RecipientState};
use countersign_sdk::failure;
use countersign_sdk::fake::{Fake, request};
use serde_json::{Value, json};

use crate::given::{PROCESS, anna, code, document, jan, locks, reads_process, recipients};

#[test]
fn a_status_is_one_read() {
    let host =
        Fake::new().expect(reads_process(&json!({ "status": "COMPLETED " })).with_repeat(Repeat::Read));
    let status = Autenti::get_document_status(&host, &document()).unwrap();
    assert_eq!((status.code.as_str(), status.state), ("COMPLETED", DocumentState::Completed));
}

#[test]
fn unknown_words_are_carried() {
    let host = Fake::new().expect(reads_process(&json!({ "status": "Frozen/2", "somethingNew": [1] })));
    let status = Autenti::get_document_status(&host, &document()).unwrap();
    assert_eq!((status.code.as_str(), status.state), ("Frozen/2", DocumentState::Other));
}

#[test]
fn refusals_are_told_apart() {
    let read = || reads_process(&json!({}));
    for (answer, expected) in [
        (read(), "malformed-response"),
        (request("GET", &["document-processes", PROCESS]).answer_bytes(b"<html>"), "malformed-response"),
        (read().answers(401), "Unauthorized"),
        (read().answers(404), "NotFound"),
        (read().answers(500), "Transient"),
        (locks(read()), "Locked"),
    ] {
        let host = Fake::new().expect(answer);
        assert_eq!(code(&Autenti::get_document_status(&host, &document()).unwrap_err()), expected);
    }
    let host = Fake::new().expect(read().answers(429).answer_header("Retry-After", "30"));
    let busy = Autenti::get_document_status(&host, &document()).unwrap_err();
    assert!(matches!(busy, Failure::Transient(fault) if fault.retry_after_ms == Some(30_000)));
}

fn party(id: &str, email: &str, status: Value, events: Value) -> Value {
    json!({
        "party": { "id": id, "contacts": [{ "type": "CONTACT-TYPE:EMAIL", "attributes": { "email": email } }] },
        "role": "SIGNER",
        "participationStatus": status,
        "events": events,
    })
}

#[test]
fn rows_are_matched_and_words_read() {
    let rejection = json!([
        { "eventType": "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_OPENED" },
        { "eventType": "EVENT_CLASSIFIER-UNIQUE_TYPE:SIGNATURE_REJECTION", "attributes": { "comment": " wrong price " } },
    ]);
    let process = json!({ "status": "PROCESSING", "parties": [
        party("PARTY-PUBLIC_SIGNING_PROCESS_ID:1", "ANNA@example.com", json!("COMPLETED"), json!(null)),
        party("PARTY-PUBLIC_SIGNING_PROCESS_ID:2", "jan@example.com", json!("COMPLETED"), rejection),
        party("PARTY-PUBLIC_SIGNING_PROCESS_ID:3", "renamed@example.com", json!("ASLEEP"), json!([])),
        party("PARTY-EMAIL:4", "blank@example.com", json!(null), json!([])),
    ] });
    let mut renamed = crate::given::signer("3", "O", "K", "old@example.com");
    renamed.provider_reference = Some("PARTY-PUBLIC_SIGNING_PROCESS_ID:3".to_owned());
    let blank = crate::given::signer("4", "O", "K", "blank@example.com");
    let mut viewer = anna();
    viewer.role = "VIEWER#Viewer".to_owned();
    let host = Fake::new().expect(reads_process(&process));
    let found =
        Autenti::get_recipient_statuses(&host, &recipients(vec![anna(), jan(), renamed, blank, viewer]))
            .unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.row_key.as_str(), one.code.as_str(), one.state, one.reason.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("1", "COMPLETED", RecipientState::Done, None),
            ("2", "REJECTED", RecipientState::Declined, Some("wrong price")),
            ("3", "ASLEEP", RecipientState::Other, None),
        ],
        "a row of another role, and a party without a word, are left alone"
    );
    assert_eq!(found[0].provider_reference.as_deref(), Some("PARTY-PUBLIC_SIGNING_PROCESS_ID:1"));
}

#[test]
fn every_word_for_recipients_is_read() {
    for (word, state) in [
        ("NONE", RecipientState::Waiting),
        ("PENDING", RecipientState::Notified),
        ("COMPLETED", RecipientState::Done),
        ("REJECTED", RecipientState::Declined),
        ("OBSOLETE", RecipientState::Other),
        ("FAILED", RecipientState::Other),
    ] {
        let process = json!({ "parties": [party("P", "anna@example.com", json!(word), json!([]))] });
        let host = Fake::new().expect(reads_process(&process));
        let found = Autenti::get_recipient_statuses(&host, &recipients(vec![anna()])).unwrap();
        assert_eq!((found[0].code.as_str(), found[0].state), (word, state));
        assert_eq!(found[0].provider_reference, None, "`P` is not the lasting id");
    }
}

#[test]
fn ids_that_no_provider_gives_are_refused() {
    for id in ["a\nb".to_owned(), "x".repeat(513)] {
        let mut input = document();
        input.document_id = id;
        let refused = Autenti::get_document_status(&Fake::new(), &input).unwrap_err();
        let reason = "is no id of Autenti: too long, or with characters nobody can see";
        assert_eq!(refused, failure::invalid("document-id", reason));
    }
}
