//! Makes the addresses at which recipients sign.
//!
//! An address works once, for minutes, and ends the one before it (P24): it is made when somebody is about to use it,
//! and never logged.

use countersign_sdk::connection::setting;
use countersign_sdk::contract::actions::{RecipientsInput, SigningLink, SigningLinks, SkippedRow};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{Failure, Recipient, RecipientState};
use countersign_sdk::failure::{invalid, rejected};
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, Settings, lenient};
use serde::Deserialize;
use serde_json::json;

use crate::account::at_envelope;
use crate::envelope::{document_id, party_of, read_envelope};
use crate::options::RETURN_URL_CHARS_MAX;
use crate::refusal::fetch;
use crate::status::recipient_state;
use crate::wire::party::{Parties, Party};

/// How long DocuSign keeps an address that nobody uses.
const LIFETIME_MS: u64 = 5 * 60 * 1000;

#[derive(Deserialize)]
struct View {
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
}

/// See `get-signing-link` of the contract.
///
/// A row that cannot have an address now does not spoil the others; when DocuSign refused one and no row got any, the
/// first refusal is the outcome.
///
/// # Errors
/// `invalid` without an address to return to; otherwise as DocuSign says.
pub(crate) fn get_signing_link(host: &dyn Host, input: &RecipientsInput) -> Result<SigningLinks, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let return_url = return_url(host, Settings::of(&input.document.settings))?;
    let parties = read_envelope(host, id, Some("recipients"))?.recipients.unwrap_or_default();
    let mut found = SigningLinks { links: Vec::new(), skipped: Vec::new() };
    let mut refusals = Vec::new();
    for row in &input.recipients {
        let (party, user) = match embedded(row, &parties) {
            Ok(embedded) => embedded,
            Err(reason) => {
                found.skipped.push(skipped(row, reason));
                continue;
            }
        };
        match link(host, id, (party, user), &return_url) {
            Ok(url) => {
                let expires_at = Some(host.now().saturating_add(LIFETIME_MS));
                found.links.push(SigningLink { row_key: row.row_key.clone(), url, expires_at });
            }
            Err(Failure::Rejected(said)) => {
                found.skipped.push(skipped(row, &format!("{}: {}", said.code, said.message)));
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

/// The recipient of a row, with the id that allows links, or why there can be no link now.
fn embedded<'p>(row: &Recipient, parties: &'p Parties) -> Result<(&'p Party, &'p str), &'static str> {
    let party = party_of(row, parties).ok_or("DocuSign does not know this recipient")?;
    let user = non_blank(party.client_user_id.as_deref())
        .ok_or("DocuSign makes links only for recipients who were sent with `signing-links` switched on")?;
    match recipient_state(party) {
        RecipientState::Waiting => Err("it is not this recipient's turn yet"),
        RecipientState::Done => Err("the recipient has acted already"),
        RecipientState::Declined => Err("the recipient has refused"),
        _ => Ok((party, user)),
    }
}

/// The address of one recipient. Asking again harms nobody: the older address ends. Name, address and id are
/// DocuSign's own, letter by letter, or it does not know the recipient.
fn link(
    host: &dyn Host,
    id: &str,
    (party, user): (&Party, &str),
    return_url: &str,
) -> Result<String, Failure> {
    let body = json!({
        "returnUrl": return_url,
        "authenticationMethod": "None",
        "email": party.email,
        "userName": party.name,
        "clientUserId": user,
    });
    let request = at_envelope(host, "POST", id, Repeat::Repeatable)?;
    let view: View = fetch(host, request.segment("views").segment("recipient").json(&body))?.json()?;
    let url = view.url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    url.ok_or_else(|| rejected("no-link", "DocuSign answered without a link for this recipient"))
}

/// Where the browser goes after signing: the action's, else the connection's.
fn return_url(host: &dyn Host, settings: Settings<'_>) -> Result<String, Failure> {
    let of_connection = setting(host, "return-url");
    let Some(url) = settings.text("return-url").or(of_connection.as_deref()) else {
        let reason = "is empty, here and in the connection; DocuSign needs an address to return to";
        return Err(invalid("settings.return-url", reason));
    };
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(invalid("settings.return-url", format!("`{url}` is no address; write `https://…`")));
    }
    if url.chars().count() > RETURN_URL_CHARS_MAX {
        let reason = format!("is longer than {RETURN_URL_CHARS_MAX} characters; DocuSign would cut it");
        return Err(invalid("settings.return-url", reason));
    }
    Ok(url.to_owned())
}

fn skipped(row: &Recipient, reason: &str) -> SkippedRow {
    SkippedRow { row_key: row.row_key.clone(), reason: reason.to_owned() }
}
