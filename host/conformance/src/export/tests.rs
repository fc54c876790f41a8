//! Recorded exchanges in the words of the format.

use countersign_sandbox::exchange::Exchange;
use serde_json::{Value, json};

use super::files::Made;
use super::*;

/// The file of one exchange, beside the files it needs.
fn written(request: Value, response: Value) -> Result<(String, Value, Made), String> {
    let recorded: Exchange = serde_json::from_value(json!({
        "number": 3, "request": request, "response": response, "started-at-ms": 0, "duration-ms": 1,
    }))
    .unwrap();
    let mut redaction = Redaction::default();
    redaction
        .learn_input(&json!({"recipients": [{"email": "Jan.K@firma.pl", "display-name": "Imię Nazwisko"}]}));
    let mut made = Made::default();
    let (name, file) = exchange::write(&recorded, &redaction, &mut made)?;
    Ok((name, json!(file), made))
}

fn request(headers: Value, body: Value) -> Value {
    json!({
        "role": "api", "method": "POST", "path": "/people/jan.k%40firma.pl/notes", "query": [["who", "Nazwisko"]],
        "headers": headers, "body": body, "repeat": "once",
    })
}

fn typed(content_type: &str) -> Value {
    json!([{"name": "content-type", "value": content_type}])
}

#[test]
fn requests_are_written_by_their_content_type() {
    let cases = [
        (json!([]), json!("none"), json!(null), json!(null)),
        (
            typed("application/json"),
            json!({"text": "{\"to\": \"jan.k@firma.pl\"}"}),
            json!(null),
            json!({"json": {"to": "signer-1@example.com"}}),
        ),
        (
            typed("application/x-www-form-urlencoded"),
            json!({"text": "to=jan.k%40firma.pl&n=1"}),
            json!(null),
            json!({"form": [["to", "signer-1@example.com"], ["n", "1"]]}),
        ),
        (
            typed("text/plain"),
            json!({"text": "for Imię Nazwisko"}),
            typed("text/plain"),
            json!({"text": "for Signer One"}),
        ),
        (
            typed("multipart/form-data"),
            json!({"parts": [
                {"headers": [{"name": "content-disposition", "value": "form-data; name=\"Nazwisko\""}], "body": {"text": "a"}},
                {"body": {"digest": {"size": 9, "sha256": "00"}}},
            ]}),
            json!(null),
            json!({"multipart": [
                {"headers": [{"name": "content-disposition", "value": "form-data; name=\"One\""}], "body": {"text": "a"}},
                {"body": {"any": true}},
            ]}),
        ),
        (
            json!([{"name": "x-assertion", "value": "eyJ0byI6Ikphbi5LQGZpcm1hLnBsIn0="}]),
            json!({"base64": "/w=="}),
            json!([{"name": "x-assertion", "value": {"base64-json": {"to": "signer-1@example.com"}}}]),
            json!({"file": "bodies/03-request-0.bin"}),
        ),
        (
            json!([{"name": "content-disposition", "value": "f; filename*=UTF-8''Imi%C4%99%20Nazwisko"}]),
            json!("none"),
            json!([{"name": "content-disposition", "value": {"any": true}}]),
            json!(null),
        ),
    ];
    let response = json!({"answered": {"status": 204, "headers": [], "body": "none"}});
    for (headers, body, expected_headers, expected_body) in cases {
        let (name, file, _) = written(request(headers, body.clone()), response.clone()).unwrap();
        assert_eq!(name, "03-post-notes.json");
        let asked = &file["request"];
        assert_eq!(asked["path"], "/people/signer-1%40example.com/notes");
        assert_eq!(asked["query"], json!([["who", "One"]]));
        assert_eq!((&asked["headers"], &asked["body"]), (&expected_headers, &expected_body), "{body}");
    }
}

#[test]
fn answers_are_written_by_their_content_type() {
    let large = json!({"padding": "x".repeat(40_000)}).to_string();
    let cases = [
        (
            typed("application/json"),
            json!({"text": "{\"email\": \"JAN.K@firma.pl\"}"}),
            json!({"status": 200, "body": {"json": {"email": "signer-1@example.com"}}}),
        ),
        (
            typed("application/json; charset=utf-8"),
            json!({"text": "[]"}),
            json!({"status": 200, "headers": typed("application/json; charset=utf-8"), "body": {"json": []}}),
        ),
        (
            typed("application/stream+json"),
            json!({"text": "{\"a\": 1}\n{\"a\": \"Nazwisko\"}\n"}),
            json!({"status": 200, "body": {"json-lines": [{"a": 1}, {"a": "One"}]}}),
        ),
        (
            typed("application/json"),
            json!({"text": "{\"a\": "}),
            json!({"status": 200, "headers": typed("application/json"), "body": {"text": "{\"a\": "}}),
        ),
        (
            typed("application/json"),
            json!({"text": large}),
            json!({"status": 200, "headers": typed("application/json"), "body": {"file": "bodies/03-response.json"}}),
        ),
        (
            json!([{"name": "date", "value": "today"}, {"name": "set-cookie", "value": "a=b"}]),
            json!({"base64": "/w=="}),
            json!({"status": 200, "body": {"file": "bodies/03-response.bin"}}),
        ),
    ];
    for (headers, body, expected) in cases {
        let response = json!({"answered": {"status": 200, "headers": headers, "body": body}});
        let (_, file, made) = written(request(json!([]), json!("none")), response).unwrap();
        assert_eq!(file["response"], expected);
        if let Some(name) = file["response"]["body"]["file"].as_str() {
            assert!(made.named.contains_key(name), "{name}");
        }
    }
}

#[test]
fn broken_connections_are_written_and_other_failures_refused() {
    let cases = [
        ("timeout", true, Ok("timeout")),
        ("connect", false, Ok("before-send")),
        ("connect", true, Ok("after-send")),
        ("in-doubt", true, Ok("after-send")),
        ("tls", false, Err("exchange 3 failed as `tls`")),
    ];
    for (kind, maybe_sent, expected) in cases {
        let response = json!({"failed": {"kind": kind, "maybe_sent": maybe_sent, "message": "x"}});
        match (written(request(json!([]), json!("none")), response), expected) {
            (Ok((_, file, _)), Ok(broken)) => assert_eq!(file["response"], json!({"broken": broken})),
            (Err(words), Err(expected)) => assert!(words.starts_with(expected), "{words}"),
            (other, _) => panic!("{kind}: {other:?}"),
        }
    }
}

#[test]
fn a_failure_in_the_words_of_a_broken_connection_may_have_any() {
    let failure = json!({"transient": {"message": "asking failed: reset by peer", "retry-after-ms": null}});
    let open = open_words(failure, &["reset by peer"]);
    assert_eq!(open, json!({"transient": {"message": {"any": true}, "retry-after-ms": null}}));
}

#[test]
fn files_are_numbered_as_the_case_numbers_them() {
    let outcome = json!({"files": [{"part": "signed", "attachment": 7, "name": "a.pdf"}], "count": 7});
    let numbered = renumber(outcome, &BTreeMap::from([(7, 1)]));
    assert_eq!(
        numbered,
        json!({"files": [{"part": "signed", "attachment": 1, "name": "a.pdf"}], "count": 7})
    );
}
