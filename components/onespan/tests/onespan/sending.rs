//! The order in which things happen around the one request that mails people, and how often it is sent.

use countersign_sdk::Provider;
use countersign_sdk::contract::actions::{DocumentInput, ReminderInput, SendInput};
use countersign_sdk::contract::http::{FailureKind, Repeat, RequestSent};
use countersign_sdk::contract::types::Failure;
use countersign_sdk::fake::request;
use onespan::OneSpan;
use serde_json::json;

use crate::given::{
    PACKAGE, below, creates, document, finds_nothing, host, looks_up, ours, reads, send_input, sends, setting,
};

#[test]
fn the_id_is_told_before_anybody_is_mailed() {
    let host = host()
        .expect(finds_nothing().with_repeat(Repeat::Read))
        .expect(creates().with_repeat(Repeat::Repeatable))
        .expect(request("POST", below!(PACKAGE, "reminders")).with_repeat(Repeat::Repeatable))
        .expect(sends().with_repeat(Repeat::Once))
        .expect(reads(&ours("SENT")).with_repeat(Repeat::Read));
    let input = SendInput { settings: vec![setting("reminder-delay", "3")], ..send_input() };
    let sent = OneSpan::send_for_signature(&host, &input).unwrap();
    assert_eq!(sent.document_id, PACKAGE);
    let journal = host.journal();
    assert_eq!(journal[2], format!("created {PACKAGE}"), "at once: {journal:?}");
}

#[test]
fn the_id_of_a_found_package_is_told_too() {
    let found = json!({ "count": 1, "results": [{ "id": PACKAGE }] });
    let host = host()
        .expect(looks_up().answer_json(&found))
        .expect(reads(&ours("DRAFT")))
        .expect(sends())
        .expect(reads(&ours("SENT")));
    OneSpan::send_for_signature(&host, &send_input()).unwrap();
    assert_eq!(host.created(), [PACKAGE]);
}

#[test]
fn a_lost_answer_mails_nobody_twice() {
    let host = host()
        .expect(finds_nothing())
        .expect(creates())
        .expect(sends().breaks(FailureKind::Timeout, RequestSent::Maybe))
        .expect(reads(&ours("SENT")))
        .expect(reads(&ours("SENT")));
    OneSpan::send_for_signature(&host, &send_input()).unwrap();
    assert_eq!(host.journal().iter().filter(|line| line.starts_with("PUT ")).count(), 1);
}

#[test]
fn nobody_is_reminded_behind_a_doubt() {
    let signers = |n: u32| json!([{ "id": format!("s-{n}"), "email": format!("s-{n}@example.com") }]);
    let role = |n: u32| json!({ "id": format!("role-{n}"), "signers": signers(n) });
    let package = json!({ "status": "SENT", "roles": [role(1), role(2)] });
    let doubtful = request("POST", below!(PACKAGE, "notifications"))
        .with_repeat(Repeat::Once)
        .with_json(json!({ "email": "s-1@example.com" }))
        .breaks(FailureKind::Timeout, RequestSent::Maybe);
    let host = host().expect(reads(&package)).expect(doubtful);
    let input = ReminderInput { document: document(), except: Vec::new() };
    let failure = OneSpan::send_reminders(&host, &input).unwrap_err();
    assert!(matches!(failure, Failure::InDoubt(_)), "{failure:?}");
}

#[test]
fn what_onespan_does_not_know_is_told_to_the_operator() {
    let host = host().expect(finds_nothing()).expect(creates()).expect(sends()).expect(reads(&ours("SENT")));
    let input = SendInput { as_organisation: true, labels: vec!["L".to_owned()], ..send_input() };
    OneSpan::send_for_signature(&host, &input).unwrap();
    assert_eq!(host.logged().len(), 2, "{:?}", host.logged());
}

/// Links and reasons are for one person: no message for the operator repeats them (P38).
#[test]
fn links_are_not_logged() {
    let package = json!({
        "status": "SENT",
        "roles": [{ "id": "role-1", "signers": [{ "id": "s-1", "email": "anna@example.com" }] }],
    });
    let url = request("GET", below!(PACKAGE, "roles", "role-1", "signingUrl"))
        .answer_json(&json!({ "url": "https://sandbox.esignlive.com/auth?target=secret" }));
    let host = host().expect(reads(&package)).expect(url);
    let input = countersign_sdk::contract::actions::RecipientsInput {
        document: DocumentInput { ..document() },
        recipients: vec![crate::given::signer()],
    };
    let found = OneSpan::get_signing_link(&host, &input).unwrap();
    assert_eq!(found.links.len(), 1);
    assert!(host.logged().is_empty(), "{:?}", host.logged());
}
