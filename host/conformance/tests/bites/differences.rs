//! A case that says something else than the component does fails at the file and key that differ.
//!
//! Not here: cases that cannot be right (`loading.rs`).

use std::fs;

use serde_json::json;

use crate::copy::{AUTENTI, Copy, EVENT, FETCH, READ, REMIND, SEND};

#[tokio::test]
async fn every_difference_is_found_where_it_is() {
    let cases = [
        (SEND, "01-create.json", "/request/method", json!("PUT"), "01-create.json, request.method"),
        (SEND, "01-create.json", "/request/connection", json!("auth"), "01-create.json, request.connection"),
        (SEND, "01-create.json", "/request/path", json!("/documents"), "01-create.json, request.path"),
        (SEND, "01-create.json", "/request/query", json!([["a", "b"]]), "01-create.json, request.query"),
        (SEND, "01-create.json", "/request/repeat", json!("once"), "01-create.json, request.repeat"),
        (
            SEND,
            "01-create.json",
            "/request/body/json/title",
            json!("X"),
            "01-create.json, request.body.json.title",
        ),
        (
            SEND,
            "02-upload.json",
            "/request/body/multipart/0/body/json/filePurpose",
            json!("X"),
            "02-upload.json, request.body.multipart[0].body.json.filePurpose",
        ),
        (
            SEND,
            "02-upload.json",
            "/request/body/multipart/1/headers/1/value",
            json!("text/plain"),
            "02-upload.json, request.body.multipart[1].headers.content-type",
        ),
        (
            SEND,
            "02-upload.json",
            "/request/body/multipart/1/body",
            json!({"text": "%PDF-1.4"}),
            "02-upload.json, request.body.multipart[1].body.text",
        ),
        (SEND, "case.json", "/outcome/document-id", json!("X"), "case.json, outcome.document-id"),
        (SEND, "case.json", "/outcome/link", json!(null), "case.json, outcome.link"),
        (SEND, "case.json", "/document-created", json!("X"), "case.json, document-created"),
        (SEND, "case.json", "/document-created", json!(null), "case.json, document-created"),
        (
            REMIND,
            "03-remind.json",
            "/request/headers/1/value/base64-json/attributes/selectedIds/0",
            json!("X"),
            "03-remind.json, request.headers.x-assertion.attributes.selectedIds[0]",
        ),
        (
            REMIND,
            "03-remind.json",
            "/request/headers",
            json!([{"name": "X-ASSERTION", "value": {"any": true}}]),
            "03-remind.json, request.headers.x-assertion",
        ),
        (FETCH, "case.json", "/created/0/name", json!("X.pdf"), "case.json, created[0].name"),
        (FETCH, "case.json", "/created", json!([]), "case.json, created"),
        (
            "get-document-status/unknown-document",
            "case.json",
            "/failure",
            json!("unsupported"),
            "case.json, failure",
        ),
    ];
    for (case, file, pointer, value, place) in cases {
        let copy = Copy::of(case);
        copy.put(file, pointer, value);
        let places = copy.places().await;
        assert_eq!(places.first().map(String::as_str), Some(place), "{file}{pointer}: {places:?}");
    }
}

#[tokio::test]
async fn missing_and_further_requests_are_found() {
    let copy = Copy::of(SEND);
    fs::copy(copy.folder.join("04-read-back.json"), copy.folder.join("05-again.json")).unwrap();
    assert_eq!(copy.places().await, ["05-again.json, request"], "nobody asks for it");

    fs::remove_file(copy.folder.join("05-again.json")).unwrap();
    fs::remove_file(copy.folder.join("04-read-back.json")).unwrap();
    assert_eq!(copy.places().await.first().unwrap(), "04-….json, request");
}

#[tokio::test]
async fn other_bytes_of_a_made_file_are_found() {
    let copy = Copy::of(FETCH);
    fs::write(copy.folder.join("expected/other.pdf"), b"%PDF-1.4 other").unwrap();
    copy.put("case.json", "/created/0/file", json!("expected/other.pdf"));
    assert_eq!(copy.places().await, ["case.json, created[0].file"]);
}

#[tokio::test]
async fn exchanges_out_of_order_are_named() {
    let copy = Copy::of(SEND);
    let (second, third) = (copy.folder.join("02-upload.json"), copy.folder.join("03-send.json"));
    fs::rename(&second, copy.folder.join("03-upload.json")).unwrap();
    fs::rename(&third, copy.folder.join("02-send.json")).unwrap();
    let first = copy.run(&AUTENTI).await.remove(0);
    assert_eq!((first.file.as_str(), first.key.as_str()), ("02-send.json", "request"));
    assert_eq!(first.actual, "out of order: this is 03-upload.json");
}

#[tokio::test]
async fn both_columns_stand_side_by_side() {
    let copy = Copy::of(READ);
    copy.put("case.json", "/outcome/status/code", json!("DONE"));
    let [difference] = copy.run(&AUTENTI).await.try_into().unwrap();
    let shown = difference.to_string();
    let lines: Vec<Vec<&str>> =
        shown.lines().skip(1).map(|line| line.split('│').map(str::trim).collect()).collect();
    assert!(shown.starts_with("case.json, outcome.status.code\n"), "{shown}");
    assert_eq!(lines, [["expected", "actual"], ["\"DONE\"", "\"COMPLETED\""]]);
}

#[tokio::test]
async fn a_credential_in_a_request_is_a_leak() {
    let copy = Copy::of(SEND);
    let word = copy.case().connection.credentials["client-secret"].clone();
    copy.put("case.json", "/input/title", json!(word));
    copy.put("01-create.json", "/request/body/json/title", json!(word));
    let [leak] = copy.run(&AUTENTI).await.try_into().unwrap();
    assert_eq!(leak.place(), "connection.json, credentials.client-secret");
    assert!(leak.actual.contains("request 1"), "{leak}");
}

#[tokio::test]
async fn a_message_that_is_read_otherwise_is_found() {
    let copy = Copy::of(EVENT);
    copy.put("case.json", "/outcome/events/0/kind", json!("ignored"));
    assert_eq!(copy.places().await, ["case.json, outcome.events[0].kind"]);
}
