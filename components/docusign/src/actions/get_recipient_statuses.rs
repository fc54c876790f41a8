//! Reads where each recipient stands, and in whose words a refusal came.
//!
//! The state of the envelope as a whole is another action.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{RecipientStatus, RecipientsInput};
use countersign_sdk::contract::types::{Failure, Recipient, RecipientState};
use countersign_sdk::text::non_blank;

use crate::envelope::{document_id, party_of, read_envelope};
use crate::status::recipient_state;
use crate::wire::party::Party;

/// See `get-recipient-statuses` of the contract.
///
/// # Errors
/// When the id is wrong, or DocuSign refuses.
pub(crate) fn get_recipient_statuses(
    host: &dyn Host,
    input: &RecipientsInput,
) -> Result<Vec<RecipientStatus>, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let parties = read_envelope(host, id, Some("recipients"))?.recipients.unwrap_or_default();
    let matched = input.recipients.iter().filter_map(|row| status(row, party_of(row, &parties)?));
    Ok(matched.collect())
}

/// Nothing for a recipient whose word is missing: the row is left alone.
fn status(row: &Recipient, party: &Party) -> Option<RecipientStatus> {
    let code = non_blank(Some(party.word()))?;
    let state = recipient_state(party);
    let reason = match state {
        RecipientState::Declined => party.declined_reason.as_deref(),
        RecipientState::Undeliverable => party.auto_responded_reason.as_deref(),
        RecipientState::AuthenticationFailed => party.failed_check(),
        _ => None,
    };
    Some(RecipientStatus {
        row_key: row.row_key.clone(),
        code: code.to_owned(),
        state,
        reason: non_blank(reason).map(str::to_owned),
        provider_reference: party.reference().map(str::to_owned),
    })
}
