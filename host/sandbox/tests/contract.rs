//! The JSON of the contract: keys are the names of the WIT, and a wrong one is named.
//!
//! Not here: the types against a component, which admission checks (`admission.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;

use countersign_sandbox::contract::action::ACTIONS;
use countersign_sandbox::{ActionInput, ActionOutcome, Failure};
use serde_json::{Value, json};

/// The least input of each action, with the WIT file and record it is.
fn inputs() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let document = json!({"document-id": "D-1"});
    vec![
        (
            "send-for-signature",
            "actions",
            "send-input",
            json!({"client-reference": "R-1", "title": "A title"}),
        ),
        ("get-document-status", "actions", "document-input", document.clone()),
        ("get-recipient-statuses", "actions", "recipients-input", json!({"document": document})),
        ("get-document", "actions", "download-input", json!({"document": document})),
        ("get-signing-link", "actions", "recipients-input", json!({"document": document})),
        ("send-reminders", "actions", "reminder-input", json!({"document": document})),
        ("withdraw-document", "actions", "withdraw-input", json!({"document": document})),
        ("list-changes", "actions", "changes-input", json!({"since": 1, "limit": 10})),
        ("rows", "data-sources", "rows-input", json!({"source": "languages"})),
    ]
}

/// The field names of a record, as the WIT has them.
fn fields(file: &str, record: &str) -> BTreeSet<String> {
    let path = format!("{}/../../wit/{file}.wit", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (_, body) = text.split_once(&format!("record {record} {{")).unwrap();
    let (body, _) = body.split_once('}').unwrap();
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.filter_map(|line| line.split_once(": ")).map(|(name, _)| name.to_owned()).collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn keys_are_the_names_of_the_wit() {
    assert_eq!(inputs().iter().map(|(action, ..)| *action).collect::<Vec<_>>(), ACTIONS);
    for (action, file, record, json) in inputs() {
        let input = ActionInput::from_json(action, json).unwrap();
        assert_eq!(input.name(), action);
        assert_eq!(keys(&input.to_json()), fields(file, record), "{action}");
        assert_eq!(ActionInput::from_json(action, input.to_json()).unwrap(), input, "{action}");
    }
    let recipient = json!({"row-key": "1", "email": "ada@example.com", "role": "signer"});
    let input = json!({"document": {"document-id": "D-1"}, "recipients": [recipient]});
    let input = ActionInput::from_json("get-signing-link", input).unwrap().to_json();
    assert_eq!(keys(&input["recipients"][0]), fields("types", "recipient"));
}

#[test]
fn a_wrong_key_is_named() {
    let cases = [
        ("send-for-signature", json!({"client-reference": "R"}), "missing field `title`"),
        (
            "send-for-signature",
            json!({"client-reference": "R", "title": "T", "titel": 1}),
            "unknown field `titel`",
        ),
        (
            "send-for-signature",
            json!({"client-reference": "R", "title": "T", "recipients": [{"row-key": "1", "email": 5, "role": "s"}]}),
            "`recipients[0].email`",
        ),
        ("get-document-status", json!([]), "`get-document-status`"),
        ("send", json!({}), "`send` is no action of the contract; use one of send-for-signature"),
    ];
    for (action, json, words) in cases {
        let said = ActionInput::from_json(action, json).unwrap_err();
        assert!(said.contains(words), "`{words}` is not said in: {said}");
    }
}

#[test]
fn every_outcome_is_an_object_and_reads_back() {
    let status = json!({"code": "SENT", "state": "in-progress"});
    let cases = [
        (
            "send-for-signature",
            json!({"document-id": "D-1", "link": null, "status": status, "recipients": []}),
        ),
        ("get-document-status", json!({"status": status})),
        (
            "get-recipient-statuses",
            json!({"recipients": [
                {"row-key": "1", "code": "DONE", "state": "done", "reason": null, "provider-reference": null}
            ]}),
        ),
        ("rows", json!({"rows": [{"id": "pl", "name": "Polish", "translations": [], "cells": []}]})),
    ];
    for (action, json) in cases {
        assert_eq!(ActionOutcome::from_json(action, json.clone()).unwrap().to_json(), json, "{action}");
    }
    assert!(ActionOutcome::from_json("rows", json!({})).unwrap_err().contains("missing key `rows`"));
}

#[test]
fn failures_are_written_in_the_words_of_the_wit() {
    let cases = [
        (json!("not-found"), "not-found", "the provider does not know the document"),
        (json!({"locked": "by SMS"}), "locked", "locked: by SMS"),
        (
            json!({"invalid": {"field": "recipients[2].phone", "reason": "no E.164 number"}}),
            "invalid",
            "`recipients[2].phone` is invalid: no E.164 number",
        ),
        (
            json!({"transient": {"message": "busy", "retry-after-ms": 500}}),
            "transient",
            "a passing fault: busy; repeat after 500 ms",
        ),
        (
            json!({"unauthorized": {"message": "no consent", "consent-url": "https://example.com/consent"}}),
            "unauthorized",
            "the connection is not accepted: no consent; an administrator can consent at https://example.com/consent",
        ),
    ];
    for (json, kind, words) in cases {
        let failure: Failure = serde_json::from_value(json.clone()).unwrap();
        assert_eq!((failure.kind(), failure.to_string().as_str()), (kind, words));
        assert_eq!(serde_json::to_value(&failure).unwrap(), json);
    }
}
