//! Reminds those who can act now, one by one, by sending their invitation again. When to remind is the workflow's
//! decision, or OneSpan's by the settings of the send.

use countersign_sdk::contract::actions::{Reminded, ReminderInput};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::{DocumentState, Failure, RecipientState};
use countersign_sdk::recipients::same_email;
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, Settings, failure};
use serde_json::json;

use crate::package::{at_package, package_id, read_package};
use crate::refusal::fetch;
use crate::standing::standing;
use crate::status::package_status;
use crate::wire::package::{Package, Party};

/// See `send-reminders` of the contract.
///
/// # Errors
/// `not-ready` when nobody can be reminded now; `in-doubt` when an answer was lost, because whoever was reminded before
/// would be reminded again.
pub(crate) fn send_reminders(host: &dyn Host, input: &ReminderInput) -> Result<Reminded, Failure> {
    let id = package_id("document-id", &input.document.document_id)?;
    let package = read_package(host, id)?;
    let wanted = wanted(&package, &input.except)?;
    let message = Settings::of(&input.document.settings).text("reminder-message");
    let mut reminded = Reminded { references: Vec::new() };
    let mut first_failure = None;
    for (party, email) in wanted {
        match remind(host, id, email, message) {
            Ok(()) => reminded.references.push(party.reference().unwrap_or(email).to_owned()),
            Err(doubt @ Failure::InDoubt(_)) => return Err(doubt),
            Err(failure) => {
                let words = failure::words(&failure);
                host.log(Level::Warn, "a recipient could not be reminded", &[("problem", &words)]);
                let goes_on = matches!(failure, Failure::Rejected(_) | Failure::NotFound);
                first_failure = first_failure.or(Some(failure));
                if !goes_on {
                    break;
                }
            }
        }
    }
    match first_failure {
        Some(failure) if reminded.references.is_empty() => Err(failure),
        _ => Ok(reminded),
    }
}

/// Those invited who have yet to act and are not excepted, with their addresses.
fn wanted<'p>(package: &'p Package, except: &[String]) -> Result<Vec<(&'p Party, &'p str)>, Failure> {
    let status = package_status(package)?;
    if status.state != DocumentState::InProgress {
        return Err(Failure::NotReady(format!("the package is `{}`; nobody is to be reminded", status.code)));
    }
    let due = package.roles.iter().filter_map(|party| {
        let state = standing(package, party)?.state;
        let is_due = !party.is_copy() && matches!(state, RecipientState::Notified | RecipientState::Viewed);
        is_due.then_some((party, non_blank(party.signer()?.email.as_deref())?))
    });
    let due: Vec<_> = due.collect();
    if due.is_empty() {
        return Err(Failure::NotReady("nobody has been invited who has yet to act".to_owned()));
    }
    let is_excepted = |email: &str| except.iter().any(|excepted| same_email(excepted, email));
    let wanted: Vec<_> = due.into_iter().filter(|(_, email)| !is_excepted(email)).collect();
    if wanted.is_empty() {
        return Err(Failure::NotReady("everybody who could be reminded now is excepted".to_owned()));
    }
    Ok(wanted)
}

fn remind(host: &dyn Host, id: &str, email: &str, message: Option<&str>) -> Result<(), Failure> {
    let body = match message {
        Some(message) => json!({ "email": email, "message": message }),
        None => json!({ "email": email }),
    };
    let request = at_package("POST", id, Repeat::Once).segment("notifications").json(&body);
    fetch(host, request).map(drop)
}
