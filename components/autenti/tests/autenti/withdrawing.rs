//! Taking a document back.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::actions::{DocumentInput, WithdrawInput, Withdrawn};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{DocumentState, Failure};
use countersign_sdk::fake::{Exchange, Fake};
use serde_json::json;

use crate::given::{PROCESS, acts, code, document, locks, reads_process, selects};

const WITHDRAWAL: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_WITHDRAWAL";

pub(crate) fn withdrawal(document: DocumentInput) -> WithdrawInput {
    WithdrawInput { document, reason: Some("a typing error".to_owned()) }
}

fn withdraws() -> Exchange {
    acts(&[selects(WITHDRAWAL)]).with_repeat(Repeat::Repeatable)
}

fn run(script: Vec<Exchange>) -> Result<Withdrawn, Failure> {
    let host = script.into_iter().fold(Fake::new(), Fake::expect);
    Autenti::withdraw_document(&host, &withdrawal(document()))
}

#[test]
fn the_event_tells_the_state() {
    let told = run(vec![
        withdraws().answer_json(&json!([{ "eventType": WITHDRAWAL, "object": { "id": PROCESS } }])),
    ]);
    let status = told.unwrap().status.unwrap();
    assert_eq!((status.code.as_str(), status.state), ("WITHDRAWN", DocumentState::Cancelled));
    assert_eq!(run(vec![withdraws()]).unwrap().status, None, "an empty success tells nothing");
}

#[test]
fn twice_is_harmless() {
    let withdrawn =
        run(vec![withdraws().answers(409), reads_process(&json!({ "status": "WITHDRAWN" }))]).unwrap();
    assert_eq!(withdrawn.status.unwrap().state, DocumentState::Cancelled);
}

#[test]
fn a_finished_document_cannot_be_withdrawn() {
    let completed = || reads_process(&json!({ "status": "COMPLETED" }));
    let cases: Vec<(&str, Vec<Exchange>, &str)> = vec![
        ("completed", vec![withdraws().answers(409), completed()], "409"),
        ("look-up fails", vec![withdraws().answers(409), completed().answers(503)], "409"),
        ("no permission", vec![withdraws().answers(403), completed()], "Unauthorized"),
        ("locked", vec![locks(withdraws())], "Locked"),
        ("gone", vec![withdraws().answers(404)], "NotFound"),
        ("busy", vec![withdraws().answers(503)], "Transient"),
    ];
    for (name, script, expected) in cases {
        assert_eq!(code(&run(script).unwrap_err()), expected, "{name}");
    }
}
