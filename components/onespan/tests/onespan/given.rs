//! Inputs and answers that most tests start from.

use countersign_sdk::contract::actions::{DocumentInput, SendInput};
use countersign_sdk::contract::types::{Recipient, Setting};
use countersign_sdk::fake::{Exchange, Fake, request};
use serde_json::{Value, json};

pub(crate) const PACKAGE: &str = "k3Vb9-Qm_7TzXw2LcRdY5hJ1sNe=";

/// Path segments below all packages.
macro_rules! below {
    ($($segment:expr),*) => { &["api", "packages", $($segment),*] };
}
pub(crate) use below;

pub(crate) fn signer() -> Recipient {
    Recipient {
        row_key: "row-1".to_owned(),
        first_name: None,
        last_name: None,
        display_name: Some("Anna Żółć".to_owned()),
        email: "anna@example.com".to_owned(),
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

pub(crate) fn send_input() -> SendInput {
    SendInput {
        client_reference: "ref-1".to_owned(),
        resume_document: None,
        title: "Contract".to_owned(),
        description: None,
        language: None,
        recipients: vec![signer()],
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
    DocumentInput { document_id: PACKAGE.to_owned(), client_reference: None, settings: Vec::new() }
}

pub(crate) fn setting(name: &str, value: &str) -> Setting {
    Setting { name: name.to_owned(), value: value.to_owned() }
}

/// A host with one PDF file.
pub(crate) fn host() -> Fake {
    Fake::new().file(1, "Contract.PDF", b"%PDF-1.7 one")
}

pub(crate) fn looks_up() -> Exchange {
    request("GET", below!())
        .with_query("search", "countersign:ref-1")
        .with_query("from", "1")
        .with_query("to", "5")
}

pub(crate) fn finds_nothing() -> Exchange {
    looks_up().answer_json(&json!({ "count": 0, "results": [] }))
}

pub(crate) fn creates() -> Exchange {
    request("POST", below!()).answer_json(&json!({ "id": PACKAGE }))
}

pub(crate) fn sends() -> Exchange {
    request("PUT", below!(PACKAGE)).with_json(json!({ "status": "SENT" }))
}

pub(crate) fn reads(package: &Value) -> Exchange {
    request("GET", below!(PACKAGE)).answer_json(package)
}

/// A package that carries the reference of [`send_input`].
pub(crate) fn ours(status: &str) -> Value {
    json!({ "id": PACKAGE, "status": status, "data": { "countersign": { "reference": "ref-1" } } })
}
