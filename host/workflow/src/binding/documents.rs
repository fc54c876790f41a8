//! Which files are sent: by category, attribute, number, name, or a query (C68–C74). Deleted files never are.
//!
//! Not here: the forms a definition may use (`definition/input.rs`), and running the query, which the host lends.

use regex::Regex;
use serde_json::Value;

use super::values::Values;
use crate::definition::input::DocumentSelection;
use crate::failure::Failure;
use crate::form::Attachment;

const KEY: &str = "documents";

/// The numbers of the chosen files, in the order they were added, or in the order a query gives.
pub(super) fn select(values: &Values<'_, '_>) -> Result<Vec<u32>, Failure> {
    let written = values.action.with.get(KEY).unwrap_or(&Value::Null);
    let selection = DocumentSelection::read(written).map_err(|reason| Failure::invalid(KEY, reason))?;
    let chosen = match (&selection.query, &selection.attachments) {
        (Some(query), _) => by_query(values, query)?,
        (None, Some(numbers)) => by_number(values, numbers)?,
        (None, None) => by_mark(values, &selection)?,
    };
    let chosen = by_name(values, &selection, chosen)?;
    match chosen.is_empty() {
        true => Err(Failure::invalid(KEY, nothing(&selection))),
        false => Ok(chosen.iter().map(|file| file.id).collect()),
    }
}

fn by_query<'v>(values: &'v Values<'_, '_>, query: &str) -> Result<Vec<&'v Attachment>, Failure> {
    // The query sees the form as this run has changed it.
    let mut instance = values.turn.instance.clone();
    instance.form = values.run.form.clone();
    let ids =
        (values.turn.context.select)(query, &instance).map_err(|reason| Failure::invalid(KEY, reason))?;
    Ok(ids.iter().filter_map(|id| file(values, *id)).collect())
}

fn by_number<'v>(values: &'v Values<'_, '_>, numbers: &Value) -> Result<Vec<&'v Attachment>, Failure> {
    let numbers = match values.render(KEY, numbers)? {
        Value::Array(numbers) => numbers,
        one => vec![one],
    };
    numbers.iter().map(|number| numbered(values, number)).collect()
}

fn numbered<'v>(values: &'v Values<'_, '_>, number: &Value) -> Result<&'v Attachment, Failure> {
    let id = number.as_u64().and_then(|number| u32::try_from(number).ok());
    let found = id.and_then(|id| file(values, id));
    found.ok_or_else(|| Failure::invalid(KEY, format!("there is no file {number}, or it is deleted")))
}

/// By category, by attribute, by both, or all.
fn by_mark<'v>(
    values: &'v Values<'_, '_>,
    selection: &DocumentSelection,
) -> Result<Vec<&'v Attachment>, Failure> {
    let text =
        |written: &Option<String>| written.as_ref().map(|text| values.render_text(KEY, text)).transpose();
    let (category, attribute) = (text(&selection.category)?.flatten(), text(&selection.attribute)?.flatten());
    let fits = |file: &&Attachment| {
        category.as_ref().is_none_or(|category| file.category == *category)
            && attribute.as_ref().is_none_or(|attribute| file.attributes.contains(attribute))
    };
    Ok(values.run.form.files().filter(fits).collect())
}

fn by_name<'v>(
    values: &Values<'_, '_>,
    selection: &DocumentSelection,
    files: Vec<&'v Attachment>,
) -> Result<Vec<&'v Attachment>, Failure> {
    let Some(pattern) = &selection.name_pattern else { return Ok(files) };
    let pattern = values.render_text(KEY, pattern)?.unwrap_or_default();
    let read = Regex::new(&pattern);
    let read = read
        .map_err(|_| Failure::invalid(KEY, format!("`name-pattern` `{pattern}` is no regular expression")))?;
    Ok(files.into_iter().filter(|file| read.is_match(&file.name)).collect())
}

fn file<'v>(values: &'v Values<'_, '_>, id: u32) -> Option<&'v Attachment> {
    values.run.form.attachment(id).filter(|file| !file.deleted)
}

fn nothing(selection: &DocumentSelection) -> String {
    let marks = [
        ("category", &selection.category),
        ("attribute", &selection.attribute),
        ("name-pattern", &selection.name_pattern),
        ("query", &selection.query),
    ];
    let named = marks.iter().filter_map(|(key, text)| Some(format!("{key} `{}`", text.as_ref()?)));
    let named: Vec<String> = named.collect();
    let which = if named.is_empty() { "this instance".to_owned() } else { named.join(" and ") };
    format!("no file belongs to {which}; attach at least one that is not deleted")
}
