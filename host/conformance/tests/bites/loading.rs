//! A case that cannot be right is refused, with file and key.
//!
//! Not here: cases that are right and say something else (`differences.rs`).

use std::fs;

use countersign_conformance::find_cases;
use serde_json::{Value, json};

use crate::copy::{Copy, EVENT, SEND};

#[test]
fn a_case_that_cannot_be_right_is_refused_with_file_and_key() {
    let cases: [(&str, &str, Value, &str); 21] = [
        ("case.json", "/titel", json!(1), "unknown field `titel`"),
        ("case.json", "/docs", json!(" "), "key `docs`"),
        ("case.json", "/now", json!("yesterday"), "key `now`"),
        ("case.json", "/provenance/kind", json!("heard"), "key `provenance.kind`: unknown variant `heard`"),
        ("case.json", "/input/recipients/0/mail", json!("a"), "`recipients[0].mail`: unknown field `mail`"),
        ("case.json", "/failure", json!("not-found"), "either `outcome` or `failure`"),
        (
            "case.json",
            "/created",
            json!([{"name": "a.pdf", "media-type": "application/pdf", "file": "missing.pdf"}]),
            "missing.pdf`: cannot be read",
        ),
        (
            "case.json",
            "/outcome/colour",
            json!("red"),
            "key `outcome`: `send-for-signature`: `colour`: unknown field",
        ),
        ("case.json", "/covers", json!(["X1"]), "key `covers`: `X1` is no requirement"),
        (
            "case.json",
            "/attachments/0/filled",
            json!({"with": "a", "bytes": 1}),
            "key `attachments[0]`: give either `file` or `filled`",
        ),
        (
            "case.json",
            "/attachments/0/filled",
            json!({"with": "", "bytes": 1}),
            "key `attachments[0].filled.with`: is empty",
        ),
        ("01-create.json", "/docs", json!(""), "key `docs`: says nothing"),
        (
            "01-create.json",
            "/response/headers",
            json!([{"name": "a", "value": {"any": true}}]),
            "key `response.headers`: `any` is for requests",
        ),
        (
            "01-create.json",
            "/response",
            json!({"broken": "timeout", "body": {"text": "a"}}),
            "a broken connection gives no headers",
        ),
        (
            "../../connection.json",
            "/credentials/short",
            json!("token"),
            "key `credentials.short`: is found by accident",
        ),
        ("01-create.json", "/request/verb", json!("GET"), "key `request.verb`: unknown field `verb`"),
        ("01-create.json", "/request/body", json!({"xml": "a"}), "key `request.body`: unknown variant `xml`"),
        ("01-create.json", "/response/broken", json!("after-send"), "either `status` or `broken`"),
        ("03-send.json", "/request/headers/0/value", json!({"base64": "a"}), "unknown variant `base64`"),
        ("03-send.json", "/request/body", json!({"any": false}), "key `request.body.any`: `any` is `true`"),
        ("03-send.json", "/request/repeat", json!("twice"), "key `request.repeat`: unknown variant `twice`"),
    ];
    for (file, pointer, value, expected) in cases {
        let copy = Copy::of(SEND);
        copy.put(file, pointer, value);
        let error = copy.load_error();
        assert!(error.contains(expected), "{file}{pointer}: {error}");
        let named = error.contains(file.trim_start_matches("../")) || error.contains("missing.pdf");
        assert!(named, "{file}{pointer} is not named: {error}");
    }
}

#[test]
fn files_and_folders_that_nobody_knows_are_refused() {
    let copy = Copy::of(SEND);
    fs::write(copy.folder.join("notes.txt"), "").unwrap();
    assert!(copy.load_error().contains("notes.txt`: is named nowhere"), "{}", copy.load_error());

    let provider = copy.folder.ancestors().nth(2).unwrap();
    assert_eq!(find_cases(provider).unwrap(), [copy.folder.as_path()]);
    fs::create_dir(provider.join("sign-everything")).unwrap();
    let error = find_cases(provider).unwrap_err().to_string();
    assert!(error.contains("sign-everything`: is no action of the contract"), "{error}");
}

#[test]
fn exchanges_are_numbered_without_a_gap() {
    let copy = Copy::of(SEND);
    fs::remove_file(copy.folder.join("02-upload.json")).unwrap();
    let error = copy.load_error();
    assert!(error.contains("03-send.json`: is out of order: the next exchange is `02-….json`"), "{error}");
}

#[test]
fn a_message_that_cannot_be_right_is_refused_with_file_and_key() {
    let cases: [(&str, &str, Value, &str); 5] = [
        ("case.json", "/now", json!("2026-05-04T09:00:00Z"), "unknown field `now`"),
        ("case.json", "/rejection", json!({"malformed": "x"}), "either `outcome` or `rejection`"),
        (
            "case.json",
            "/outcome/events/0/kind",
            json!("moved"),
            "key `outcome`: `events[0].kind`: unknown variant",
        ),
        ("request.json", "/status", json!(200), "unknown field `status`"),
        ("request.json", "/body", json!({"file": "body.json"}), "body.json`: cannot be read"),
    ];
    for (file, pointer, value, expected) in cases {
        let copy = Copy::of(EVENT);
        copy.put(file, pointer, value);
        let error = copy.load_error();
        assert!(error.contains(expected) && error.contains("everybody-signed/"), "{file}{pointer}: {error}");
    }
}

#[test]
fn a_data_source_is_that_of_its_folder() {
    let copy = Copy::of("data-sources/visualisations/both");
    copy.put("case.json", "/input/source", json!("labels"));
    let error = copy.load_error();
    assert!(error.contains("key `input.source`: is not `visualisations`"), "{error}");
}
