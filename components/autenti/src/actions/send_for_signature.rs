//! Sends documents for signature: create a draft, tell the host its id, upload, send, read back.
//!
//! What may be sent is checked in `validation`, how it is written in `draft`. The upload and the sending are
//! steps of their own, because each can be in doubt and is then looked up.

mod sending;
mod upload;

use countersign_sdk::contract::actions::{RecipientReference, SendInput, SentDocument};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::{DocumentState, Failure};
use countersign_sdk::recipients::find_party;
use countersign_sdk::{Host, Request, failure, text};

use crate::challenge::fetch;
use crate::draft::draft;
use crate::process::{API, AUTENTI, document_id, read_files, read_process};
use crate::status::{document_status, stage};
use crate::validation::{self, Invitation};
use crate::wire::process::{Party, Process};

/// See `send-for-signature` of the contract.
///
/// # Errors
/// `invalid` before any request; later whatever Autenti says. The draft's id is with the host by then, so a
/// repeat continues it.
pub(crate) fn send_for_signature(host: &dyn Host, input: &SendInput) -> Result<SentDocument, Failure> {
    let invitation = validation::check(host, input)?;
    if input.expires_at.is_some() {
        host.log(
            Level::Warn,
            "Autenti knows no expiry; the invitation stays open until it is withdrawn",
            &[],
        );
    }
    let (id, link) = match &input.resume_document {
        Some(id) => (document_id("resume-document", id)?.to_owned(), resume(host, id.trim(), &invitation)?),
        None => create(host, input, &invitation)?,
    };
    Ok(read_back(host, input, id, link))
}

/// A fresh draft, its files, and off it goes.
fn create(
    host: &dyn Host,
    input: &SendInput,
    invitation: &Invitation,
) -> Result<(String, Option<String>), Failure> {
    let request = Request::post(API)
        .segment("document-processes")
        // A second draft that is never sent harms nobody.
        .repeat(Repeat::Repeatable)
        .json(&draft(invitation, input.ordered));
    let process: Process = fetch(host, request)?.json()?;
    let id = process.id.as_deref().unwrap_or_default().trim().to_owned();
    if !text::is_id(&id) {
        let message = "Autenti created the process without a usable id, so it is not registered (C41)";
        return Err(failure::other("empty-id", message));
    }
    host.document_created(&id);
    upload::upload(host, &id, &invitation.files, &[])?;
    sending::send(host, &id)?;
    Ok((id, process.link()))
}

/// Goes on where an earlier attempt stopped: uploads what is missing, and sends unless that happened.
fn resume(host: &dyn Host, id: &str, invitation: &Invitation) -> Result<Option<String>, Failure> {
    let process = read_process(host, id)?;
    if !stage(&process).is_sent(AUTENTI)? {
        let present = read_files(host, id)?;
        upload::upload(host, id, &invitation.files, &present)?;
        sending::send(host, id)?;
    }
    Ok(process.link())
}

/// What is known after sending. One read, and no failure of it undoes the sending: there is no waiting in
/// here, and the host reads the state again anyway.
fn read_back(host: &dyn Host, input: &SendInput, document_id: String, link: Option<String>) -> SentDocument {
    let process = read_process(host, &document_id).unwrap_or_else(|problem| {
        let problem = problem.to_string();
        host.log(Level::Warn, "the process was sent, but could not be read back", &[("problem", &problem)]);
        Process::default()
    });
    // Autenti's reading side can lag behind: it is no draft any more.
    let status = document_status(&process).ok().filter(|status| status.state != DocumentState::Draft);
    SentDocument {
        link: link.or_else(|| process.link()),
        status,
        recipients: references(input, &process),
        document_id,
    }
}

/// The lasting ids of recipients; parties get them some time after sending, so some may be missing.
fn references(input: &SendInput, process: &Process) -> Vec<RecipientReference> {
    let known = input.recipients.iter().filter_map(|row| {
        let reference = find_party(row, &process.parties, Party::key)?.sent_reference()?.to_owned();
        Some(RecipientReference { row_key: row.row_key.clone(), reference })
    });
    known.collect()
}
