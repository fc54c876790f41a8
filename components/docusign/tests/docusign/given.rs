//! Inputs and answers that most tests start from.

use countersign_sdk::contract::actions::{DocumentInput, SendInput};
use countersign_sdk::contract::types::{Recipient, Setting};
use countersign_sdk::fake::{Exchange, Fake, request};
use serde_json::{Value, json};

pub(crate) const ENVELOPE: &str = "5d2f1c8e-7a40-4c1b-9b7e-0c1f2e3d4a5b";

/// Path segments below the account.
macro_rules! below {
    ($($segment:expr),*) => { &["restapi", "v2.1", "accounts", "A-1", $($segment),*] };
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
    DocumentInput { document_id: ENVELOPE.to_owned(), client_reference: None, settings: Vec::new() }
}

pub(crate) fn setting(name: &str, value: &str) -> Setting {
    Setting { name: name.to_owned(), value: value.to_owned() }
}

/// A host with an account and one PDF file.
pub(crate) fn host() -> Fake {
    Fake::new().setting("account-id", " A-1 ").file(1, "Contract.PDF", b"%PDF-1.7 one")
}

pub(crate) fn looks_up() -> Exchange {
    request("GET", below!("envelopes")).with_query("transaction_ids", "ref-1")
}

pub(crate) fn finds_nothing() -> Exchange {
    looks_up().answer_json(&json!({ "resultSetSize": "0" }))
}

pub(crate) fn creates() -> Exchange {
    let answer = json!({ "envelopeId": ENVELOPE, "status": "created" });
    request("POST", below!("envelopes")).answers(201).answer_json(&answer)
}

pub(crate) fn sends() -> Exchange {
    request("PUT", below!("envelopes", ENVELOPE)).with_json(json!({ "status": "sent" }))
}

pub(crate) fn reads(envelope: &Value) -> Exchange {
    request("GET", below!("envelopes", ENVELOPE)).answer_json(envelope)
}

/// Reads an envelope that carries the reference of [`send_input`].
pub(crate) fn reads_ours(status: &str) -> Exchange {
    let field = json!({ "name": "countersign-reference", "value": "ref-1" });
    let envelope = json!({ "status": status, "customFields": { "textCustomFields": [field] } });
    reads(&envelope).with_query("include", "custom_fields")
}

pub(crate) fn reads_back() -> Exchange {
    reads(&json!({ "status": "sent" })).with_query("include", "recipients")
}
