//! Sending: the sequence of requests, what is told to the host, and every way it can go wrong.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::http::{FailureKind, Repeat, RequestSent};
use countersign_sdk::contract::types::{DocumentState, Failure};
use countersign_sdk::fake::{Exchange, Fake, request};
use serde_json::{Value, json};

use crate::given::{
    PROCESS, SENT, challenges, code, creates, host, jan, locks, reads_files, reads_process, send_input,
    sends, sends_well, uploads,
};

fn sent_process() -> Value {
    json!({
        "id": PROCESS,
        "status": "PROCESSING",
        "documentLink": "https://autenti.example/d/7f",
        "parties": [
            { "party": { "id": "PARTY-TENANT:SELF" }, "role": "SENDER" },
            {
                "party": { "id": "PARTY-PUBLIC_SIGNING_PROCESS_ID:a1", "contacts": [{ "attributes": { "email": "Anna@example.com" } }] },
                "role": "SIGNER",
            },
            { "party": { "id": "PARTY-EMAIL:x", "contacts": [{ "attributes": { "email": "jan@example.com" } }] }, "role": "SIGNER" },
        ],
    })
}

fn draft() -> Value {
    json!({ "id": PROCESS, "status": "DRAFT" })
}

/// What sending one file comes to, with the scripted rest after the upload.
fn outcome(rest: Vec<Exchange>) -> Result<countersign_sdk::contract::actions::SentDocument, Failure> {
    let start = host().expect(creates()).expect(uploads());
    let host = rest.into_iter().fold(start, Fake::expect);
    let sent = Autenti::send_for_signature(&host, &send_input());
    assert_eq!(host.created(), [PROCESS], "the id is kept, whatever happens later");
    sent
}

fn lost() -> Exchange {
    sends().breaks(FailureKind::InDoubt, RequestSent::Maybe)
}

#[test]
fn a_draft_is_created_told_filled_sent_and_read_back() {
    let file = |name: &str, attachment: u32| {
        uploads().with_repeat(Repeat::Once).with_body(json!({ "multipart": [
            {
                "content-disposition": "form-data; name=\"fileMeta\"",
                "content-type": "application/json",
                "json": { "filename": name, "filePurpose": "SOURCE_FILE", "mimeType": "application/pdf" },
            },
            {
                "content-disposition": format!("form-data; name=\"file\"; filename=\"{name}\""),
                "content-type": "application/pdf",
                "attachment": attachment,
            },
        ] }))
    };
    let mut input = send_input();
    input.recipients.push(jan());
    input.documents = vec![1, 2];
    let host = host()
        .expect(creates())
        .expect(file("Umowa żółta.pdf", 1))
        .expect(file("Annex.PDF", 2))
        .expect(sends_well().with_repeat(Repeat::Once))
        .expect(reads_process(&sent_process()));
    let sent = Autenti::send_for_signature(&host, &input).unwrap();
    let actions = format!("document-processes / {PROCESS}");
    assert_eq!(
        host.journal(),
        [
            "POST document-processes".to_owned(),
            format!("created {PROCESS}"),
            format!("POST {actions} / files"),
            format!("POST {actions} / files"),
            format!("POST {actions} / actions"),
            format!("GET {actions}"),
        ]
    );
    assert_eq!(sent.document_id, PROCESS);
    assert_eq!(sent.link.as_deref(), Some("https://autenti.example/d/7f"));
    assert_eq!(sent.status.unwrap().state, DocumentState::InProgress);
    let references: Vec<_> =
        sent.recipients.iter().map(|known| (known.row_key.as_str(), known.reference.as_str())).collect();
    assert_eq!(
        references,
        [("1", "PARTY-PUBLIC_SIGNING_PROCESS_ID:a1")],
        "Jan's lasting id is not there yet"
    );
}

#[test]
fn reading_back_cannot_undo_the_sending() {
    for answer in [
        reads_process(&json!({})).answers(503),
        reads_process(&json!({})).breaks(FailureKind::Timeout, RequestSent::Maybe),
        request("GET", &["document-processes", PROCESS]).answer_bytes(b"<html>"),
    ] {
        let sent = outcome(vec![sends_well(), answer]).unwrap();
        assert_eq!((sent.document_id.as_str(), sent.status, sent.recipients.len()), (PROCESS, None, 0));
    }
    let late = outcome(vec![sends_well(), reads_process(&draft())]).unwrap();
    assert_eq!(late.status, None, "Autenti's reading side lags behind");
}

#[test]
fn a_process_without_an_id_is_not_registered() {
    for id in [
        json!({}),
        json!({ "id": "" }),
        json!({ "id": "  " }),
        json!({ "id": null }),
        json!({ "id": "x".repeat(600) }),
    ] {
        let host = host().expect(request("POST", &["document-processes"]).answer_json(&id));
        let failure = Autenti::send_for_signature(&host, &send_input()).unwrap_err();
        assert_eq!(code(&failure), "empty-id", "{id}");
        assert!(host.created().is_empty());
    }
}

#[test]
fn a_refused_creation_tells_whose_fault_it_is() {
    let complaint = json!({ "errors": [{ "id": "E1", "type": "T", "description": "no more documents" }] });
    for (status, expected) in [
        (400, "E1"),
        (401, "Unauthorized"),
        (402, "NotEntitled"),
        (403, "Unauthorized"),
        (409, "E1"),
        (429, "Transient"),
        (500, "Transient"),
    ] {
        let host =
            host().expect(request("POST", &["document-processes"]).answers(status).answer_json(&complaint));
        let failure = Autenti::send_for_signature(&host, &send_input()).unwrap_err();
        assert_eq!(code(&failure), expected, "{status}");
        assert!(format!("{failure:?}").contains("no more documents"), "{failure:?}");
    }
}

#[test]
fn a_success_without_the_event_is_no_sending() {
    for events in [json!([]), json!([{ "eventType": "EVENT_CLASSIFIER-UNIQUE_TYPE:OTHER" }])] {
        let failure = outcome(vec![sends().answer_json(&events)]).unwrap_err();
        assert_eq!(code(&failure), "not-sent");
    }
    let many = sends().answer_json(&json!([{ "eventType": "X" }, { "eventType": SENT }]));
    outcome(vec![many, reads_process(&sent_process())]).unwrap();
}

#[test]
fn a_refused_sending_says_why() {
    let complaint =
        json!({ "attributes": { "errors": [{ "id": "NO_FILE", "description": "a file is missing" }] } });
    let strange = json!({ "classifiers": ["CHALLENGE_CLASSIFIER-UNIQUE_TYPE:MOON_PHASE"] });
    for (answer, expected) in [
        (locks(sends()), "Locked"),
        (challenges(sends(), &complaint), "NO_FILE"),
        (challenges(sends(), &strange), "unsupported-feature"),
        (sends().answers(403), "Unauthorized"),
        (sends().answers(402), "NotEntitled"),
        (sends().answers(404), "NotFound"),
        (sends().answers(409), "409"),
    ] {
        assert_eq!(code(&outcome(vec![answer]).unwrap_err()), expected);
    }
}

#[test]
fn a_lost_answer_is_looked_up() {
    let failing = || reads_process(&json!({})).answers(503);
    let unknown = || reads_process(&json!({ "status": "NEW_WORD" }));
    let never_left = || sends().breaks(FailureKind::Connect, RequestSent::No);
    let limited = || sends().answers(429).answer_header("Retry-After", "3");
    let cases: Vec<(&str, Vec<Exchange>, &str)> = vec![
        ("it was sent", vec![lost(), reads_process(&sent_process()), reads_process(&sent_process())], "sent"),
        (
            "server fault after the work",
            vec![sends().answers(502), reads_process(&sent_process()), reads_process(&sent_process())],
            "sent",
        ),
        (
            "unreadable success",
            vec![
                sends().answer_bytes(b"<html>"),
                reads_process(&sent_process()),
                reads_process(&sent_process()),
            ],
            "sent",
        ),
        (
            "still a draft",
            vec![lost(), reads_process(&draft()), sends_well(), reads_process(&sent_process())],
            "sent",
        ),
        (
            "refused as already sent",
            vec![
                lost(),
                reads_process(&draft()),
                sends().answers(409),
                reads_process(&sent_process()),
                reads_process(&sent_process()),
            ],
            "sent",
        ),
        (
            "refused, and a draft",
            vec![lost(), reads_process(&draft()), sends().answers(409), reads_process(&draft())],
            "409",
        ),
        ("lost twice", vec![lost(), reads_process(&draft()), lost(), reads_process(&draft())], "InDoubt"),
        ("look-up fails", vec![lost(), failing()], "InDoubt"),
        ("unknown word", vec![lost(), unknown()], "InDoubt"),
        ("Autenti gave up", vec![lost(), reads_process(&json!({ "status": "ERROR" }))], "ERROR"),
        ("never left", vec![never_left(), reads_process(&draft())], "Transient"),
        ("never left, and no look", vec![never_left(), failing()], "Transient"),
        ("asked to wait", vec![limited(), reads_process(&draft())], "Transient"),
        (
            "asked to wait, and sent meanwhile",
            vec![limited(), reads_process(&sent_process()), reads_process(&sent_process())],
            "sent",
        ),
        ("denied", vec![sends().breaks(FailureKind::Denied, RequestSent::No)], "Denied"),
    ];
    for (name, rest, expected) in cases {
        let found = outcome(rest).map_or_else(|failure| code(&failure), |_| "sent".to_owned());
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_lost_upload_is_looked_up_before_it_is_repeated() {
    let lost = || uploads().breaks(FailureKind::InDoubt, RequestSent::Maybe);
    let has = || {
        reads_files(
            "{\"id\":\"FILE-SOURCE_FILE:1\",\"filename\":\"Umowa żółta.pdf\",\"filePurpose\":\"SOURCE_FILE\"}\n",
        )
    };
    let end = || [sends_well(), reads_process(&sent_process())];
    let cases: Vec<(&str, Vec<Exchange>, &str)> = vec![
        ("arrived", [vec![lost(), has()], end().into()].concat_all(), "sent"),
        ("did not arrive", [vec![lost(), reads_files(""), uploads()], end().into()].concat_all(), "sent"),
        ("lost twice", vec![lost(), reads_files(""), lost(), reads_files("")], "Transient"),
        ("no list", vec![lost(), reads_files("").answers(503)], "Transient"),
        ("server fault", [vec![uploads().answers(500), has()], end().into()].concat_all(), "sent"),
        ("too large", vec![uploads().answers(413)], "413"),
        ("quota", vec![uploads().answers(402)], "NotEntitled"),
    ];
    for (name, rest, expected) in cases {
        let host = rest.into_iter().fold(host().expect(creates()), Fake::expect);
        let sent = Autenti::send_for_signature(&host, &send_input());
        assert_eq!(sent.map_or_else(|failure| code(&failure), |_| "sent".to_owned()), expected, "{name}");
        assert_eq!(host.created(), [PROCESS]);
    }
}

#[test]
fn an_expiry_that_autenti_cannot_keep_is_logged() {
    let host = host()
        .expect(creates())
        .expect(uploads())
        .expect(sends_well())
        .expect(reads_process(&sent_process()));
    let mut input = send_input();
    input.expires_at = Some(1);
    Autenti::send_for_signature(&host, &input).unwrap();
    assert!(host.logged().iter().any(|line| line.contains("no expiry")), "{:?}", host.logged());
}

/// Joins scripts; an exchange is no `Clone`, so slices cannot.
trait ConcatAll {
    fn concat_all(self) -> Vec<Exchange>;
}

impl<const N: usize> ConcatAll for [Vec<Exchange>; N] {
    fn concat_all(self) -> Vec<Exchange> {
        self.into_iter().flatten().collect()
    }
}
