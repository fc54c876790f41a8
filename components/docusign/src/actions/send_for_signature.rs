//! Sends documents for signature: look for an earlier envelope, create a draft with its documents, tell the host its
//! id, send, read back.
//!
//! What may be sent is checked in `validation`, how it is written in `definition` and `creation`.

use countersign_sdk::contract::actions::{RecipientReference, SendInput, SentDocument};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::{DocumentState, Failure};
use countersign_sdk::draft::{Sending, Stage};
use countersign_sdk::{Host, failure, text};
use serde_json::json;

use crate::account::{DOCUSIGN, at_envelope};
use crate::creation::creation;
use crate::definition::definition;
use crate::envelope::{document_id, party_of, read_envelope};
use crate::identity::phone_workflow;
use crate::lookup::find_envelope;
use crate::refusal::change;
use crate::status::{document_status, stage};
use crate::validation::{self, Invitation};
use crate::wire::envelope::Envelope;
use crate::wire::party::Party;

/// See `send-for-signature` of the contract.
///
/// # Errors
/// `invalid` before any request; later whatever DocuSign says. The draft's id is with the host by then, so a repeat
/// continues it.
pub(crate) fn send_for_signature(host: &dyn Host, input: &SendInput) -> Result<SentDocument, Failure> {
    let invitation = validation::check(host, input)?;
    let id = match &input.resume_document {
        Some(id) => {
            let id = document_id("resume-document", id)?.to_owned();
            let stage = look(host, &id)?;
            carry_on(host, id, stage)?
        }
        None => match find_envelope(host, &invitation.reference)? {
            Some((id, stage)) => {
                host.document_created(&id);
                carry_on(host, id, stage)?
            }
            None => create(host, &invitation)?,
        },
    };
    Ok(read_back(host, input, id))
}

/// A fresh draft, and off it goes.
fn create(host: &dyn Host, invitation: &Invitation) -> Result<String, Failure> {
    let workflow = phone_workflow(host, invitation)?;
    let request = creation(host, definition(invitation, workflow.as_deref()), &invitation.files)?;
    let envelope: Envelope = change(host, request)?.json()?;
    let id = envelope.envelope_id.as_deref().unwrap_or_default().trim().to_owned();
    if !text::is_id(&id) {
        let message = "DocuSign created the envelope without a usable id, so it is not registered (C41)";
        return Err(failure::other("empty-id", message));
    }
    host.document_created(&id);
    send(host, &id)?;
    Ok(id)
}

/// Goes on where an earlier attempt stopped: the draft holds everything already.
fn carry_on(host: &dyn Host, id: String, stage: Stage) -> Result<String, Failure> {
    if !stage.is_sent(DOCUSIGN)? {
        send(host, &id)?;
    }
    Ok(id)
}

fn send(host: &dyn Host, id: &str) -> Result<(), Failure> {
    Sending { provider: DOCUSIGN, post: &|| post(host, id), look: &|| look(host, id) }.send()
}

/// The one request that mails people.
fn post(host: &dyn Host, id: &str) -> Result<(), Failure> {
    let request = at_envelope(host, "PUT", id, Repeat::Once)?.json(&json!({ "status": "sent" }));
    change(host, request).map(drop)
}

fn look(host: &dyn Host, id: &str) -> Result<Stage, Failure> {
    let envelope = read_envelope(host, id, None)?;
    Ok(stage(envelope.status.as_deref().unwrap_or_default()))
}

/// What is known after sending. One read, and no failure of it undoes the sending.
fn read_back(host: &dyn Host, input: &SendInput, document_id: String) -> SentDocument {
    let envelope = read_envelope(host, &document_id, Some("recipients")).unwrap_or_else(|problem| {
        let problem = failure::words(&problem);
        host.log(Level::Warn, "the envelope was sent, but could not be read back", &[("problem", &problem)]);
        Envelope::default()
    });
    // DocuSign's reading side can lag behind: it is no draft any more.
    let status = document_status(&envelope).ok().filter(|status| status.state != DocumentState::Draft);
    SentDocument { link: None, status, recipients: references(input, &envelope), document_id }
}

fn references(input: &SendInput, envelope: &Envelope) -> Vec<RecipientReference> {
    let Some(parties) = &envelope.recipients else { return Vec::new() };
    let known = input.recipients.iter().filter_map(|row| {
        // An id that the row kept from an earlier envelope would be in the way.
        let row = countersign_sdk::contract::types::Recipient { provider_reference: None, ..row.clone() };
        let reference = party_of(&row, parties).and_then(Party::reference)?.to_owned();
        Some(RecipientReference { row_key: row.row_key, reference })
    });
    known.collect()
}
