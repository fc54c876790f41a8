//! Turns the input of a send into an invitation that DocuSign can take, or names the first field that is wrong.
//!
//! No request is made here: everything is checked before the first one. What an invitation looks like on the
//! wire stands in `definition`.

mod files;
mod order;
mod person;
pub(crate) mod phone;
mod signature;
mod terms;

use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;
use countersign_sdk::recipients::choice_id;
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, Settings};

pub(crate) use files::SourceFile;
pub(crate) use person::Person;
pub(crate) use signature::{ADVANCED, BASIC, QUALIFIED, provider_setting};

use crate::options::{self, Links, PhoneCheck};
use crate::wire::notification::Notification;

/// A longer subject is an error at DocuSign, not cut (P28).
const TITLE_CHARS_MAX: usize = 100;
const BLURB_CHARS_MAX: usize = 10_000;
/// The custom field that carries it takes no more.
const REFERENCE_CHARS_MAX: usize = 100;

/// What is sent to whom, checked.
#[derive(Debug)]
pub(crate) struct Invitation {
    /// Never blank.
    pub(crate) reference: String,
    /// Never blank.
    pub(crate) title: String,
    /// Unless blank.
    pub(crate) blurb: Option<String>,
    /// At least one.
    pub(crate) people: Vec<Person>,
    /// At least one.
    pub(crate) files: Vec<SourceFile>,
    /// Unless the account's counts.
    pub(crate) notification: Option<Notification>,
    /// The text at which signers sign.
    pub(crate) signature_anchor: Option<String>,
    /// The text at which approvers approve.
    pub(crate) approval_anchor: Option<String>,
    /// The workflow by which signers prove who they are.
    pub(crate) identity_workflow: Option<String>,
    /// How a phone proves it.
    pub(crate) phone_check: PhoneCheck,
    /// Whether links can be made.
    pub(crate) links: Links,
    /// Where DocuSign tells what happens.
    pub(crate) event_url: Option<String>,
}

/// Checks the whole input; the order of the checks is the order of the form.
///
/// # Errors
/// `invalid` with the path of the field, `unauthorized` for a setting of the connection, or what the host says about
/// a file.
pub(crate) fn check(host: &dyn Host, input: &SendInput) -> Result<Invitation, Failure> {
    let settings = Settings::of(&input.settings);
    let text = |name: &str| settings.text(name).map(str::to_owned);
    let reference = reference(&input.client_reference)?;
    let (title, blurb) = (title(&input.title)?, blurb(input.description.as_deref())?);
    let people = person::check(host, input)?;
    let people = order::check(people, input.ordered)?;
    tell_what_is_left_out(host, input);
    Ok(Invitation {
        reference,
        title,
        blurb,
        people,
        files: files::check(host, &input.documents)?,
        notification: terms::check(host.now(), input.expires_at, settings)?,
        signature_anchor: text("signature-anchor"),
        approval_anchor: text("approval-anchor"),
        identity_workflow: settings.text("identity-workflow").map(choice_id).map(str::to_owned),
        phone_check: options::phone_check(host)?,
        links: options::links(host)?,
        event_url: options::event_url(host)?,
    })
}

/// A comma would make two of it when DocuSign is asked for it.
fn reference(given: &str) -> Result<String, Failure> {
    let reference = given.trim();
    if reference.is_empty() || reference.contains(',') || reference.chars().count() > REFERENCE_CHARS_MAX {
        let reason =
            format!("must be 1 to {REFERENCE_CHARS_MAX} characters without a comma, to find the envelope by");
        return Err(invalid("client-reference", reason));
    }
    Ok(reference.to_owned())
}

fn title(given: &str) -> Result<String, Failure> {
    let title = given.trim();
    if title.is_empty() {
        return Err(invalid("title", "is empty; the invitation needs a title"));
    }
    within("title", title, TITLE_CHARS_MAX)?;
    Ok(title.to_owned())
}

fn blurb(given: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(blurb) = non_blank(given) else { return Ok(None) };
    within("description", blurb, BLURB_CHARS_MAX)?;
    Ok(Some(blurb.to_owned()))
}

/// Whether a text is as short as DocuSign wants it.
fn within(field: &str, text: &str, most: usize) -> Result<(), Failure> {
    let chars = text.chars().count();
    if chars <= most {
        return Ok(());
    }
    Err(invalid(field, format!("has {chars} characters; DocuSign takes at most {most}")))
}

/// What other providers know and DocuSign does not: the send goes on without it, and the operator can see it.
fn tell_what_is_left_out(host: &dyn Host, input: &SendInput) {
    let represents = input.recipients.iter().any(|recipient| recipient.representative);
    let left_out = [
        (input.as_organisation, "DocuSign always sends in the name of the connection's user"),
        (input.visualisation.is_some(), "DocuSign knows no visualisations of signatures"),
        (!input.labels.is_empty(), "DocuSign knows no labels"),
        (represents, "DocuSign keeps no organisation of a recipient"),
    ];
    for (_, words) in left_out.iter().filter(|(given, _)| *given) {
        host.log(Level::Warn, words, &[]);
    }
}
