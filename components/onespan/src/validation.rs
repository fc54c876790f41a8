//! Turns the input of a send into an invitation that OneSpan can take, or names the first field that is wrong.
//!
//! No request is made here: everything is checked before the first one. What an invitation looks like on the
//! wire stands in `definition`.

mod files;
mod order;
mod person;
mod terms;

use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, Settings};

pub(crate) use files::SourceFile;
pub(crate) use person::Person;
pub(crate) use terms::Reminders;

/// INFERRED: as long as the names of documents may be.
const TITLE_CHARS_MAX: usize = 256;
/// Part of the description, which has to stay short.
const REFERENCE_CHARS_MAX: usize = 100;

/// What is sent to whom, checked.
#[derive(Debug)]
pub(crate) struct Invitation {
    /// Never blank.
    pub(crate) reference: String,
    /// Never blank.
    pub(crate) title: String,
    /// Unless blank.
    pub(crate) message: Option<String>,
    /// The language of the package.
    pub(crate) language: Option<String>,
    /// At least one.
    pub(crate) people: Vec<Person>,
    /// At least one.
    pub(crate) files: Vec<SourceFile>,
    /// When it runs out, in RFC 3339.
    pub(crate) due: Option<String>,
    /// OneSpan's own reminders.
    pub(crate) reminders: Option<Reminders>,
    /// The text at which signers sign.
    pub(crate) signature_anchor: Option<String>,
    /// Whether signers can decline; the account's setting when left out.
    pub(crate) decline_button: Option<bool>,
}

/// Checks the whole input; the order of the checks is the order of the form.
///
/// # Errors
/// `invalid` with the path of the field, or what the host says about a file.
pub(crate) fn check(host: &dyn Host, input: &SendInput) -> Result<Invitation, Failure> {
    let settings = Settings::of(&input.settings);
    let (reference, title) = (reference(&input.client_reference)?, title(&input.title)?);
    let language = person::language("language", input.language.as_deref())?;
    let people = order::check(person::check(input)?, input.ordered)?;
    let files = files::check(host, &input.documents)?;
    tell_what_is_left_out(host, input);
    Ok(Invitation {
        reference,
        title,
        message: non_blank(input.description.as_deref()).map(str::to_owned),
        language,
        people,
        files,
        due: terms::due(host.now(), input.expires_at)?,
        reminders: terms::reminders(settings)?,
        signature_anchor: settings.text("signature-anchor").map(str::to_owned),
        decline_button: terms::decline_button(settings)?,
    })
}

fn reference(given: &str) -> Result<String, Failure> {
    let reference = given.trim();
    if reference.is_empty() || reference.chars().count() > REFERENCE_CHARS_MAX {
        let reason = format!("must be 1 to {REFERENCE_CHARS_MAX} characters, to find the package by");
        return Err(invalid("client-reference", reason));
    }
    Ok(reference.to_owned())
}

fn title(given: &str) -> Result<String, Failure> {
    let title = given.trim();
    if title.is_empty() {
        return Err(invalid("title", "is empty; the invitation needs a title"));
    }
    let chars = title.chars().count();
    if chars > TITLE_CHARS_MAX {
        let reason = format!("has {chars} characters; OneSpan takes at most {TITLE_CHARS_MAX}");
        return Err(invalid("title", reason));
    }
    Ok(title.to_owned())
}

/// What other providers know and OneSpan does not: the send goes on without it, and the operator can see it.
fn tell_what_is_left_out(host: &dyn Host, input: &SendInput) {
    let left_out = [
        (input.as_organisation, "OneSpan always sends in the name of the connection's user"),
        (input.visualisation.is_some(), "OneSpan knows no visualisations of signatures"),
        (!input.labels.is_empty(), "OneSpan knows no labels"),
    ];
    for (_, words) in left_out.iter().filter(|(given, _)| *given) {
        host.log(Level::Warn, words, &[]);
    }
}
