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
use crate::envelope::read_envelope;
use crate::refusal::fetch;
use crate::status::stage;
use crate::wire::listing::Envelopes;
use crate::wire::problem::ErrorDetails;

/// More than one is odd already; more than so many are no answer to what was asked.
const CANDIDATES_MAX: usize = 3;

/// The envelope that was made under this reference, and whether it was sent: rather one that was sent than a draft,
/// never one that was thrown away. Finding nothing is the rule. Only an envelope that carries the reference itself is
/// taken for ours, however DocuSign narrows its list.
///
/// # Errors
/// When DocuSign does not answer, or the connection is not accepted. A refusal of the question itself counts as nothing
/// found: how DocuSign answers for an id it does not know is INFERRED, and another draft mails nobody.
pub(crate) fn find_envelope(host: &dyn Host, reference: &str) -> Result<Option<(String, Stage)>, Failure> {
    let request = at_envelopes(host, "GET", Repeat::Read)?.query("transaction_ids", reference);
    let Some(reply) = unless_refused(host, fetch(host, request))? else { return Ok(None) };
    for id in candidates(&reply.json()?, reference) {
        let read = unless_refused(host, read_envelope(host, &id, Some("custom_fields")))?;
        if let Some(envelope) =
            read.filter(|envelope| envelope.client_reference().as_deref() == Some(reference))
        {
            return Ok(Some((id, stage(envelope.status.as_deref().unwrap_or_default()))));
        }
    }
    Ok(None)
}

/// Nothing for a refusal of the question, which the operator is told.
fn unless_refused<T>(host: &dyn Host, answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(refused @ (Failure::Rejected(_) | Failure::NotFound)) => {
            let words = failure::words(&refused);
            host.log(Level::Warn, "DocuSign did not look for an earlier envelope", &[("answer", &words)]);
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// The ids to look at, those that were sent first. DocuSign's reference has two lists for the answer; whichever is filled
/// counts.
fn candidates(found: &Envelopes, reference: &str) -> Vec<String> {
    let failed = |details: &Option<ErrorDetails>| details.as_ref().is_some_and(ErrorDetails::is_error);
    let told = found.envelope_transaction_statuses.iter().filter(|told| !failed(&told.error_details));
    let told = told.map(|told| (&told.envelope_id, &told.status, &told.transaction_id));
    let whole = found.envelopes.iter();
    let whole = whole.map(|envelope| (&envelope.envelope_id, &envelope.status, &envelope.transaction_id));
    let mut known: Vec<(bool, String)> = Vec::new();
    for (id, status, transaction) in whole.chain(told) {
        let stage = stage(status.as_deref().unwrap_or_default());
        let is_ours = transaction.as_deref().is_none_or(|transaction| transaction == reference);
        let id = id.as_deref().map(str::trim).filter(|id| text::is_id(id));
        if let Some(id) = id.filter(|_| is_ours && !matches!(stage, Stage::Broken(_))) {
            known.push((stage != Stage::Sent, id.to_owned()));
        }
    }
    // Stable: those that were sent first, otherwise as DocuSign lists them.
    known.sort_by_key(|(unsent, _)| *unsent);
    known.into_iter().map(|(_, id)| id).take(CANDIDATES_MAX).collect()
}
