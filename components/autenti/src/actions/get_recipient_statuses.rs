//! Reads where each recipient stands, and in whose words a refusal came.
//!
//! The state of the process as a whole is another action.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{RecipientStatus, RecipientsInput};
use countersign_sdk::contract::types::{Failure, Recipient};
use countersign_sdk::recipients::find_party;

use crate::process::{document_id, read_process};
use crate::status::recipient_state;
use crate::wire::event::SIGNATURE_REJECTION;
use crate::wire::process::Party;

/// Autenti has no word for it among those of parties: it only keeps the event.
const REJECTED: &str = "REJECTED";

/// See `get-recipient-statuses` of the contract.
///
/// # Errors
/// When the id is wrong, or Autenti refuses.
pub(crate) fn get_recipient_statuses(
    host: &dyn Host,
    input: &RecipientsInput,
) -> Result<Vec<RecipientStatus>, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let process = read_process(host, id)?;
    let matched = input.recipients.iter().filter_map(|row| {
        let party = find_party(row, &process.parties, Party::key)?;
        status(row, party)
    });
    Ok(matched.collect())
}

/// Nothing for a party whose word is missing: the row is left alone.
fn status(row: &Recipient, party: &Party) -> Option<RecipientStatus> {
    let rejection = party.events.iter().find(|event| event.is(SIGNATURE_REJECTION));
    let told = party.participation_status.as_deref().map(str::trim).filter(|word| !word.is_empty());
    let code = rejection.map(|_| REJECTED).or(told)?;
    Some(RecipientStatus {
        row_key: row.row_key.clone(),
        code: code.to_owned(),
        state: recipient_state(code),
        reason: rejection.and_then(|event| event.comment()).map(str::to_owned),
        provider_reference: party.sent_reference().map(str::to_owned),
    })
}
