//! Finds the package of an earlier attempt by our reference, so that it is not made again (P1).
//!
//! OneSpan searches in names and descriptions, so the reference stands in the description as well as in the package's
//! data; what is in the trash is not found, and at worst a draft that nobody sends is left behind.

use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::draft::Stage;
use countersign_sdk::{Host, failure, text};

use crate::package::{at_packages, read_package};
use crate::refusal::fetch;
use crate::status::stage;
use crate::wire::definition::reference_description;
use crate::wire::package::Listing;

/// More than one is odd already; more than so many are no answer to what was asked.
const CANDIDATES_MAX: usize = 5;

/// The package that was made under this reference, and whether it was sent: rather one that was sent than a draft, never
/// one that was thrown away. Finding nothing is the rule. Only a package that carries the reference itself is taken for
/// ours, however OneSpan searches: that it finds a part of a description is INFERRED.
///
/// # Errors
/// When OneSpan does not answer, or the connection is not accepted. A refusal of the question itself counts as nothing
/// found: another draft mails nobody.
pub(crate) fn find_package(host: &dyn Host, reference: &str) -> Result<Option<(String, Stage)>, Failure> {
    let request = at_packages("GET", Repeat::Read)
        .query("search", reference_description(reference))
        .query("from", "1")
        .query("to", CANDIDATES_MAX.to_string());
    let Some(reply) = unless_refused(host, fetch(host, request))? else { return Ok(None) };
    let listing: Listing = reply.json()?;
    let mut draft = None;
    for id in listing.results.iter().filter_map(|found| found.id.as_deref()).take(CANDIDATES_MAX) {
        let id = id.trim();
        if !text::is_id(id) {
            continue;
        }
        let Some(package) = unless_refused(host, read_package(host, id))? else { continue };
        if package.client_reference().as_deref() != Some(reference) {
            continue;
        }
        match stage(&package) {
            Stage::Broken(_) => {}
            Stage::Draft => draft = draft.or_else(|| Some((id.to_owned(), Stage::Draft))),
            stage => return Ok(Some((id.to_owned(), stage))),
        }
    }
    Ok(draft)
}

/// Nothing for a refusal of the question, which the operator is told.
fn unless_refused<T>(host: &dyn Host, answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(refused @ (Failure::Rejected(_) | Failure::NotFound)) => {
            let words = failure::words(&refused);
            host.log(Level::Warn, "OneSpan did not look for an earlier package", &[("answer", &words)]);
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}
