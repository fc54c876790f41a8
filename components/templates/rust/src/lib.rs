//! Example Sign, as a provider: who it is (`describe`), and what it can do. The words are those of `wit/`; read them
//! beside this. What a provider cannot do it leaves out: the SDK answers `unsupported`. Not here: sending requests and
//! naming failures, which the SDK does (`vendor/countersign-sdk/README.md`).
//!
//! The service behind it is made up. It has four requests:
//!   POST /documents              makes a draft                             -> {"id": …}
//!   PUT  /documents/{id}/file    takes the file
//!   POST /documents/{id}/send    mails the signers                         -> {"status": "sent", "link": …}
//!   GET  /documents/{id}         tells where it stands                     -> {"status": …, "link": …}
//! Put your provider's in their place.
//!
//! Each call runs in a fresh instance of this component, and a host may run it again with the same input, clock and
//! answers. It must then make the same requests in the same order, so keep nothing between calls.

use countersign_sdk::contract::actions::{DocumentInput, SendInput, SentDocument};
use countersign_sdk::contract::http::{Chunk, Repeat};
use countersign_sdk::contract::manifest::{
    Authentication, ConnectionRole, Description, Environment,
};
use countersign_sdk::contract::types::{
    DocumentState, DocumentStatus, Failure, Recipient, Translation,
};
use countersign_sdk::rows::translated;
use countersign_sdk::{Host, Provider, Request, declare, export_provider, failure};
use serde::Deserialize;
use serde_json::json;

/// The provider. It has no fields: calls share nothing.
pub struct Mine;

/// What the provider answers to a new draft.
#[derive(Deserialize)]
struct Draft {
    id: String,
}

/// What the provider tells of a document.
#[derive(Deserialize)]
struct Document {
    status: String,
    link: Option<String>,
}

const DRAFT: &str = "draft";

impl Provider for Mine {
    /// Read once, when a host admits the component. A host denies every request that the running action does not
    /// declare here.
    fn describe() -> Description {
        let rule = |method, path| declare::rule("api", method, path);
        let read = rule("GET", "/documents/{id}");
        let send = vec![
            rule("POST", "/documents"),
            rule("PUT", "/documents/{id}/file"),
            rule("POST", "/documents/{id}/send"),
            read.clone(),
        ];
        Description {
            id: "example-sign".to_owned(),
            names: english("Example Sign"),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            publisher: "Unnamed".to_owned(),
            licence: "MIT".to_owned(),
            contract_minimum: "0.1.0".to_owned(),
            deprecated: None,
            experimental: false,
            connections: vec![ConnectionRole {
                role: "api".to_owned(),
                description: "The API of Example Sign.".to_owned(),
                // The operator configures the token, the host adds it. It never enters this component.
                authentication: vec![Authentication::Bearer],
                environments: vec![Environment {
                    name: "production".to_owned(),
                    base_url: "https://api.example.com/v1".to_owned(),
                    token_url: None,
                }],
            }],
            settings: Vec::new(),
            actions: vec![
                declare::action(
                    "send-for-signature",
                    english("(Example Sign) Send for signature"),
                    send,
                ),
                declare::action(
                    "get-document-status",
                    english("(Example Sign) Get document status"),
                    vec![read],
                ),
            ],
            webhooks: Vec::new(),
        }
    }

    /// Nobody may be mailed twice, whatever crashes: make a draft, tell the host its id, upload, and only then send.
    fn send_for_signature(host: &dyn Host, input: &SendInput) -> Result<SentDocument, Failure> {
        let file = check(input)?;
        // An earlier attempt of this very send came so far: go on with its draft, unless it was sent already.
        let (id, known) = match &input.resume_document {
            Some(id) => (id.clone(), Some(read(host, id)?)),
            None => (create_draft(host, input)?, None),
        };
        // From here on the host knows the id, whatever happens next.
        host.document_created(&id);
        let document = match known {
            Some(document) if document.status != DRAFT => document,
            _ => {
                let upload = Request::put("api")
                    .segment("documents")
                    .segment(&id)
                    .segment("file");
                // The host streams the file; its bytes never enter the component.
                upload
                    .chunks("application/pdf", vec![Chunk::Attachment(file)])
                    .fetch(host)?;
                mail(host, &id)?
            }
        };
        let status = Some(status_of(&document));
        Ok(SentDocument {
            document_id: id,
            link: document.link,
            status,
            recipients: Vec::new(),
        })
    }

    fn get_document_status(
        host: &dyn Host,
        input: &DocumentInput,
    ) -> Result<DocumentStatus, Failure> {
        if input.document_id.trim().is_empty() {
            let reason = "is empty: nothing was sent yet; send it for signature first";
            return Err(failure::invalid("document-id", reason));
        }
        Ok(status_of(&read(host, &input.document_id)?))
    }
}

// Makes the exports of the component, when it is built for wasm.
export_provider!(Mine);

/// What can be told before anything is sent. The field is named as in `wit/actions.wit`, so that a form can show it.
/// Answers the one file.
fn check(input: &SendInput) -> Result<u32, Failure> {
    if input.recipients.is_empty() {
        return Err(failure::invalid(
            "recipients",
            "is empty; add at least one signer",
        ));
    }
    match input.documents.as_slice() {
        [file] => Ok(*file),
        files => {
            let reason = format!(
                "holds {} files; Example Sign takes exactly one",
                files.len()
            );
            Err(failure::invalid("documents", reason))
        }
    }
}

/// `Repeatable`: a second draft mails nobody. A host that lost the answer may simply ask again.
fn create_draft(host: &dyn Host, input: &SendInput) -> Result<String, Failure> {
    let signer = |recipient: &Recipient| json!({ "name": name_of(recipient), "email": recipient.email.trim() });
    let signers: Vec<_> = input.recipients.iter().map(signer).collect();
    let body =
        json!({ "title": input.title, "reference": input.client_reference, "signers": signers });
    let request = Request::post("api")
        .segment("documents")
        .json(&body)
        .repeat(Repeat::Repeatable);
    let draft: Draft = request.fetch(host)?.json()?;
    if draft.id.is_empty() {
        return Err(failure::other(
            "no-id",
            "the answer to the new draft has an empty `id`",
        ));
    }
    Ok(draft.id)
}

fn name_of(recipient: &Recipient) -> String {
    let parts = [&recipient.first_name, &recipient.last_name]
        .into_iter()
        .flatten()
        .map(String::as_str);
    recipient
        .display_name
        .clone()
        .unwrap_or_else(|| parts.collect::<Vec<_>>().join(" "))
}

/// `Once`, which `post` is by itself: this mails people, so it is never repeated blindly. Where the answer was lost,
/// the truth is looked up.
fn mail(host: &dyn Host, id: &str) -> Result<Document, Failure> {
    let request = Request::post("api")
        .segment("documents")
        .segment(id)
        .segment("send")
        .json(&json!({}));
    match request.fetch(host).and_then(|reply| reply.json()) {
        Err(Failure::InDoubt(words)) => {
            let document = read(host, id)?;
            // Still a draft: it may be on its way all the same. Then a person decides.
            if document.status == DRAFT {
                Err(Failure::InDoubt(words))
            } else {
                Ok(document)
            }
        }
        answered => answered,
    }
}

fn read(host: &dyn Host, id: &str) -> Result<Document, Failure> {
    Request::get("api")
        .segment("documents")
        .segment(id)
        .fetch(host)?
        .json()
}

/// The provider's word, and its neutral reading. A word that is not here is carried as `Other`, never refused.
fn status_of(document: &Document) -> DocumentStatus {
    let state = match document.status.as_str() {
        DRAFT => DocumentState::Draft,
        "sent" => DocumentState::InProgress,
        "signed" => DocumentState::Completed,
        "refused" => DocumentState::Declined,
        _ => DocumentState::Other,
    };
    DocumentStatus {
        code: document.status.clone(),
        state,
    }
}

fn english(text: &str) -> Vec<Translation> {
    translated(&[("en", text)])
}

#[cfg(test)]
mod tests {
    use countersign_sdk::fake::{Fake, request};

    use super::*;

    /// `cargo test` runs a provider natively, against a host that answers from a script and fails at the first
    /// difference.
    #[test]
    fn an_unknown_word_is_carried() {
        let answer = json!({ "status": "archived" });
        let host = Fake::new().expect(request("GET", &["documents", "D/77"]).answer_json(&answer));
        let input = DocumentInput {
            document_id: "D/77".to_owned(),
            client_reference: None,
            settings: Vec::new(),
        };
        let status = Mine::get_document_status(&host, &input).unwrap();
        assert_eq!(
            status,
            DocumentStatus {
                code: "archived".to_owned(),
                state: DocumentState::Other
            }
        );
    }
}
