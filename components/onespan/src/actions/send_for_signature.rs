//! Sends documents for signature: look for an earlier package, create a draft with its documents, tell the host its id,
//! set OneSpan's own reminders, send, read back.
//!
//! What may be sent is checked in `validation`, how it is written in `definition`.

use countersign_sdk::contract::actions::{RecipientReference, SendInput, SentDocument};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::{DocumentState, Failure, Recipient};
use countersign_sdk::draft::{Sending, Stage};
use countersign_sdk::{Host, failure, lenient, text};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::definition::creation;
use crate::lookup::find_package;
use crate::package::{ONESPAN, at_package, package_id, party_of, read_package};
use crate::refusal::fetch;
use crate::status::{package_status, stage};
use crate::validation::{self, Invitation, Reminders};
use crate::wire::package::{Package, Party};

#[derive(Default, Deserialize)]
struct Created {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
}

/// The package and when OneSpan reminds of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Schedule<'a> {
    package_id: &'a str,
    #[serde(flatten)]
    reminders: Reminders,
}

/// See `send-for-signature` of the contract.
///
/// # Errors
/// `invalid` before any request; later whatever OneSpan says. The draft's id is with the host by then, so a repeat
/// continues it.
pub(crate) fn send_for_signature(host: &dyn Host, input: &SendInput) -> Result<SentDocument, Failure> {
    let invitation = validation::check(host, input)?;
    let id = match &input.resume_document {
        Some(id) => {
            let id = package_id("resume-document", id)?.to_owned();
            let stage = stage(&read_package(host, &id)?);
            carry_on(host, &invitation, id, stage)?
        }
        None => match find_package(host, &invitation.reference)? {
            Some((id, stage)) => {
                host.document_created(&id);
                carry_on(host, &invitation, id, stage)?
            }
            None => create(host, &invitation)?,
        },
    };
    Ok(read_back(host, input, id))
}

/// A fresh draft, and off it goes.
fn create(host: &dyn Host, invitation: &Invitation) -> Result<String, Failure> {
    let created: Created = fetch(host, creation(invitation)?)?.json()?;
    let id = created.id.as_deref().unwrap_or_default().trim().to_owned();
    if !text::is_id(&id) {
        let message = "OneSpan created the package without a usable id, so it is not registered (C41)";
        return Err(failure::other("empty-id", message));
    }
    host.document_created(&id);
    if let Some(reminders) = invitation.reminders {
        schedule(host, &id, reminders)?;
    }
    send(host, &id)?;
    Ok(id)
}

/// Goes on where an earlier attempt stopped: the draft holds everything, but perhaps its reminders.
fn carry_on(host: &dyn Host, invitation: &Invitation, id: String, stage: Stage) -> Result<String, Failure> {
    if stage.is_sent(ONESPAN)? {
        return Ok(id);
    }
    match invitation.reminders.map(|reminders| schedule(host, &id, reminders)) {
        // INFERRED: what is there already is refused, and is what was asked for.
        Some(Err(Failure::Rejected(said))) => {
            let message = "OneSpan did not take the reminders of a draft that was made before";
            host.log(Level::Warn, message, &[("code", &said.code), ("message", &said.message)]);
        }
        Some(Err(failure)) => return Err(failure),
        Some(Ok(())) | None => {}
    }
    send(host, &id)?;
    Ok(id)
}

/// OneSpan takes a schedule only before the package is sent; setting it again sets the same.
fn schedule(host: &dyn Host, id: &str, reminders: Reminders) -> Result<(), Failure> {
    let request = at_package("POST", id, Repeat::Repeatable).segment("reminders");
    fetch(host, request.json(&Schedule { package_id: id, reminders })).map(drop)
}

fn send(host: &dyn Host, id: &str) -> Result<(), Failure> {
    let look = || Ok(stage(&read_package(host, id)?));
    Sending { provider: ONESPAN, post: &|| post(host, id), look: &look }.send()
}

/// The one request that mails people.
fn post(host: &dyn Host, id: &str) -> Result<(), Failure> {
    fetch(host, at_package("PUT", id, Repeat::Once).json(&json!({ "status": "SENT" }))).map(drop)
}

/// What is known after sending. One read, and no failure of it undoes the sending.
fn read_back(host: &dyn Host, input: &SendInput, document_id: String) -> SentDocument {
    let package = read_package(host, &document_id).unwrap_or_else(|problem| {
        let problem = failure::words(&problem);
        host.log(Level::Warn, "the package was sent, but could not be read back", &[("problem", &problem)]);
        Package::default()
    });
    // It was sent a moment ago: a reading side that lags behind is no news.
    let status = package_status(&package).ok().filter(|status| status.state != DocumentState::Draft);
    SentDocument { link: None, status, recipients: references(input, &package), document_id }
}

fn references(input: &SendInput, package: &Package) -> Vec<RecipientReference> {
    let known = input.recipients.iter().filter_map(|row| {
        // An id that the row kept from an earlier package would be in the way.
        let row = Recipient { provider_reference: None, ..row.clone() };
        let reference = party_of(&row, &package.roles).and_then(Party::reference)?.to_owned();
        Some(RecipientReference { row_key: row.row_key, reference })
    });
    known.collect()
}
