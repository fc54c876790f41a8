//! Calls: what is journalled before what, what a broken request means, and running a call again from its journal.
//!
//! Not here: components that misbehave (`hostile.rs`) and the real network (`network.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "hostile/stage.rs"]
mod stage;
#[path = "calls/timeline.rs"]
mod timeline;

use std::sync::Arc;

use countersign_sandbox::exchange::{Exchange, RecordedBody, RecordedResponse, Repeat};
use countersign_sandbox::journal::Journal;
use countersign_sandbox::selftest::{NOW_MS, PATIENT};
use countersign_sandbox::transport::{Transport, TransportFailureKind};
use countersign_sandbox::{ActionInput, ActionOutcome, CallEnd, CallInput, EndedBy, Failure};
use serde_json::json;
use stage::hostile;
use timeline::{Answer, Asked, Timeline, Written};

const SEND: &str = "send-for-signature";

/// A call of the hostile component against a timeline.
fn input(timeline: &Arc<Timeline>, behaviour: &str) -> CallInput {
    let stage = stage::set(Arc::new(Asked(Arc::clone(timeline))) as Arc<dyn Transport>);
    let journal = Arc::new(Written(Arc::clone(timeline))) as Arc<dyn Journal>;
    CallInput { journal, ..stage.call(SEND, behaviour, PATIENT) }
}

async fn call(timeline: Timeline, behaviour: &str) -> (CallEnd, Vec<String>) {
    let timeline = Arc::new(timeline);
    let end = hostile().call(input(&timeline, behaviour)).await;
    (end, timeline.seen())
}

async fn resume(timeline: Timeline, behaviour: &str, journal: Vec<Exchange>) -> (CallEnd, Vec<String>) {
    let timeline = Arc::new(timeline);
    let end = hostile().resume(input(&timeline, behaviour), journal).await;
    (end, timeline.seen())
}

fn document_id(end: &CallEnd) -> &str {
    match &end.result {
        Ok(ActionOutcome::SendForSignature(sent)) => &sent.document_id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn intent_before_sending_and_response_before_the_component() {
    let (end, seen) = call(Timeline::answering([Answer::Whole(201, "D-7")]), "behave").await;
    let expected = [
        "intent C-1 0+1 POST /documents",
        "POST /documents sign this",
        "response C-1 1",
        "document-created C-1 D-7",
    ];
    assert_eq!(seen, expected);
    assert_eq!((document_id(&end), end.document_id.as_deref()), ("D-7", Some("D-7")));
    assert_eq!(end.ended_by, EndedBy::Returned);
    assert!(end.memory_peak_bytes > 0);

    let [exchange] = end.exchanges.as_slice() else { panic!("{:?}", end.exchanges) };
    assert_eq!((exchange.number, exchange.request.repeat), (1, Repeat::Once));
    assert_eq!(exchange.request.body, RecordedBody::Text("sign this".to_owned()));
    assert_eq!(exchange.request.headers[0].name, "content-type");
    let Some(RecordedResponse::Answered { status: 201, body, .. }) = &exchange.response else {
        panic!("{exchange:?}")
    };
    assert_eq!(*body, RecordedBody::Text("D-7".to_owned()));
}

#[tokio::test]
async fn a_request_that_only_reads_waits_for_the_next_durable_write() {
    let (end, seen) = call(Timeline::answering([Answer::Whole(200, "a document")]), "trap-after-read").await;
    assert_eq!(seen, ["GET /documents/D-1"]);
    assert_eq!(end.exchanges.len(), 1, "the end of the call hands it over");
}

#[tokio::test]
async fn a_journal_that_cannot_write_ends_the_call() {
    let answers = || [Answer::Whole(201, "D-7")];
    let cases: [(&str, &[&str], &str, usize); 3] = [
        ("intent", &[], "transient", 0),
        ("response", &["intent C-1 0+1 POST /documents", "POST /documents sign this"], "in-doubt", 1),
        (
            "document-created",
            &["intent C-1 0+1 POST /documents", "POST /documents sign this", "response C-1 1"],
            "in-doubt",
            1,
        ),
    ];
    for (broken, expected, kind, exchanges) in cases {
        let timeline = Timeline::answering(answers()).breaking(broken);
        let (end, seen) = call(timeline, "behave").await;
        assert_eq!(seen, expected, "{broken}");
        assert_eq!(end.result.as_ref().unwrap_err().kind(), kind, "{broken}: {:?}", end.result);
        assert_eq!(end.ended_by, EndedBy::JournalFailed("the disk is full".to_owned()));
        assert_eq!(end.exchanges.len(), exchanges, "{broken}");
    }
}

#[tokio::test]
async fn a_broken_once_request_is_in_doubt_unless_it_was_never_sent() {
    use TransportFailureKind::{Connect, Denied, Timeout, Tls, Unauthorized};
    let cases = [
        (Answer::Broken(Connect, false), "transient", false),
        (Answer::Broken(Tls, false), "transient", false),
        (Answer::Broken(Unauthorized, false), "unauthorized", false),
        (Answer::Broken(Denied, false), "denied", false),
        (Answer::Broken(Timeout, true), "in-doubt", true),
        (Answer::Broken(Connect, true), "in-doubt", true),
        // The transport says that nothing was sent, and half an answer is there: the bytes are right.
        (Answer::Half("D-"), "in-doubt", true),
    ];
    for (answer, kind, sent) in cases {
        let (end, seen) = call(Timeline::answering([answer]), "behave").await;
        let failure = end.result.unwrap_err();
        assert_eq!(failure.kind(), kind, "{failure}");
        assert_eq!(seen.last().map(String::as_str), Some("response C-1 1"), "the failure is journalled too");
        let Some(RecordedResponse::Failed { maybe_sent, message, .. }) = &end.exchanges[0].response else {
            panic!()
        };
        assert_eq!(*maybe_sent, sent, "{message}");
    }
}

#[tokio::test]
async fn a_refused_once_request_leaves_no_doubt() {
    let cases = [(409, "rejected"), (422, "rejected"), (500, "rejected")];
    for (status, kind) in cases {
        let (end, _) = call(Timeline::answering([Answer::Whole(status, "no")]), "behave").await;
        assert_eq!(end.result.unwrap_err().kind(), kind, "{status}");
    }
    // The component traps after the answer: only a refusal leaves nothing open.
    let (end, _) = call(Timeline::answering([Answer::Whole(409, "no")]), "trap-after-create").await;
    assert_eq!(end.result.unwrap_err().kind(), "rejected");
    let (end, _) = call(Timeline::answering([Answer::Whole(201, "D-7")]), "trap-after-create").await;
    let Err(Failure::InDoubt(words)) = end.result else { panic!() };
    assert!(words.contains("exchange 1 (`POST /documents`)"), "{words}");
}

#[tokio::test]
async fn run_again_from_its_journal_a_call_sends_nothing_and_ends_the_same() {
    let (first, _) = call(Timeline::answering([Answer::Whole(201, "D-7")]), "behave").await;
    let (again, seen) = resume(Timeline::default(), "behave", first.exchanges.clone()).await;
    assert_eq!(seen, ["document-created C-1 D-7"]);
    assert_eq!(again.result, first.result);
    assert_eq!(again.exchanges, first.exchanges);
}

#[tokio::test]
async fn run_again_before_an_open_once_request_it_is_in_doubt_and_never_sent() {
    let (mut first, _) = call(Timeline::answering([Answer::Whole(201, "D-7")]), "behave").await;
    first.exchanges[0].response = None;
    let (again, seen) = resume(Timeline::default(), "behave", first.exchanges).await;
    assert_eq!(seen, ["response C-1 1"]);
    assert_eq!(again.result.unwrap_err().kind(), "in-doubt");
}

#[tokio::test]
async fn run_again_an_open_read_is_sent_again() {
    let (mut first, _) =
        call(Timeline::answering([Answer::Whole(200, "a document")]), "trap-after-read").await;
    first.exchanges[0].response = None;
    let timeline = Timeline::answering([Answer::Whole(200, "a document")]);
    let (again, seen) = resume(timeline, "trap-after-read", first.exchanges).await;
    assert_eq!(seen, ["GET /documents/D-1"]);
    assert_eq!(again.exchanges.len(), 1);
}

#[tokio::test]
async fn run_again_a_call_that_asks_for_something_else_ends() {
    let (first, _) = call(Timeline::answering([Answer::Whole(200, "a document")]), "trap-after-read").await;
    let (again, seen) = resume(Timeline::default(), "behave", first.exchanges).await;
    assert!(seen.is_empty());
    let EndedBy::Diverged(words) = again.ended_by else { panic!("{:?}", again.ended_by) };
    assert!(words.contains("`POST /documents`") && words.contains("`GET /documents/D-1`"), "{words}");
}

#[tokio::test]
async fn an_answer_becomes_an_attachment_without_entering_the_component() {
    let answers = [Answer::Whole(200, "inline"), Answer::Whole(200, "a file")];
    let (end, _) = call(Timeline::answering(answers), "secret-reflection").await;
    let names: Vec<_> = end.created.iter().map(|info| (info.id, info.name.as_str(), info.size)).collect();
    assert_eq!(names[0], (2, "echo.txt", 6));
    assert_eq!(names[1].0, 3, "the component made the second itself");
    let Some(RecordedResponse::Answered { body, .. }) = &end.exchanges[1].response else { panic!() };
    let RecordedBody::Digest { size: 6, sha256, attachment: Some(2) } = body else { panic!("{body:?}") };
    assert_eq!(*sha256, end.created[0].sha256);

    let (again, seen) = resume(Timeline::default(), "secret-reflection", end.exchanges.clone()).await;
    assert!(seen.is_empty());
    assert_eq!(again.created[0], end.created[0]);
}

#[tokio::test]
async fn an_action_that_the_provider_lacks_is_unsupported() {
    let timeline = Arc::new(Timeline::default());
    let action =
        ActionInput::from_json("withdraw-document", json!({"document": {"document-id": "D-1"}})).unwrap();
    let end = hostile().call(CallInput { action, ..input(&timeline, "behave") }).await;
    assert_eq!((end.result, end.ended_by), (Err(Failure::Unsupported), EndedBy::Returned));
}

#[tokio::test]
async fn a_call_without_time_ends_before_it_does_anything() {
    let timeline = Arc::new(Timeline::default());
    let end =
        hostile().call(CallInput { deadline: std::time::Duration::ZERO, ..input(&timeline, "behave") }).await;
    assert_eq!((end.result.unwrap_err().kind(), end.ended_by), ("transient", EndedBy::TimedOut));
    assert!(timeline.seen().is_empty());
}

#[tokio::test]
async fn the_clock_stands_still_at_the_given_time() {
    let (end, _) = call(Timeline::default(), "look-at-clocks").await;
    let Ok(ActionOutcome::SendForSignature(sent)) = end.result else { panic!() };
    assert_eq!(sent.link.unwrap(), format!("{NOW_MS} {NOW_MS} {NOW_MS} 0"));
}
