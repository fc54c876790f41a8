//! The order in which things happen around the one request that mails people, and how often it is sent.

use countersign_sdk::Provider;
use countersign_sdk::contract::http::{FailureKind, Repeat, RequestSent};
use countersign_sdk::contract::types::Failure;
use docusign::DocuSign;
use serde_json::json;

use crate::given::{
    ENVELOPE, creates, finds_nothing, host, looks_up, reads, reads_back, reads_ours, send_input, sends,
};

#[test]
fn the_id_is_told_before_anybody_is_mailed() {
    let host = host()
        .expect(finds_nothing().with_repeat(Repeat::Read))
        .expect(creates().with_repeat(Repeat::Repeatable))
        .expect(sends().with_repeat(Repeat::Once))
        .expect(reads_back().with_repeat(Repeat::Read));
    let sent = DocuSign::send_for_signature(&host, &send_input()).unwrap();
    assert_eq!(sent.document_id, ENVELOPE);
    let told = host.journal().iter().position(|line| *line == format!("created {ENVELOPE}")).unwrap();
    let mailed = host.journal().iter().position(|line| line.starts_with("PUT ")).unwrap();
    assert!(told < mailed, "{:?}", host.journal());
}

#[test]
fn the_id_of_a_found_envelope_is_told_too() {
    let found = json!({ "envelopeTransactionStatuses": [{ "envelopeId": ENVELOPE, "status": "created" }] });
    let host = host()
        .expect(looks_up().answer_json(&found))
        .expect(reads_ours("created"))
        .expect(sends())
        .expect(reads_back());
    DocuSign::send_for_signature(&host, &send_input()).unwrap();
    assert_eq!(host.created(), [ENVELOPE]);
}

#[test]
fn a_lost_answer_mails_nobody_twice() {
    let lost = || sends().breaks(FailureKind::Timeout, RequestSent::Maybe);
    let host = host()
        .expect(finds_nothing())
        .expect(creates())
        .expect(lost())
        .expect(reads(&json!({ "status": "sent" })))
        .expect(reads_back());
    DocuSign::send_for_signature(&host, &send_input()).unwrap();
    assert_eq!(host.journal().iter().filter(|line| line.starts_with("PUT ")).count(), 1);
}

#[test]
fn both_tries_in_doubt_stay_in_doubt_only_while_nobody_can_look() {
    let lost = || sends().breaks(FailureKind::Timeout, RequestSent::Maybe);
    let host = host()
        .expect(finds_nothing())
        .expect(creates())
        .expect(lost())
        .expect(reads(&json!({ "status": "created" })))
        .expect(lost())
        .expect(reads(&json!({ "status": "created" })));
    let failure = DocuSign::send_for_signature(&host, &send_input()).unwrap_err();
    assert!(matches!(failure, Failure::InDoubt(_)), "{failure:?}");
}

#[test]
fn what_docusign_does_not_know_is_told_to_the_operator() {
    let host = host().expect(finds_nothing()).expect(creates()).expect(sends()).expect(reads_back());
    let input = countersign_sdk::contract::actions::SendInput {
        as_organisation: true,
        labels: vec!["L".to_owned()],
        ..send_input()
    };
    DocuSign::send_for_signature(&host, &input).unwrap();
    assert_eq!(host.logged().len(), 2, "{:?}", host.logged());
}
