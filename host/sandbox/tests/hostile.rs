//! Hostile components: each misbehaviour ends as it must, the next call works, and a call beside it goes on unharmed.
//!
//! The misbehaviours and the ends they must come to stand in `components/hostile`, whose data source lists them.
//! Not here: secrets (`secrets.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "hostile/loopback.rs"]
mod loopback;
#[path = "hostile/script.rs"]
mod script;
#[path = "hostile/stage.rs"]
mod stage;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_sandbox::connection::config::Scheme;
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::contract::data_sources::Row;
use countersign_sandbox::contract::events::InboundRequest;
use countersign_sandbox::exchange::RecordedResponse;
use countersign_sandbox::network::Network;
use countersign_sandbox::{
    ActionInput, ActionOutcome, CallEnd, EndedBy, Failure, Limits, LogSource, Provider,
};
use loopback::{Loopback, Safe};
use script::Script;
use serde_json::json;
use stage::{PATIENT, Stage, hostile, sandbox};

/// What a call may take that would never end by itself.
const IMPATIENT: Duration = Duration::from_millis(300);

/// The same for one that is told that no answer came, and then has to say so itself.
const LAST_WORDS_INCLUDED: Duration = Duration::from_secs(2);

/// A row of the data source: a misbehaviour and the end it must come to.
struct Expected {
    name: String,
    family: String,
    action: String,
    ended_by: String,
    result: String,
}

impl Expected {
    /// Endless ones get little time, all others all they need.
    fn deadline(&self) -> Duration {
        match self.ended_by.as_str() {
            "timed-out" => IMPATIENT,
            _ if self.name == "endless-wait" => LAST_WORDS_INCLUDED,
            _ => PATIENT,
        }
    }

    /// Whether the host must have refused before anything was sent.
    fn sends_nothing(&self) -> bool {
        let refused = matches!(self.result.as_str(), "denied" | "invalid");
        refused && matches!(self.family.as_str(), "header" | "path" | "reach")
    }
}

impl From<Row> for Expected {
    fn from(row: Row) -> Self {
        let [family, action, ended_by, result] = row.cells.try_into().unwrap();
        Self { name: row.id, family, action, ended_by, result }
    }
}

async fn expectations(provider: &Provider) -> Vec<Expected> {
    let stage = Stage::with(Arc::new(Script::default()));
    let action = ActionInput::from_json("rows", json!({"source": "behaviours"})).unwrap();
    let end = provider.call(stage.input(action, PATIENT)).await;
    let Ok(ActionOutcome::Rows(rows)) = end.result else { panic!("no rows: {end:?}") };
    rows.into_iter().map(Expected::from).collect()
}

/// Who ended a call, and the failure's kind or `outcome`.
fn words(end: &CallEnd) -> (&'static str, &'static str) {
    let ended_by = match &end.ended_by {
        EndedBy::Returned => "returned",
        EndedBy::Trapped(_) => "trapped",
        EndedBy::TimedOut => "timed-out",
        EndedBy::BrokeContract(_) => "broke-contract",
        EndedBy::JournalFailed(_) => "journal-failed",
        EndedBy::Diverged(_) => "diverged",
        EndedBy::NoRoom => "no-room",
    };
    (ended_by, end.result.as_ref().map_or_else(Failure::kind, |_| "outcome"))
}

/// Everything that is wrong with an end.
fn judge(expected: &Expected, end: &CallEnd, asked: &[String]) -> Vec<String> {
    let limits = hostile().sandbox().limits().clone();
    let mut wrong = Vec::new();
    let must = (expected.ended_by.as_str(), expected.result.as_str());
    if words(end) != must {
        wrong.push(format!(
            "ended {:?} instead of {must:?}: {:?} {:?}",
            words(end),
            end.ended_by,
            end.result
        ));
    }
    if end.memory_peak_bytes > limits.memory_bytes_max {
        wrong.push(format!("held {} bytes of memory", end.memory_peak_bytes));
    }
    if expected.sends_nothing() && !asked.is_empty() {
        wrong.push(format!("sent {asked:?}"));
    }
    let said: usize = end.log.iter().map(|line| line.message.len()).sum();
    let console_bytes_max = 16 * 1024;
    if said as u64 > limits.log_bytes_max + console_bytes_max + 1_024 {
        wrong.push(format!("left {said} bytes of log"));
    }
    wrong.into_iter().map(|what| format!("`{}` {what}", expected.name)).collect()
}

fn is_good(end: &CallEnd) -> bool {
    let sent = |outcome: &ActionOutcome| matches!(outcome, ActionOutcome::SendForSignature(sent) if sent.document_id == "D-1");
    end.result.as_ref().is_ok_and(sent) && end.document_id.as_deref() == Some("D-1")
}

/// Runs a misbehaviour while a good call beside it waits for its provider, then a good call.
async fn run_beside_others(
    provider: &Arc<Provider>,
    stage: &Stage,
    expected: &Expected,
) -> (CallEnd, Vec<String>) {
    let (script, open, mut asked) = Script::gated();
    let neighbour = Stage::with(Arc::new(script)).call("send-for-signature", "behave", PATIENT);
    let neighbour = tokio::spawn({
        let provider = Arc::clone(provider);
        async move { provider.call(neighbour).await }
    });
    asked.wait_for(|asked| *asked).await.unwrap();

    let end = provider.call(stage.call(&expected.action, &expected.name, expected.deadline())).await;

    let mut wrong = Vec::new();
    let next = provider.call(stage.call("send-for-signature", "behave", PATIENT)).await;
    if !is_good(&next) {
        wrong.push(format!("`{}` broke the next call: {next:?}", expected.name));
    }
    open.send_replace(true);
    let beside = neighbour.await.unwrap();
    if !is_good(&beside) {
        wrong.push(format!("`{}` broke the call beside it: {beside:?}", expected.name));
    }
    (end, wrong)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_misbehaviour_ends_as_it_must() {
    let provider = hostile();
    let mut wrong = Vec::new();
    for expected in expectations(&provider).await {
        let script = Arc::new(Script::default());
        let stage = Stage::with(Arc::clone(&script) as _);
        let (end, harmed) = run_beside_others(&provider, &stage, &expected).await;
        let mut asked = script.asked();
        // The last request is the next call's.
        asked.pop();
        println!("{:<34} {:?} {:?}", expected.name, words(&end), end.duration);
        wrong.extend(judge(&expected, &end, &asked));
        wrong.extend(harmed);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_real_http_they_end_the_same() {
    let provider = hostile();
    let network = Arc::new(Network::new().unwrap());
    let mut wrong = Vec::new();
    let families = BTreeSet::from(["good", "header", "path", "reach", "provider"]);
    let chosen = |expected: &Expected| {
        families.contains(expected.family.as_str()) || expected.name.starts_with("endless-wait")
    };
    for expected in expectations(&provider).await.into_iter().filter(chosen) {
        let loopback = Loopback::start().await;
        let connection = loopback.connection(Scheme::None, SchemeOffer::None, &Safe([].into()));
        let stage = Stage::over(connection, Arc::clone(&network) as _);
        let end = provider.call(stage.call(&expected.action, &expected.name, expected.deadline())).await;
        wrong.extend(judge(&expected, &end, &loopback.asked()));
        let next = provider.call(stage.call("send-for-signature", "behave", PATIENT)).await;
        if !is_good(&next) {
            wrong.push(format!("`{}` broke the next call: {next:?}", expected.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs one behaviour against the scripted provider and returns its end and what the provider was asked.
async fn run(action: &str, behaviour: &str) -> (CallEnd, Vec<String>) {
    let script = Arc::new(Script::default());
    let end = hostile().call(Stage::with(Arc::clone(&script) as _).call(action, behaviour, PATIENT)).await;
    (end, script.asked())
}

/// What a harmless misbehaviour saw.
async fn saw(behaviour: &str, seed: u64) -> String {
    let mut stage = Stage::with(Arc::new(Script::default()));
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
    assert!(said.message.contains(script::METADATA), "{}", said.message);
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
    let stage = Stage::with(Arc::new(Script::default()));
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
    let mut stage = Stage::with(Arc::new(Script::default()));
    // The canary is also a setting of the first call, so that call's own memory holds it for certain.
    let reversed: String = CANARY.chars().rev().collect();
    stage.settings = vec![("canary", CANARY.to_owned()), ("needles", reversed.clone())];
    let first = provider.call(stage.call("send-for-signature", "secret-scan", PATIENT)).await;
    let Ok(ActionOutcome::SendForSignature(sent)) = first.result else { panic!("{first:?}") };
    assert_eq!(sent.link.as_deref(), Some("0"), "the scan finds what is there");

    stage.settings = vec![("needles", reversed)];
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
