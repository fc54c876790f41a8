//! Turns the input of a send into an invitation that Autenti can take, or names the first field that is wrong.
//!
//! No request is made here: everything is checked before the first one. What an invitation looks like on the
//! wire stands in `draft`.

mod files;
mod order;
mod person;
mod tax_id;

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;
use countersign_sdk::recipients::choice_id;
use countersign_sdk::text::non_blank;

pub(crate) use files::SourceFile;
pub(crate) use person::Person;

use crate::data_sources::languages::{self, DEFAULT_LANGUAGE};

/// What is sent to whom, checked.
#[derive(Debug)]
pub(crate) struct Invitation {
    /// Never blank.
    pub(crate) title: String,
    /// Unless blank.
    pub(crate) description: Option<String>,
    /// Two letters that Autenti knows.
    pub(crate) language: String,
    /// At least one.
    pub(crate) people: Vec<Person>,
    /// At least one.
    pub(crate) files: Vec<SourceFile>,
    /// In the name of the organisation.
    pub(crate) as_organisation: bool,
    /// Autenti's id of a visualisation.
    pub(crate) visualisation: Option<String>,
    /// Autenti's ids of labels.
    pub(crate) labels: Vec<String>,
}

/// Checks the whole input; the order of the checks is the order of the form.
///
/// # Errors
/// `invalid` with the path of the field, or what the host says about a file.
pub(crate) fn check(host: &dyn Host, input: &SendInput) -> Result<Invitation, Failure> {
    let title = input.title.trim();
    if title.is_empty() {
        return Err(invalid("title", "is empty; the invitation needs a title"));
    }
    let people = person::check(&input.recipients)?;
    order::check(&people, input.ordered)?;
    Ok(Invitation {
        title: title.to_owned(),
        description: non_blank(input.description.as_deref()).map(str::to_owned),
        language: language(host, input)?,
        people,
        files: files::check(host, &input.documents)?,
        as_organisation: input.as_organisation,
        visualisation: non_blank(input.visualisation.as_deref()).map(|id| choice_id(id).to_owned()),
        labels: labels(&input.labels),
    })
}

/// The language of the input, else of the connection, else Autenti's own; `pl-PL` counts as `pl`.
fn language(host: &dyn Host, input: &SendInput) -> Result<String, Failure> {
    let of_connection = host.connection_setting("default-language");
    let given = non_blank(input.language.as_deref())
        .or(non_blank(of_connection.as_deref()))
        .unwrap_or(DEFAULT_LANGUAGE);
    let tag = choice_id(given).to_lowercase();
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    if languages::is_known(primary) {
        return Ok(primary.to_owned());
    }
    let reason = format!("`{given}` is no language of Autenti; the source `languages` lists those there are");
    Err(invalid("language", reason))
}

/// Labels come one by one, or several in one text with `;` between them.
fn labels(given: &[String]) -> Vec<String> {
    let ids = given.iter().flat_map(|text| text.split(';')).map(choice_id);
    ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}
