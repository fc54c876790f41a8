//! Hostile components: each misbehaviour ends as it must, the next call works, and a call beside it goes on unharmed.
//!
//! The misbehaviours and the ends they must come to stand in `components/hostile`, whose data source lists them.
//! Not here: secrets (`secrets.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "hostile/loopback.rs"]
mod loopback;
#[path = "hostile/stage.rs"]
mod stage;

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_sandbox::connection::config::Scheme;
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::contract::events::InboundRequest;
use countersign_sandbox::exchange::RecordedResponse;
use countersign_sandbox::network::Network;
use countersign_sandbox::selftest::{
    Grant, METADATA, Misbehaviour, PATIENT, Script, Stage, Verdict, beside_others, fingerprint, judge,
    misbehaviours, words,
};
use countersign_sandbox::{ActionOutcome, CallEnd, EndedBy, Failure, Limits, LogSource};
use loopback::{Loopback, Safe};
use stage::{hostile, sandbox};

async fn every() -> Vec<Misbehaviour> {
    misbehaviours(&hostile()).await.unwrap()
}

/// Everything that is wrong, each with whose it is.
fn named(name: &str, wrong: Vec<String>) -> impl Iterator<Item = String> {
    wrong.into_iter().map(move |what| format!("`{name}` {what}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_misbehaviour_ends_as_it_must() {
    let provider = hostile();
    let mut wrong = Vec::new();
    for expected in every().await {
        let script = Arc::new(Script::default());
        let stage = stage::set(Arc::clone(&script) as _);
        let ran = beside_others(&provider, &stage, &script, &expected).await;
        println!("{:<34} {:?} {:?}", expected.name, words(&ran.end), ran.end.duration);
        let judged = judge(&expected, &ran.end, &ran.asked, provider.sandbox().limits());
        wrong.extend(named(&expected.name, [judged, ran.harmed].concat()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_real_http_they_end_the_same() {
    let provider = hostile();
    let network = Arc::new(Network::new().unwrap());
    let mut wrong = Vec::new();
    let families = BTreeSet::from(["good", "header", "path", "reach", "provider"]);
    let chosen = |expected: &Misbehaviour| {
        families.contains(expected.family.as_str()) || expected.name.starts_with("endless-wait")
    };
    for expected in every().await.into_iter().filter(chosen) {
        let loopback = Loopback::start().await;
        let connection = loopback.connection(Scheme::None, SchemeOffer::None, &Safe([].into()));
        let stage = Stage::over(connection, Arc::clone(&network) as _);
        let end = provider.call(stage.call(&expected.action, &expected.name, expected.deadline())).await;
        let judged = judge(&expected, &end, &loopback.asked(), provider.sandbox().limits());
        wrong.extend(named(&expected.name, judged));
        let next = provider.call(stage.call("send-for-signature", "behave", PATIENT)).await;
        if next.document_id.as_deref() != Some("D-1") || next.result.is_err() {
            wrong.push(format!("`{}` broke the next call: {next:?}", expected.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_is_another_one_is_noticed() {
    let provider = hostile();
    let all = every().await;
    let of = |name: &str| all.iter().find(|one| one.name == name).unwrap().clone();
    let let_through =
        Misbehaviour { ended_by: "returned".to_owned(), result: "denied".to_owned(), ..of("behave") };
    let went_on =
        Misbehaviour { ended_by: "returned".to_owned(), result: "outcome".to_owned(), ..of("trap-at-once") };
    for expected in [let_through, went_on] {
        let grant = Grant::of_nobody().unwrap();
        let line = grant.run(&provider, &expected).await;
        assert_eq!(line.verdict, Verdict::Broken, "{line:?}");
        assert!(line.words[0].starts_with("ended `"), "{line:?}");
    }
}

/// Runs one behaviour against the scripted provider and returns its end and what the provider was asked.
async fn run(action: &str, behaviour: &str) -> (CallEnd, Vec<String>) {
    let script = Arc::new(Script::default());
    let end = hostile().call(stage::set(Arc::clone(&script) as _).call(action, behaviour, PATIENT)).await;
    (end, script.asked())
}

/// What a harmless misbehaviour saw.
async fn saw(behaviour: &str, seed: u64) -> String {
    let mut stage = stage::set(Arc::new(Script::default()));
    stage.seed = seed;
    let end = hostile().call(stage.call("send-for-signature", behaviour, PATIENT)).await;
    let Ok(ActionOutcome::SendForSignature(sent)) = end.result else { panic!("`{behaviour}`: {end:?}") };
    sent.link.unwrap()
}

#[tokio::test]
async fn there_is_no_outside_and_every_run_sees_the_same() {
    assert_eq!(saw("look-around", 1).await, "0 0 0");
    assert_eq!(saw("look-at-clocks", 1).await, "1700000000000 1700000000000 1700000000000 0");
    assert_eq!(saw("throw-dice", 1).await, saw("throw-dice", 1).await);
    assert_ne!(saw("throw-dice", 1).await, saw("throw-dice", 2).await);
    assert_eq!(saw("nan-bits", 1).await, ["7ff8000000000000"; 4].join(" "));
    assert_eq!(saw("ask-for-secrets", 1).await, "");
}

#[tokio::test]
async fn tricks_within_a_segment_arrive_as_one_segment() {
    let cases = [
        ("path-encoded-slash", "GET /documents/..%252faccounts"),
        ("path-query", "GET /documents/D-1%3Fadmin%3D1%23top"),
    ];
    for (behaviour, expected) in cases {
        let (_, asked) = run("send-for-signature", behaviour).await;
        assert_eq!(asked, [expected], "{behaviour}");
    }
}

#[tokio::test]
async fn a_denial_says_how_to_allow_it_and_the_operator_sees_it() {
    let cases = [
        ("send-for-signature", "undeclared-role", "base-url"),
        ("send-for-signature", "uncovered-path", "egress of `send-for-signature`"),
        ("get-document-status", "create-from-read", "egress of `get-document-status`"),
    ];
    for (action, behaviour, mend) in cases {
        let (end, _) = run(action, behaviour).await;
        let Err(Failure::Denied(message)) = &end.result else { panic!("`{behaviour}`: {end:?}") };
        assert!(message.contains(mend), "{message}");
        let told = end.log.iter().any(|line| line.source == LogSource::Host && line.message.contains(mend));
        assert!(told, "`{behaviour}` is not in the log: {:?}", end.log);
    }
}

#[tokio::test]
async fn a_redirect_is_data_and_nobody_follows_it() {
    let loopback = Loopback::start().await;
    let connection = loopback.connection(Scheme::None, SchemeOffer::None, &Safe([].into()));
    let stage = Stage::over(connection, Arc::new(Network::new().unwrap()));
    let end = hostile().call(stage.call("send-for-signature", "redirect-to-metadata", PATIENT)).await;
    let Err(Failure::Rejected(said)) = &end.result else { panic!("{end:?}") };
    assert_eq!(said.code, "302");
    assert!(said.message.contains(METADATA), "{}", said.message);
    assert_eq!(loopback.asked(), ["GET /documents/redirect"]);
    assert_eq!(end.exchanges.len(), 1);
}

#[tokio::test]
async fn what_was_told_before_a_trap_is_kept() {
    let (end, _) = run("send-for-signature", "trap-after-telling").await;
    assert_eq!(end.document_id.as_deref(), Some("D-1"));
    assert_eq!(end.exchanges.len(), 1);
    assert!(matches!(end.exchanges[0].response, Some(RecordedResponse::Answered { status: 201, .. })));

    let (end, _) = run("send-for-signature", "two-documents").await;
    assert_eq!(end.document_id.as_deref(), Some("D-1"), "the first id is the one that counts");
}

#[tokio::test]
async fn floods_are_counted_and_dropped() {
    let lines_max = hostile().sandbox().limits().log_lines_max as usize;
    for (behaviour, source) in [("log-flood", LogSource::Component), ("console-flood", LogSource::Console)] {
        let (end, _) = run("send-for-signature", behaviour).await;
        let kept = end.log.iter().filter(|line| line.source == source).count();
        assert!(kept > 0 && kept <= lines_max.max(16 * 1024), "`{behaviour}` left {kept} lines");
        let last = end.log.last().unwrap();
        assert!(last.source == LogSource::Host && last.message.contains("dropped"), "{last:?}");
    }
    let (end, _) = run("send-for-signature", "attachment-flood").await;
    assert_eq!(end.created.len(), hostile().sandbox().limits().attachments_made_max as usize);
}

#[tokio::test]
async fn memory_ends_at_the_default_limit_in_words() {
    let provider = sandbox(Limits::default(), 1).admit(countersign_components::hostile()).unwrap();
    let stage = stage::set(Arc::new(Script::default()));
    let end = provider.call(stage.call("send-for-signature", "memory-hoard", PATIENT)).await;
    let EndedBy::Trapped(words) = &end.ended_by else { panic!("{end:?}") };
    assert!(words.contains("more than 64 MiB of memory"), "{words}");
    assert!(end.memory_peak_bytes <= 64 * 1024 * 1024);
    assert!(end.memory_peak_bytes > 32 * 1024 * 1024, "it hoarded {} bytes only", end.memory_peak_bytes);
}

#[tokio::test]
async fn a_slot_of_the_pool_shows_nothing_of_its_last_call() {
    const CANARY: &str = "canary-of-another-tenant";
    let provider = sandbox(Limits::default(), 1).admit(countersign_components::hostile()).unwrap();
    let mut stage = stage::set(Arc::new(Script::default()));
    // The canary is also a setting of the first call, so that call's own memory holds it for certain.
    let needle = format!("{}:{:x}", CANARY.len(), fingerprint(CANARY.as_bytes()));
    stage.settings = vec![("canary", CANARY.to_owned()), ("needles", needle.clone())];
    let first = provider.call(stage.call("send-for-signature", "secret-scan", PATIENT)).await;
    let Ok(ActionOutcome::SendForSignature(sent)) = first.result else { panic!("{first:?}") };
    assert_eq!(sent.link.as_deref(), Some("0"), "the scan finds what is there");

    stage.settings = vec![("needles", needle)];
    let second = provider.call(stage.call("send-for-signature", "secret-scan", PATIENT)).await;
    let Ok(ActionOutcome::SendForSignature(sent)) = second.result else { panic!("{second:?}") };
    assert_eq!(sent.link.as_deref(), Some(""), "the slot still holds the canary");
}

#[tokio::test]
async fn a_pure_function_reaches_nothing() {
    let (path, query, headers) = (Vec::new(), Vec::new(), Vec::new());
    let request = InboundRequest { method: "POST".to_owned(), path, query, headers, body: Vec::new() };
    let failure = hostile().read_event(request).await.unwrap_err();
    let Failure::Other(said) = &failure else { panic!("{failure:?}") };
    assert_eq!(said.code, "contract");
    assert!(said.message.contains("http.send"), "{}", said.message);
}
