//! Which files are sent: by category, attribute, number, name, or a query (C68–C74). Deleted files never are.
//!
//! Not here: running the query, which the host lends (`Context::select`).

use regex::Regex;
use serde_json::{Map, Value};

use super::values::Values;
use crate::failure::Failure;
use crate::form::Attachment;

const KEY: &str = "documents";

/// The numbers of the chosen files, in the order they were added, or in the order a query gives.
pub(super) fn select(values: &Values<'_, '_>) -> Result<Vec<u32>, Failure> {
    let wrong = || Failure::invalid(KEY, "must say which files: `{category: …}`, `{attribute: …}`, `{all: true}`, `{attachments: […]}` or `{query: …}`");
    let Some(Value::Object(written)) = values.action.with.get(KEY) else { return Err(wrong()) };
    let chosen = match (written.get("query"), written.get("attachments")) {
        (Some(Value::String(query)), _) => by_query(values, query)?,
        (None, Some(numbers)) => by_number(values, numbers)?,
        _ => by_mark(values, written, wrong)?,
    };
    let chosen = by_name(values, written, chosen)?;
    match chosen.is_empty() {
        true => Err(Failure::invalid(KEY, nothing(written))),
        false => Ok(chosen.iter().map(|file| file.id).collect()),
    }
}

fn by_query<'v>(values: &'v Values<'_, '_>, query: &str) -> Result<Vec<&'v Attachment>, Failure> {
    // The query sees the form as this run has changed it.
    let mut instance = values.turn.instance.clone();
    instance.form = values.run.form.clone();
    let ids = (values.turn.context.select)(query, &instance).map_err(|reason| Failure::invalid(KEY, reason))?;
    Ok(ids.iter().filter_map(|id| file(values, *id)).collect())
}

fn by_number<'v>(values: &'v Values<'_, '_>, numbers: &Value) -> Result<Vec<&'v Attachment>, Failure> {
    let rendered = values.render(KEY, numbers)?;
    let numbers = rendered.as_array().ok_or_else(|| Failure::invalid(KEY, "`attachments` must be a list of numbers"))?;
    numbers
        .iter()
        .map(|number| {
            let id = number.as_u64().and_then(|number| u32::try_from(number).ok());
            id.and_then(|id| file(values, id)).ok_or_else(|| Failure::invalid(KEY, format!("there is no file {number}, or it is deleted")))
        })
        .collect()
}

/// By category, by attribute, by both, or all.
fn by_mark<'v>(
    values: &'v Values<'_, '_>,
    written: &Map<String, Value>,
    wrong: impl FnOnce() -> Failure,
) -> Result<Vec<&'v Attachment>, Failure> {
    let text = |key: &str| -> Result<Option<String>, Failure> {
        written.get(key).map_or(Ok(None), |value| Ok(values.render(KEY, value)?.as_str().map(str::to_owned)))
    };
    let (category, attribute) = (text("category")?, text("attribute")?);
    let all = written.get("all") == Some(&Value::Bool(true));
    if category.is_none() && attribute.is_none() && !all && !written.contains_key("name-pattern") {
        return Err(wrong());
    }
    let fits = |file: &&Attachment| {
        category.as_ref().is_none_or(|category| file.category == *category)
            && attribute.as_ref().is_none_or(|attribute| file.attributes.contains(attribute))
    };
    Ok(values.run.form.files().filter(fits).collect())
}

fn by_name<'v>(
    values: &Values<'_, '_>,
    written: &Map<String, Value>,
    files: Vec<&'v Attachment>,
) -> Result<Vec<&'v Attachment>, Failure> {
    let Some(pattern) = written.get("name-pattern") else { return Ok(files) };
    let pattern = values.render(KEY, pattern)?;
    let read = Regex::new(pattern.as_str().unwrap_or_default());
    let read = read.map_err(|error| Failure::invalid(KEY, format!("`name-pattern` is no regular expression: {error}")))?;
    Ok(files.into_iter().filter(|file| read.is_match(&file.name)).collect())
}

fn file<'v>(values: &'v Values<'_, '_>, id: u32) -> Option<&'v Attachment> {
    values.run.form.attachment(id).filter(|file| !file.deleted)
}

fn nothing(written: &Map<String, Value>) -> String {
    let marks: Vec<String> = ["category", "attribute", "name-pattern", "query"]
        .iter()
        .filter_map(|key| Some(format!("{key} `{}`", written.get(*key)?.as_str()?)))
        .collect();
    let which = if marks.is_empty() { "this instance".to_owned() } else { marks.join(" and ") };
    format!("no file belongs to {which}; attach at least one that is not deleted")
}
