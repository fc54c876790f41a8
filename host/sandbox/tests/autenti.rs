//! A real provider through the sandbox: Autenti's component against a provider that answers by script.
//!
//! Not here: what Autenti's requests hold (`components/autenti`) and Autenti's own behaviour (`fixtures/simulators`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "hostile/stage.rs"]
mod stage;
#[path = "calls/timeline.rs"]
mod timeline;

use std::sync::{Arc, OnceLock};

use countersign_sandbox::exchange::{Exchange, RecordedBody};
use countersign_sandbox::journal::Journal;
use countersign_sandbox::selftest::PATIENT;
use countersign_sandbox::transport::Transport;
use countersign_sandbox::{
    ActionInput, ActionOutcome, CallEnd, CallInput, EndedBy, Failure, Limits, Provider,
};
use serde_json::{Value, json};
use stage::sandbox;
use timeline::{Answer, Asked, Timeline, Written};

fn autenti() -> Arc<Provider> {
    static ADMITTED: OnceLock<Arc<Provider>> = OnceLock::new();
    let bytes = countersign_components::bundled_by_id("autenti").unwrap().bytes;
    Arc::clone(ADMITTED.get_or_init(|| sandbox(Limits::default(), 4).admit(bytes).unwrap()))
}

fn send_input() -> Value {
    let recipient = json!({
        "row-key": "1", "first-name": "Ada", "last-name": "Lovelace", "email": "ada@example.com", "role": "SIGNER",
        "signature-type": "BASIC",
    });
    json!({"client-reference": "R-1", "title": "Umowa", "recipients": [recipient], "documents": [1]})
}

fn input(timeline: &Arc<Timeline>, action: &str, json: Value) -> CallInput {
    let stage = stage::set(Arc::new(Asked(Arc::clone(timeline))) as Arc<dyn Transport>);
    let journal = Arc::new(Written(Arc::clone(timeline))) as Arc<dyn Journal>;
    CallInput { journal, ..stage.input(ActionInput::from_json(action, json).unwrap(), PATIENT) }
}

async fn call(answers: Vec<Answer>, action: &str, json: Value) -> (CallEnd, Vec<String>) {
    let timeline = Arc::new(Timeline::answering(answers));
    let end = autenti().call(input(&timeline, action, json)).await;
    (end, heads(&timeline))
}

/// What happened, without bodies.
fn heads(timeline: &Timeline) -> Vec<String> {
    let head = |line: String| match line.starts_with("POST") || line.starts_with("GET") {
        true => line.split(' ').take(2).collect::<Vec<_>>().join(" "),
        false => line,
    };
    timeline.seen().into_iter().map(head).collect()
}

const CREATED: Answer = Answer::Whole(201, r#"{"id": "P/1:a=", "status": "DRAFT"}"#);
const DONE: Answer = Answer::Whole(200, "{}");
const ACCEPTED: Answer =
    Answer::Whole(200, r#"[{"eventType": "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_SENT"}]"#);
const SENT: Answer = Answer::Whole(200, r#"{"id": "P/1:a=", "status": "PROCESSING"}"#);

fn happy() -> Vec<Answer> {
    vec![CREATED, DONE, ACCEPTED, SENT]
}

/// The whole send in order; `+` in an intent counts the reads committed with it.
const SENDING: [&str; 11] = [
    "intent C-1 0+1 POST /document-processes",
    "POST /document-processes",
    "response C-1 1",
    "document-created C-1 P/1:a=",
    "intent C-1 0+2 POST /document-processes/P%2F1%3Aa%3D/files",
    "POST /document-processes/P%2F1%3Aa%3D/files",
    "response C-1 2",
    "intent C-1 0+3 POST /document-processes/P%2F1%3Aa%3D/actions",
    "POST /document-processes/P%2F1%3Aa%3D/actions",
    "response C-1 3",
    "GET /document-processes/P%2F1%3Aa%3D",
];

fn document_id(end: &CallEnd) -> &str {
    match &end.result {
        Ok(ActionOutcome::SendForSignature(sent)) => &sent.document_id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_document_is_created_told_filled_and_sent() {
    let (end, seen) = call(happy(), "send-for-signature", send_input()).await;
    assert_eq!(document_id(&end), "P/1:a=");
    assert_eq!(seen, SENDING);
    let RecordedBody::Parts(parts) = &end.exchanges[1].request.body else { panic!("{:?}", end.exchanges[1]) };
    let files =
        parts.iter().filter(|part| matches!(part.body, RecordedBody::Digest { attachment: Some(1), .. }));
    assert_eq!(files.count(), 1, "the file is recorded by its digest");
}

#[tokio::test]
async fn cut_anywhere_and_run_again_it_ends_the_same_and_sends_nothing_twice() {
    let (whole, _) = call(happy(), "send-for-signature", send_input()).await;
    for cut in 0..=whole.exchanges.len() {
        let journal: Vec<Exchange> = whole.exchanges[..cut].to_vec();
        let timeline = Arc::new(Timeline::answering(happy().into_iter().skip(cut)));
        let end = autenti().resume(input(&timeline, "send-for-signature", send_input()), journal).await;
        assert_eq!(end.result, whole.result, "cut after {cut}");
        let requests =
            |exchanges: &[Exchange]| exchanges.iter().map(|e| e.request.clone()).collect::<Vec<_>>();
        assert_eq!(requests(&end.exchanges), requests(&whole.exchanges), "cut after {cut}");
        let sent = heads(&timeline)
            .iter()
            .filter(|line| line.starts_with("POST") || line.starts_with("GET"))
            .count();
        assert_eq!(sent, 4 - cut, "cut after {cut}");
    }
}

#[tokio::test]
async fn the_same_call_makes_the_same_requests() {
    let (first, _) = call(happy(), "send-for-signature", send_input()).await;
    let (second, _) = call(happy(), "send-for-signature", send_input()).await;
    let requests = |end: &CallEnd| end.exchanges.iter().map(|e| e.request.clone()).collect::<Vec<_>>();
    assert_eq!(requests(&first), requests(&second));
}

#[tokio::test]
async fn a_file_that_was_not_granted_is_not_sent() {
    let mut json = send_input();
    json["documents"] = json!([1, 9]);
    let (end, seen) = call(happy(), "send-for-signature", json).await;
    assert!(matches!(end.result, Err(Failure::Denied(_) | Failure::Invalid(_))), "{:?}", end.result);
    assert!(seen.is_empty(), "{seen:?}");
}

#[tokio::test]
async fn a_status_is_read_without_a_single_write() {
    let (end, seen) = call(vec![SENT], "get-document-status", json!({"document-id": "P/1:a="})).await;
    let outcome = end.result.unwrap().to_json();
    assert_eq!(outcome["status"]["code"], "PROCESSING");
    assert_eq!(
        (seen, end.ended_by),
        (vec!["GET /document-processes/P%2F1%3Aa%3D".to_owned()], EndedBy::Returned)
    );
}
