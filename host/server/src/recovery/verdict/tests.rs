//! The table of `verdict.rs`, line by line.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use super::*;

const COMPONENT: &str = "digest-then";

fn exchange(number: u32, repeat: &str, response: Value) -> ExchangeRow {
    let request =
        json!({"role": "api", "method": "POST", "path": "/documents", "body": "none", "repeat": repeat});
    let json = json!({"number": number, "request": request, "response": response, "started-at-ms": 1, "duration-ms": 1});
    let state = if response.is_null() { ExchangeState::Open } else { ExchangeState::Closed };
    ExchangeRow { number, state, json: json.to_string() }
}

fn answered(status: u16) -> Value {
    json!({"answered": {"status": status, "headers": [], "body": "none"}})
}

fn call(action: &str, input: Value) -> NewCall {
    let request = json!({
        "call-id": "c1", "connection": "sign", "action": action, "input": input,
        "acting-user": null, "attachments": [], "next-attachment": 1,
    });
    NewCall {
        id: "c1".into(),
        instance_id: "i1".into(),
        connection: "sign".into(),
        action: action.into(),
        component: COMPONENT.into(),
        request: request.to_string(),
        opened_at_ms: 7,
        seed: 1,
    }
}

/// `goes on with N`, or the kind of the failure and its words.
fn said(case: &Case<'_>) -> String {
    match judge(case) {
        Ok(begun) => format!("goes on with {}", begun.recorded.map_or(0, |exchanges| exchanges.len())),
        Err(failure) => format!("{}: {failure}", failure.kind()),
    }
}

fn case<'a>(call: &'a NewCall, exchanges: &'a [ExchangeRow]) -> Case<'a> {
    Case { call, exchanges, component: Some(COMPONENT), document_reported: false, unknown_since_ms: None }
}

#[test]
fn a_sound_journal_goes_on() {
    let send = call("send-for-signature", json!({}));
    for exchanges in [
        vec![],
        vec![exchange(1, "once", Value::Null)],
        vec![exchange(1, "read", answered(200)), exchange(2, "once", answered(201))],
    ] {
        assert_eq!(said(&case(&send, &exchanges)), format!("goes on with {}", exchanges.len()));
    }
}

#[test]
fn a_journal_that_cannot_be_read_is_in_doubt() {
    let send = call("send-for-signature", json!({}));
    let unreadable = NewCall { request: "{\"call-id\":".to_owned(), ..send.clone() };
    assert!(said(&case(&unreadable, &[])).starts_with("in-doubt"), "{}", said(&case(&unreadable, &[])));
    let whole = exchange(1, "repeatable", answered(201));
    let cases = [
        (vec![ExchangeRow { json: "{".to_owned(), ..whole.clone() }], "exchange 1: EOF"),
        (vec![whole.clone(), exchange(3, "once", Value::Null)], "exchange 2 is missing"),
        (vec![ExchangeRow { number: 2, ..whole.clone() }], "exchange 1 is missing"),
        (vec![ExchangeRow { state: ExchangeState::Open, ..whole.clone() }], "open with one"),
        (
            vec![ExchangeRow { state: ExchangeState::Closed, ..exchange(1, "once", Value::Null) }],
            "closed without an answer",
        ),
    ];
    for (exchanges, words) in cases {
        let said = said(&case(&send, &exchanges));
        assert!(said.starts_with("in-doubt") && said.contains(words), "{words}: {said}");
    }
}

#[test]
fn another_component_and_a_lost_connection_go_on_only_when_nothing_was_recorded() {
    let send = call("send-for-signature", json!({}));
    let refused = || json!({"failed": {"kind": "connect", "maybe_sent": false, "message": "refused"}});
    let cases = [
        (vec![], "goes on with 0", "other"),
        (vec![exchange(1, "repeatable", answered(201))], "other", "other"),
        (vec![exchange(1, "repeatable", Value::Null)], "other", "other"),
        (vec![exchange(1, "once", answered(422))], "other", "other"),
        (vec![exchange(1, "once", refused())], "other", "other"),
        (vec![exchange(1, "once", Value::Null)], "in-doubt", "in-doubt"),
        (vec![exchange(1, "once", answered(200))], "in-doubt", "in-doubt"),
        (vec![exchange(1, "once", answered(502))], "in-doubt", "in-doubt"),
    ];
    for (exchanges, on_another, on_none) in cases {
        for (component, expect) in [(Some("digest-now"), on_another), (None, on_none)] {
            let said = said(&Case { component, ..case(&send, &exchanges) });
            assert!(said.starts_with(expect), "{component:?} {exchanges:?}: {said}");
        }
    }
}

#[test]
fn on_a_backup_only_what_cannot_mail_again_goes_on() {
    let cases = [
        (
            "send-for-signature",
            json!({}),
            false,
            "in-doubt: in doubt: this host knows nothing after 2023-11-14",
        ),
        ("send-for-signature", json!({"resume-document": null}), false, "in-doubt"),
        ("send-for-signature", json!({"resume-document": "D1"}), false, "goes on"),
        ("send-for-signature", json!({}), true, "goes on"),
        ("send-reminders", json!({}), false, "in-doubt"),
        ("get-document-status", json!({}), false, "goes on"),
        ("withdraw-document", json!({}), false, "goes on"),
    ];
    for (action, input, document_reported, expect) in cases {
        let call = call(action, input);
        let unknown_since_ms = Some(1_700_000_000_000);
        let said = said(&Case { document_reported, unknown_since_ms, ..case(&call, &[]) });
        assert!(said.starts_with(expect), "{action} {document_reported}: {said}");
    }
}
