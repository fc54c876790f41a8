//! Going on with a draft that an earlier attempt left behind.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::fake::{Exchange, Fake};
use serde_json::json;

use crate::given::{PROCESS, code, host, reads_files, reads_process, send_input, sends_well, uploads};

fn resumed() -> SendInput {
    let mut input = send_input();
    input.resume_document = Some(PROCESS.to_owned());
    input.documents = vec![1, 2];
    input
}

fn outcome(host: Fake, input: &SendInput, script: Vec<Exchange>) -> String {
    let host = script.into_iter().fold(host, Fake::expect);
    let sent = Autenti::send_for_signature(&host, input);
    assert!(host.created().is_empty(), "the host knows the id already");
    sent.map_or_else(|failure| code(&failure), |sent| sent.document_id)
}

fn draft() -> Exchange {
    reads_process(&json!({ "id": PROCESS, "status": "DRAFT" }))
}

fn sent() -> Exchange {
    reads_process(&json!({ "id": PROCESS, "status": "PROCESSING" }))
}

const FIRST: &str = r#"{"id":"FILE-SOURCE_FILE:1","filename":"Umowa żółta.pdf","filePurpose":"SOURCE_FILE"}"#;

#[test]
fn only_missing_files_are_uploaded() {
    let script = vec![draft(), reads_files(FIRST), uploads(), sends_well(), sent()];
    assert_eq!(outcome(host(), &resumed(), script), PROCESS);
}

#[test]
fn nothing_is_uploaded_when_all_is_there() {
    let both = format!("[{FIRST},{{\"filename\":\"Annex.PDF\",\"filePurpose\":\"SOURCE_FILE\"}}]");
    assert_eq!(outcome(host(), &resumed(), vec![draft(), reads_files(&both), sends_well(), sent()]), PROCESS);
}

#[test]
fn files_of_one_name_are_counted() {
    let host = host().file(3, "Umowa żółta.pdf", b"%PDF-1.7 another");
    let mut input = resumed();
    input.documents = vec![1, 3];
    assert_eq!(
        outcome(host, &input, vec![draft(), reads_files(FIRST), uploads(), sends_well(), sent()]),
        PROCESS
    );
}

#[test]
fn other_files_do_not_count() {
    let signed = r#"{"filename":"Umowa żółta.pdf","filePurpose":"SIGNED_CONTENT_FILE"}"#;
    let script = vec![draft(), reads_files(signed), uploads(), uploads(), sends_well(), sent()];
    assert_eq!(outcome(host(), &resumed(), script), PROCESS);
}

#[test]
fn what_was_sent_is_not_sent_again() {
    assert_eq!(outcome(host(), &resumed(), vec![sent(), sent()]), PROCESS);
}

#[test]
fn what_cannot_be_told_is_not_sent() {
    let status = |word: &str| reads_process(&json!({ "id": PROCESS, "status": word }));
    assert_eq!(outcome(host(), &resumed(), vec![status("NEW_WORD")]), "InDoubt");
    assert_eq!(outcome(host(), &resumed(), vec![status("ERROR")]), "ERROR");
    assert_eq!(outcome(host(), &resumed(), vec![draft().answers(404)]), "NotFound");
    assert_eq!(outcome(host(), &resumed(), vec![draft(), reads_files("").answers(503)]), "Transient");
}
