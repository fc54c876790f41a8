//! Reminds those who can act now, by sending their invitation again. When to remind is the workflow's decision, or
//! DocuSign's by the settings of the send.

use countersign_sdk::contract::actions::{Reminded, ReminderInput};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::{DocumentState, Failure};
use countersign_sdk::recipients::same_email;
use countersign_sdk::{Host, failure, lenient};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::account::at_envelope;
use crate::envelope::{document_id, read_envelope};
use crate::refusal::{change, fetch};
use crate::status::document_status;
use crate::wire::party::{Group, Party};
use crate::wire::problem::ErrorDetails;

/// What DocuSign answers for each recipient, beside a status that says success (P27).
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Results {
    #[serde(default, deserialize_with = "lenient::list")]
    recipient_update_results: Vec<Resent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resent {
    #[serde(default, deserialize_with = "lenient::text")]
    recipient_id: Option<String>,
    #[serde(default)]
    error_details: Option<ErrorDetails>,
}

/// See `send-reminders` of the contract.
///
/// # Errors
/// `not-ready` when nobody can be reminded now.
pub(crate) fn send_reminders(host: &dyn Host, input: &ReminderInput) -> Result<Reminded, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let envelope = read_envelope(host, id, Some("recipients"))?;
    let status = document_status(&envelope)?;
    if status.state != DocumentState::InProgress {
        return Err(Failure::NotReady(format!(
            "the envelope is `{}`; nobody is to be reminded",
            status.code
        )));
    }
    let parties = envelope.recipients.unwrap_or_default();
    let eligible: Vec<(Group, &Party)> = parties.everybody().filter(|who| can_be_reminded(*who)).collect();
    if eligible.is_empty() {
        return Err(Failure::NotReady("nobody has been invited who has yet to act".to_owned()));
    }
    let is_excepted = |party: &Party| {
        let email = party.email.as_deref().unwrap_or_default();
        input.except.iter().any(|excepted| same_email(excepted, email))
    };
    let wanted: Vec<(Group, &Party)> =
        eligible.iter().filter(|(_, party)| !is_excepted(party)).copied().collect();
    if wanted.is_empty() {
        return Err(Failure::NotReady("everybody who could be reminded now is excepted".to_owned()));
    }
    if wanted.len() < eligible.len() {
        return remind_some(host, id, &wanted);
    }
    remind_all(host, id)?;
    Ok(Reminded { references: references(&wanted) })
}

/// Invited, not done, and reached by DocuSign's mail. Copies are done once they went out.
fn can_be_reminded((group, party): (Group, &Party)) -> bool {
    let is_invited = matches!(party.word().to_ascii_lowercase().as_str(), "sent" | "delivered");
    is_invited && group != Group::CarbonCopies && party.is_mailed()
}

fn remind_all(host: &dyn Host, id: &str) -> Result<(), Failure> {
    let request = at_envelope(host, "PUT", id, Repeat::Once)?.query("resend_envelope", "true");
    change(host, request.json(&json!({}))).map(drop)
}

/// Names recipients by their number alone: an address given again would count as a new one and be corrected by mail
/// (P29).
fn remind_some(host: &dyn Host, id: &str, wanted: &[(Group, &Party)]) -> Result<Reminded, Failure> {
    let mut body: Map<String, Value> = Map::new();
    for (group, party) in wanted {
        let stub = json!({ "recipientId": party.recipient_id });
        let stubs = body.entry(group.word()).or_insert_with(|| json!([]));
        if let Value::Array(stubs) = stubs {
            stubs.push(stub);
        }
    }
    let request = at_envelope(host, "PUT", id, Repeat::Once)?.segment("recipients");
    let reply = fetch(host, request.query("resend_envelope", "true").json(&body))?;
    let results: Results = reply.json()?;
    let failed = |party: &Party| {
        let own =
            results.recipient_update_results.iter().find(|one| one.recipient_id == party.recipient_id)?;
        own.error_details.as_ref()?.failed()
    };
    let reminded: Vec<(Group, &Party)> =
        wanted.iter().filter(|(_, party)| failed(party).is_none()).copied().collect();
    for (code, message) in wanted.iter().filter_map(|(_, party)| failed(party)) {
        if reminded.is_empty() {
            return Err(failure::rejected(code, &message));
        }
        host.log(Level::Warn, "a recipient could not be reminded", &[("code", &code), ("message", &message)]);
    }
    Ok(Reminded { references: references(&reminded) })
}

fn references(parties: &[(Group, &Party)]) -> Vec<String> {
    parties.iter().filter_map(|(_, party)| party.reference()).map(str::to_owned).collect()
}
