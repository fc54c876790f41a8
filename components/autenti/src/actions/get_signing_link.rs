//! Finds the addresses at which recipients sign.
//!
//! An address is as good as a key to the document: it is never logged.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{RecipientsInput, SigningLink, SigningLinks, SkippedRow};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{Failure, Recipient};
use countersign_sdk::failure::rejected;

use crate::challenge::fetch;
use crate::process::{at_process, document_id};
use crate::wire::link::ActionLink;

/// See `get-signing-link` of the contract.
///
/// A row that Autenti refuses (locked, unknown, nothing to do) does not spoil the others; when no row at all got
/// an address, the first refusal is the outcome.
///
/// # Errors
/// `locked` when an SMS code guards the only rows there are; otherwise as Autenti says.
pub(crate) fn get_signing_link(host: &dyn Host, input: &RecipientsInput) -> Result<SigningLinks, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let mut found = SigningLinks { links: Vec::new(), skipped: Vec::new() };
    let mut refusals = Vec::new();
    for row in &input.recipients {
        let email = row.email.trim();
        if email.is_empty() {
            found.skipped.push(skipped(row, "the row has no e-mail address"));
            continue;
        }
        match link(host, id, email) {
            Ok(url) => found.links.push(SigningLink { row_key: row.row_key.clone(), url, expires_at: None }),
            Err(failure) => {
                let reason = reason(&failure).ok_or_else(|| failure.clone())?;
                found.skipped.push(skipped(row, &reason));
                refusals.push(failure);
            }
        }
    }
    match refusals.into_iter().next() {
        Some(refusal) if found.links.is_empty() => Err(refusal),
        _ => Ok(found),
    }
}

/// The address of one recipient. Asking again harms nobody: at worst the older address ends (P24).
fn link(host: &dyn Host, id: &str, email: &str) -> Result<String, Failure> {
    let request = at_process("POST", id, Repeat::Repeatable)
        .segment("parties")
        .segment(format!("PARTY-EMAIL:{email}"))
        .segment("action-links")
        .bytes("application/json", Vec::new());
    let links: Vec<ActionLink> = fetch(host, request)?.json_many()?;
    let url = links.iter().find_map(ActionLink::url).map(str::to_owned);
    url.ok_or_else(|| rejected("no-link", "Autenti has no link for this recipient now"))
}

/// Why one row got nothing; nothing for failures that concern the whole call.
fn reason(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Locked(reason) => Some(format!("locked: {reason}")),
        Failure::NotFound => Some("Autenti does not know this recipient".to_owned()),
        Failure::Rejected(said) => Some(said.message.clone()),
        _ => None,
    }
}

fn skipped(row: &Recipient, reason: &str) -> SkippedRow {
    SkippedRow { row_key: row.row_key.clone(), reason: reason.to_owned() }
}
