//! Inputs and answers that most tests start from.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use countersign_sdk::contract::actions::{DocumentInput, RecipientsInput, SendInput};
use countersign_sdk::contract::types::{Failure, Organisation, Recipient};
use countersign_sdk::fake::{Exchange, Fake, request};
use serde_json::{Value, json};

pub(crate) const PROCESS: &str = "DOCUMENT_PROCESS:7f/1";
pub(crate) const SENT: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_SENT";
pub(crate) const REMINDED: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_REMINDER_SENT";

pub(crate) fn signer(row_key: &str, first: &str, last: &str, email: &str) -> Recipient {
    Recipient {
        row_key: row_key.to_owned(),
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        display_name: None,
        email: email.to_owned(),
        phone: None,
        role: "SIGNER".to_owned(),
        signature_type: None,
        sms_authentication: false,
        sms_unlock: false,
        order: None,
        organisation: None,
        representative: false,
        language: None,
        provider_reference: None,
    }
}

pub(crate) fn anna() -> Recipient {
    signer("1", "Anna", "Nowak", "anna@example.com")
}

pub(crate) fn jan() -> Recipient {
    signer("2", "Jan", "Żółć", "jan@example.com")
}

pub(crate) fn organisation() -> Organisation {
    Organisation { name: "Acme".to_owned(), tax_id: "PL5260001246".to_owned(), position: "CEO".to_owned() }
}

pub(crate) fn send_input() -> SendInput {
    SendInput {
        client_reference: "ref-1".to_owned(),
        resume_document: None,
        title: "Contract".to_owned(),
        description: None,
        language: None,
        recipients: vec![anna()],
        documents: vec![1],
        ordered: false,
        as_organisation: false,
        visualisation: None,
        labels: Vec::new(),
        expires_at: None,
        settings: Vec::new(),
    }
}

pub(crate) fn document() -> DocumentInput {
    DocumentInput { document_id: PROCESS.to_owned(), client_reference: None, settings: Vec::new() }
}

pub(crate) fn recipients(recipients: Vec<Recipient>) -> RecipientsInput {
    RecipientsInput { document: document(), recipients }
}

/// A host with two PDF files.
pub(crate) fn host() -> Fake {
    Fake::new().file(1, "Umowa żółta.pdf", b"%PDF-1.7 one").file(2, "Annex.PDF", b"%PDF-1.4 two")
}

pub(crate) fn reads_process(process: &Value) -> Exchange {
    request("GET", &["document-processes", PROCESS]).answer_json(process)
}

pub(crate) fn creates() -> Exchange {
    request("POST", &["document-processes"]).answers(201).answer_json(&json!({ "id": PROCESS }))
}

pub(crate) fn uploads() -> Exchange {
    request("POST", &["document-processes", PROCESS, "files"])
        .answer_json(&json!({ "id": "FILE-SOURCE_FILE:1" }))
}

pub(crate) fn reads_files(body: &str) -> Exchange {
    let exchange = request("GET", &["document-processes", PROCESS, "files"]);
    exchange.answer_header("content-type", "application/stream+json").answer_bytes(body.as_bytes())
}

/// Posts an action; each assertion is one header.
pub(crate) fn acts(assertions: &[String]) -> Exchange {
    let exchange = request("POST", &["document-processes", PROCESS, "actions"]).with_json(json!({}));
    let encoded = |exchange: Exchange, assertion: &String| {
        exchange.with_header("X-ASSERTION", &BASE64_STANDARD.encode(assertion))
    };
    assertions.iter().fold(exchange, encoded)
}

pub(crate) fn sends() -> Exchange {
    acts(&[selects(SENT)])
}

pub(crate) fn sends_well() -> Exchange {
    sends()
        .answer_json(&json!([{ "eventType": SENT, "object": { "id": PROCESS, "type": "DOCUMENT_PROCESS" } }]))
}

/// The assertion that selects an action.
pub(crate) fn selects(event: &str) -> String {
    asserts("CHALLENGE_CLASSIFIER-UNIQUE_TYPE:ACTION_SELECTION", &[event])
}

/// The text of an assertion; the bytes of the header are compared.
pub(crate) fn asserts(classifier: &str, ids: &[&str]) -> String {
    format!("{{\"classifiers\":[\"{classifier}\"],\"attributes\":{{\"selectedIds\":{}}}}}", json!(ids))
}

/// Answers 403 with a challenge, as base64url without padding.
pub(crate) fn challenges(exchange: Exchange, challenge: &Value) -> Exchange {
    exchange.answers(403).answer_header("X-Challenge", &BASE64_URL_SAFE_NO_PAD.encode(challenge.to_string()))
}

pub(crate) fn locks(exchange: Exchange) -> Exchange {
    challenges(
        exchange,
        &json!({ "classifiers": ["CHALLENGE_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_ACCESS_UNLOCK"] }),
    )
}

/// The code of a refusal, or the name of another failure.
pub(crate) fn code(failure: &Failure) -> String {
    match failure {
        Failure::Rejected(said) | Failure::Other(said) => said.code.clone(),
        Failure::Invalid(wrong) => wrong.field.clone(),
        other => format!("{other:?}")
            .chars()
            .skip_while(|c| *c != ':')
            .skip(2)
            .take_while(|c| c.is_alphanumeric())
            .collect(),
    }
}
