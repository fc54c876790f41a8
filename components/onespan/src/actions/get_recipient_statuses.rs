//! Reads where each recipient stands, and in whose words a refusal came.
//!
//! Where the package as a whole stands is another action.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{RecipientStatus, RecipientsInput};
use countersign_sdk::contract::types::{Failure, Recipient};

use crate::package::{package_id, party_of, read_package};
use crate::standing::standing;
use crate::wire::package::Package;

/// See `get-recipient-statuses` of the contract.
///
/// # Errors
/// When the id is wrong, or OneSpan refuses.
pub(crate) fn get_recipient_statuses(
    host: &dyn Host,
    input: &RecipientsInput,
) -> Result<Vec<RecipientStatus>, Failure> {
    let package = read_package(host, package_id("document-id", &input.document.document_id)?)?;
    Ok(input.recipients.iter().filter_map(|row| status(row, &package)).collect())
}

fn status(row: &Recipient, package: &Package) -> Option<RecipientStatus> {
    let party = party_of(row, &package.roles)?;
    let standing = standing(package, party)?;
    Some(RecipientStatus {
        row_key: row.row_key.clone(),
        code: standing.code,
        state: standing.state,
        reason: standing.reason,
        provider_reference: party.reference().map(str::to_owned),
    })
}
