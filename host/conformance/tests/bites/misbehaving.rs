//! Components that do not behave: whatever they do ends as a difference, and soon.
//!
//! Not here: keeping them in bounds, which is the sandbox's work.

use countersign_conformance::Difference;
use serde_json::{Value, json};

use crate::copy::{AUTENTI, Copy, HOSTILE, READ};

/// `a-token-of-nobody` in hex, which the host does not mask.
const CODED: &str = "612d746f6b656e2d6f662d6e6f626f6479";

fn echo(text: &str) -> Value {
    json!({"status": 200, "body": {"text": text}})
}

/// Where a credential was found; the case says nothing about the files that the component makes of it.
async fn leaks(behaviour: &str, answer: &str) -> Vec<String> {
    let differences = Copy::hostile(behaviour, &[echo(answer), echo(answer)]).run(&HOSTILE).await;
    assert!(!format!("{differences:?}").contains("a-token-of-nobody"), "the report must not hold it either");
    let is_leak = |found: &Difference| found.place() == "connection.json, credentials.token";
    differences.into_iter().filter(is_leak).map(|found| found.actual).collect()
}

#[tokio::test]
async fn a_component_that_never_returns_is_cut() {
    let differences = Copy::hostile("endless-loop", &[]).run(&HOSTILE).await;
    assert_eq!(differences[0].expected, "the component returns");
    assert_eq!(differences[0].actual, "it did not return: its time was up");
}

#[tokio::test]
async fn a_component_that_traps_is_named() {
    let differences = Copy::hostile("endless-recursion", &[]).run(&HOSTILE).await;
    assert!(differences[0].actual.starts_with("it trapped: "), "{}", differences[0]);
}

#[tokio::test]
async fn a_repeated_credential_is_masked_before_the_component_sees_it() {
    assert_eq!(leaks("secret-reflection", "Bearer a-token-of-nobody").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_component_that_emits_a_credential_is_found_wherever_it_does() {
    let found = leaks("secret-reflection", CODED).await;
    for place in ["result", "log", "console", "response 1", "file reflected.txt"] {
        assert!(found.contains(&format!("it stands in: {place}")), "{place} is not in {found:?}");
    }
}

#[tokio::test]
async fn a_failure_and_an_id_that_hold_a_credential_are_found() {
    let as_failure = leaks("secret-reflection-in-failure", CODED).await;
    assert!(as_failure.contains(&"it stands in: result".to_owned()), "{as_failure:?}");
    let as_id = leaks("secret-reflection-as-id", CODED).await;
    assert!(as_id.contains(&"it stands in: document-created".to_owned()), "{as_id:?}");
}

#[tokio::test]
async fn a_component_that_sends_again_blindly_is_found() {
    let copy = Copy::hostile("sends-again-blindly", &[echo("D-1")]);
    let request = json!({
        "connection": "api", "method": "POST", "path": "/documents", "repeat": "once", "body": {"text": "sign this"},
    });
    copy.put("01-echo.json", "/request", request);
    let [blind] = copy.run(&HOSTILE).await.try_into().unwrap();
    assert_eq!(blind.place(), "cut in the middle of exchange 1: 01-echo.json, request");
    assert_eq!(blind.actual, "POST /documents");
}

#[tokio::test]
async fn a_component_of_another_provider_is_named() {
    let differences = Copy::of(READ).run(&HOSTILE).await;
    assert_eq!(differences[0].expected, "a folder named after the provider: hostile");
    assert_eq!(Copy::of(READ).run(&AUTENTI).await, []);
}
