//! Requests as the host sees them, and answers as a provider sees them, through the scripted host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use countersign_sdk::contract::http::{FailureKind, Repeat, RequestSent};
use countersign_sdk::contract::types::Failure;
use countersign_sdk::fake::{Fake, request};
use countersign_sdk::{Host, Part, Request, failure};
use serde_json::{Value, json};

#[test]
fn a_request_is_sent_as_built() {
    let host = Fake::new().expect(
        request("POST", &["documents", "A/1:b=c", "files"])
            .with_query("mode", "draft & more")
            .with_header("X-ASSERTION", "one")
            .with_header("X-ASSERTION", "two")
            .with_repeat(Repeat::Once)
            .with_json(json!({ "title": "Umowa" }))
            .answers(201)
            .answer_header("X-Request-Id", "r1")
            .answer_json(&json!({ "id": "D1" })),
    );
    let reply = Request::post("api")
        .segment("documents")
        .segment("A/1:b=c")
        .segment("files")
        .query("mode", "draft & more")
        .header("X-ASSERTION", "one")
        .header("X-ASSERTION", "two")
        .json(&json!({ "title": "Umowa" }))
        .fetch(&host)
        .unwrap();
    assert_eq!(reply.status(), 201);
    assert_eq!(reply.header("x-request-ID"), Some("r1"));
    assert_eq!(reply.json::<Value>().unwrap()["id"], "D1");
}

#[test]
fn multipart_bodies_name_attachments() {
    let parts = json!({ "multipart": [
        { "content-disposition": "form-data; name=\"meta\"", "content-type": "application/json", "json": { "n": 1 } },
        {
            "content-disposition": "form-data; name=\"file\"; filename=\"Umowa „%22” żółć.pdf\"",
            "content-type": "application/pdf",
            "attachment": 7,
        },
    ] });
    let host = Fake::new().expect(request("POST", &["files"]).with_body(parts));
    let file = Part::file("file", "Umowa „\"” żółć.pdf").content_type("application/pdf").attachment(7);
    let parts = vec![Part::field("meta").json(&json!({ "n": 1 })), file];
    Request::post("api").segment("files").multipart(parts).fetch(&host).unwrap();
}

#[test]
fn answers_become_attachments_only_when_they_succeed() {
    let host = Fake::new()
        .expect(
            request("GET", &["pdf"])
                .answer_header("content-type", "application/pdf")
                .answer_bytes(b"%PDF-1.7"),
        )
        .expect(request("GET", &["pdf"]).answers(404).answer_bytes(b"no such file"));
    let get = || Request::get("api").segment("pdf").into_attachment("signed.pdf", "");
    let stored = get().fetch(&host).unwrap().stored().cloned().unwrap();
    assert_eq!(stored.size, 8);
    assert_eq!(host.bytes_of(stored.attachment).unwrap(), b"%PDF-1.7");
    assert_eq!(
        host.name_of(stored.attachment).unwrap(),
        ("signed.pdf".to_owned(), "application/pdf".to_owned())
    );
    assert_eq!(get().fetch(&host).unwrap_err(), Failure::NotFound);
}

#[test]
fn a_success_that_cannot_be_read_is_in_doubt_after_once() {
    let page = || request("POST", &["x"]).answer_bytes(b"<html>");
    let host = Fake::new().expect(page()).expect(page());
    let once = Request::post("api").segment("x").fetch(&host).unwrap();
    assert!(matches!(once.json::<Value>(), Err(Failure::InDoubt(_))));
    let repeatable = Request::post("api").segment("x").repeat(Repeat::Repeatable).fetch(&host).unwrap();
    assert!(
        matches!(repeatable.json::<Value>(), Err(Failure::Other(said)) if said.code == "malformed-response")
    );
}

#[test]
fn refusals_carry_the_providers_words() {
    let host = Fake::new()
        .at(1_445_412_480_000)
        .expect(
            request("GET", &["x"]).answers(429).answer_header("Retry-After", "Wed, 21 Oct 2015 07:29:00 GMT"),
        )
        .expect(request("GET", &["x"]).answers(422).answer_bytes(b"{\"m\":\"no\"}"))
        .expect(request("GET", &["x"]).breaks(FailureKind::Denied, RequestSent::No));
    let get = || Request::get("api").segment("x").fetch(&host).unwrap_err();
    assert_eq!(get(), failure::transient("HTTP 429: no explanation was given", Some(60_000)));
    assert_eq!(get(), failure::rejected("422", "{\"m\":\"no\"}"));
    assert!(matches!(get(), Failure::Denied(_)));
}

#[test]
fn a_body_that_cannot_be_written_is_never_sent() {
    let unwritable = std::collections::BTreeMap::from([((1, 2), "x")]);
    let sent = Request::post("api").json(&unwritable).fetch(&Fake::new());
    assert!(matches!(sent, Err(Failure::Other(said)) if said.code == "invalid-request"));
}

#[test]
fn the_fake_shows_what_differs() {
    let host = Fake::new().expect(request("GET", &["right"]));
    let sent = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Request::get("api").segment("wrong").fetch(&host)
    }));
    let message = sent.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("path") && message.contains("right") && message.contains("wrong"), "{message}");
}

#[test]
fn the_fake_misses_what_was_never_sent() {
    let dropped = std::panic::catch_unwind(|| drop(Fake::new().expect(request("GET", &["forgotten"]))));
    let message = dropped.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("GET forgotten"), "{message}");
}

#[test]
fn the_fake_refuses_what_nobody_expects() {
    let sent = std::panic::catch_unwind(|| Request::get("api").segment("extra").fetch(&Fake::new()));
    let message = sent.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("nobody expects: GET extra"), "{message}");
}

#[test]
fn the_fake_keeps_progress_logs_and_files() {
    let host = Fake::new().file(3, "a.pdf", b"%PDF-").setting("language", "pl");
    host.document_created("D1");
    host.log(countersign_sdk::contract::log::Level::Warn, "odd", &[("row", "1")]);
    assert_eq!(host.created(), ["D1"]);
    assert_eq!(host.logged(), ["warn: odd row=1"]);
    assert_eq!(host.connection_setting("language").as_deref(), Some("pl"));
    assert_eq!(host.read_attachment(3, 1, 3).unwrap(), b"PDF");
    assert!(host.describe_attachment(4).is_err());
}
