//! Reminds those whom Autenti says can still act: Autenti is asked who that is, and told whom to remind.
//!
//! When to remind is the workflow's decision.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{Reminded, ReminderInput};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::recipients::same_email;

use crate::assertion::{Assertion, act};
use crate::challenge::{Challenge, refusal};
use crate::process::{document_id, read_parties};
use crate::wire::event::DOCUMENT_REMINDER_SENT;
use crate::wire::process::Party;

/// See `send-reminders` of the contract.
///
/// # Errors
/// `not-ready` when nobody can be reminded now.
pub(crate) fn send_reminders(host: &dyn Host, input: &ReminderInput) -> Result<Reminded, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let eligible = ask_who(host, id)?;
    if eligible.is_empty() {
        return Err(Failure::NotReady("Autenti says that nobody can be reminded now".to_owned()));
    }
    let references = without_excepted(host, id, eligible, &input.except)?;
    if references.is_empty() {
        return Err(Failure::NotReady("everybody who could be reminded now is excepted".to_owned()));
    }
    remind(host, id, &references)?;
    Ok(Reminded { references })
}

/// The first post is a question: its answer is a refusal with the choice of parties.
fn ask_who(host: &dyn Host, id: &str) -> Result<Vec<String>, Failure> {
    let reply = act(host, id, &[Assertion::action(DOCUMENT_REMINDER_SENT)], Repeat::Once)?;
    if reply.is_success() {
        let what = "Autenti accepted a reminder without asking whom to remind; who was reminded is not known";
        return Err(Failure::InDoubt(what.to_owned()));
    }
    let Some(challenge) = Challenge::of(&reply) else { return Err(refusal(&reply, host)) };
    let challenge = challenge?;
    if let Some(complaint) = challenge.complaint() {
        return Err(complaint);
    }
    if challenge.asks_whom_to_remind() { Ok(challenge.available()) } else { Err(challenge.failure()) }
}

/// Takes away those who must not be reminded; their ids are asked only when there are such.
fn without_excepted(
    host: &dyn Host,
    id: &str,
    mut eligible: Vec<String>,
    except: &[String],
) -> Result<Vec<String>, Failure> {
    let except: Vec<&str> =
        except.iter().map(|email| email.trim()).filter(|email| !email.is_empty()).collect();
    if except.is_empty() {
        return Ok(eligible);
    }
    let is_excepted =
        |party: &&Party| party.email().is_some_and(|email| except.iter().any(|one| same_email(one, email)));
    let parties = read_parties(host, id)?;
    let excepted: Vec<&str> = parties.iter().filter(is_excepted).filter_map(Party::id).collect();
    eligible.retain(|reference| !excepted.contains(&reference.as_str()));
    Ok(eligible)
}

/// The second post answers with two assertions: which action, and for whom.
fn remind(host: &dyn Host, id: &str, references: &[String]) -> Result<(), Failure> {
    let assertions =
        [Assertion::action(DOCUMENT_REMINDER_SENT), Assertion::reminded_parties(references.to_vec())];
    let reply = act(host, id, &assertions, Repeat::Once)?;
    if reply.is_success() { Ok(()) } else { Err(refusal(&reply, host)) }
}
