//! Asks for the addresses at which recipients sign.
//!
//! Such an address does not run out, so whoever has it can act until the package ends: it is asked for when somebody is
//! about to use it, and never logged (P24, P38).

use countersign_sdk::contract::actions::{RecipientsInput, SigningLink, SigningLinks, SkippedRow};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{DocumentState, Failure, Recipient, RecipientState};
use countersign_sdk::failure::rejected;
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, lenient};
use serde::Deserialize;

use crate::package::{at_package, package_id, party_of, read_package};
use crate::refusal::fetch;
use crate::standing::standing;
use crate::status::package_status;
use crate::wire::package::Package;

#[derive(Default, Deserialize)]
struct SigningUrl {
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
}

/// See `get-signing-link` of the contract.
///
/// A row that cannot have an address now does not spoil the others; when OneSpan refused one and no row got any, the
/// first refusal is the outcome.
///
/// # Errors
/// `not-ready` while the package is a draft, `rejected` when it has ended; otherwise as OneSpan says.
pub(crate) fn get_signing_link(host: &dyn Host, input: &RecipientsInput) -> Result<SigningLinks, Failure> {
    let id = package_id("document-id", &input.document.document_id)?;
    let package = read_package(host, id)?;
    check_open(&package)?;
    let mut found = SigningLinks { links: Vec::new(), skipped: Vec::new() };
    let mut refusals = Vec::new();
    for row in &input.recipients {
        let row_key = row.row_key.clone();
        let role = match role_to_link(row, &package) {
            Ok(role) => role,
            Err(reason) => {
                found.skipped.push(SkippedRow { row_key, reason: reason.to_owned() });
                continue;
            }
        };
        match link(host, id, role) {
            Ok(url) => found.links.push(SigningLink { row_key, url, expires_at: None }),
            Err(Failure::Rejected(said)) => {
                let reason = format!("{}: {}", said.code, said.message);
                found.skipped.push(SkippedRow { row_key, reason });
                refusals.push(Failure::Rejected(said));
            }
            Err(failure) => return Err(failure),
        }
    }
    match refusals.into_iter().next() {
        Some(refusal) if found.links.is_empty() => Err(refusal),
        _ => Ok(found),
    }
}

fn check_open(package: &Package) -> Result<(), Failure> {
    let status = package_status(package)?;
    match status.state {
        DocumentState::InProgress => Ok(()),
        DocumentState::Draft => {
            Err(Failure::NotReady(format!("the package is `{}`; links exist once it was sent", status.code)))
        }
        _ => {
            let message = format!("the package is `{}`; nobody can sign it", status.code);
            Err(rejected(status.code, &message))
        }
    }
}

/// The role of a row, or why there can be no link now.
fn role_to_link<'p>(row: &Recipient, package: &'p Package) -> Result<&'p str, &'static str> {
    let party = party_of(row, &package.roles).ok_or("OneSpan does not know this recipient")?;
    if party.is_copy() {
        return Err("the recipient gets a copy, and has nothing to sign");
    }
    match standing(package, party).map(|standing| standing.state) {
        Some(RecipientState::Waiting) => Err("it is not this recipient's turn yet"),
        Some(RecipientState::Done) => Err("the recipient has signed already"),
        _ => non_blank(party.id.as_deref()).ok_or("OneSpan gives the recipient's role no id"),
    }
}

fn link(host: &dyn Host, id: &str, role: &str) -> Result<String, Failure> {
    let request = at_package("GET", id, Repeat::Read).segment("roles").segment(role).segment("signingUrl");
    let answer: SigningUrl = fetch(host, request)?.json()?;
    let url = answer.url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    url.ok_or_else(|| rejected("no-link", "OneSpan answered without a link for this recipient"))
}
