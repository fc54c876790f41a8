//! Finds the envelope of an earlier attempt by our reference, so that it is not made again (P1).
//!
//! DocuSign finds it for seven days; afterwards at worst a draft that nobody sends is left behind.

use countersign_sdk::Host;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::draft::Stage;
use countersign_sdk::{failure, text};

use crate::account::at_envelopes;
use crate::refusal::fetch;
use crate::status::stage;
use crate::wire::listing::Envelopes;

/// The id of an envelope that was made under this reference: rather one that was sent than a draft, never one that was
/// thrown away. Finding nothing is the rule.
///
/// # Errors
/// When DocuSign does not answer, or the connection is not accepted. A refusal of the question itself counts as nothing
/// found: how DocuSign answers for an id it does not know is INFERRED, and another draft mails nobody.
pub(crate) fn find_envelope(host: &dyn Host, reference: &str) -> Result<Option<String>, Failure> {
    let request = at_envelopes(host, "GET", Repeat::Read)?.query("transaction_ids", reference);
    let reply = match fetch(host, request) {
        Ok(reply) => reply,
        Err(refused @ (Failure::Rejected(_) | Failure::NotFound)) => {
            let words = failure::words(&refused);
            host.log(Level::Warn, "DocuSign did not look for an earlier envelope", &[("answer", &words)]);
            return Ok(None);
        }
        Err(failure) => return Err(failure),
    };
    let found: Envelopes = reply.json()?;
    let mut candidates: Vec<(String, Stage)> = candidates(&found).collect();
    candidates.retain(|(_, stage)| !matches!(stage, Stage::Broken(_)));
    let sent = candidates.iter().position(|(_, stage)| *stage == Stage::Sent).unwrap_or_default();
    Ok(candidates.into_iter().nth(sent).map(|(id, _)| id))
}

/// DocuSign's reference has two lists for the answer; whichever is filled counts.
fn candidates(found: &Envelopes) -> impl Iterator<Item = (String, Stage)> {
    let whole = found.envelopes.iter().map(|envelope| (&envelope.envelope_id, &envelope.status));
    let failed =
        |details: &Option<_>| details.as_ref().is_some_and(crate::wire::problem::ErrorDetails::is_error);
    let told = found.envelope_transaction_statuses.iter().filter(move |told| !failed(&told.error_details));
    let told = told.map(|told| (&told.envelope_id, &told.status));
    whole.chain(told).filter_map(|(id, status)| {
        let id = id.as_deref().map(str::trim).filter(|id| text::is_id(id))?;
        Some((id.to_owned(), stage(status.as_deref().unwrap_or_default())))
    })
}
