//! Rows of a list as the contract's recipients: which list, which rows, which columns (C46–C61, C89).
//!
//! Not here: the table of keys and default columns (`contract/recipient.rs`).

use serde_json::{Map, Value};

use super::values::Values;
use crate::contract::recipient::{RECIPIENT_KEYS, RecipientKey};
use crate::definition::automation::SaveRows;
use crate::failure::Failure;
use crate::form::Row;
use crate::template::Template;
use crate::value;

const KEY: &str = "recipients";

/// Which rows, as the definition says.
struct Choice<'a> {
    list: String,
    columns: Option<&'a Map<String, Value>>,
    /// CEL over `row`.
    condition: Option<&'a str>,
    /// Only rows with this address.
    email: Option<String>,
}

/// The recipients of a send.
pub(super) fn of_send(values: &Values<'_, '_>) -> Result<Vec<Value>, Failure> {
    let missing = || Failure::invalid(KEY, "is not given; write for example `${lists.signers}`");
    let written = values.action.with.get(KEY).ok_or_else(missing)?;
    read(values, &choice(values, written)?)
}

/// The rows to match a document's recipients with: as given, else the list of `save-rows`, else that of the send.
pub(super) fn of_document(values: &Values<'_, '_>) -> Result<Vec<Value>, Failure> {
    if let Some(written) = values.action.with.get(KEY) {
        return read(values, &choice(values, written)?);
    }
    let saved = values.action.save_rows.as_ref().map(|rows| match rows {
        SaveRows::List(list) => list.clone(),
        SaveRows::Columns(columns) => columns.list.clone(),
    });
    let connection = values.action.connection();
    let mut sends = values.turn.workflow.definition.actions();
    let send = sends.find(|action| action.connection() == connection && action.verb() == "send-for-signature");
    match (send.and_then(|send| send.with.get(KEY)), saved) {
        (Some(sent), None) => read(values, &choice(values, sent)?),
        (Some(sent), Some(list)) => {
            let sent = choice(values, sent)?;
            let columns = sent.columns.filter(|_| sent.list == list);
            read(values, &Choice { list, columns, condition: None, email: None })
        }
        (None, Some(list)) => read(values, &Choice { list, columns: None, condition: None, email: None }),
        (None, None) => Err(Failure::invalid(KEY, "is not given, and no send of this workflow names a list")),
    }
}

fn choice<'a>(values: &Values<'_, '_>, written: &'a Value) -> Result<Choice<'a>, Failure> {
    let wrong = || Failure::invalid(KEY, "must be `${lists.NAME}`, or `{list: NAME}` with `columns`, `where` or `email`");
    match written {
        Value::String(text) => {
            let template = Template::parse(text).map_err(|_| wrong())?;
            let list = template.as_list().ok_or_else(wrong)?.to_owned();
            Ok(Choice { list, columns: None, condition: None, email: None })
        }
        Value::Object(object) => {
            let list = object.get("list").and_then(Value::as_str).ok_or_else(wrong)?;
            let list = Template::parse(list).ok().and_then(|template| template.as_list().map(str::to_owned)).unwrap_or_else(|| list.to_owned());
            let email = object.get("email").and_then(Value::as_str);
            Ok(Choice {
                list,
                columns: object.get("columns").and_then(Value::as_object),
                condition: object.get("where").and_then(Value::as_str),
                email: email.map(|text| values.render_text("recipients.email", text)).transpose()?.map(Option::unwrap_or_default),
            })
        }
        _ => Err(wrong()),
    }
}

fn read(values: &Values<'_, '_>, choice: &Choice<'_>) -> Result<Vec<Value>, Failure> {
    let mut recipients = Vec::new();
    for row in values.run.form.rows(&choice.list) {
        if belongs(values, choice, row)? {
            recipients.push(recipient(values, choice, row, recipients.len())?);
        }
    }
    match recipients.is_empty() {
        true => Err(Failure::invalid(KEY, format!("no row of `{}` is meant; add one that fits", choice.list))),
        false => Ok(recipients),
    }
}

fn belongs(values: &Values<'_, '_>, choice: &Choice<'_>, row: &Row) -> Result<bool, Failure> {
    if let Some(email) = &choice.email {
        // Mail systems treat addresses alike whatever their case.
        let own = cell(values, choice, key("email"), row).and_then(Value::as_str).unwrap_or_default();
        if !own.trim().eq_ignore_ascii_case(email) || email.is_empty() {
            return Ok(false);
        }
    }
    let Some(condition) = choice.condition else { return Ok(true) };
    let scope = values.turn.run_scope(values.run).with_list_row(&choice.list, row);
    values.turn.workflow.decide(condition, &scope).map_err(|reason| Failure::invalid("recipients.where", reason))
}

fn recipient(values: &Values<'_, '_>, choice: &Choice<'_>, row: &Row, position: usize) -> Result<Value, Failure> {
    let get = |name: &str| cell(values, choice, key(name), row).filter(|value| value::is_filled(Some(value)));
    let text = |name: &str| get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned()));
    let flag = |name: &str| get(name) == Some(&Value::Bool(true));
    let order = get("order").map(|value| {
        let wrong = || Failure::invalid(&format!("recipients[{position}].order"), "must be a whole number that is not negative");
        value.as_u64().and_then(|number| u32::try_from(number).ok()).ok_or_else(wrong)
    });
    let organisation = (get("organisation-name").is_some() || get("organisation-tax-id").is_some()).then(|| {
        serde_json::json!({
            "name": text("organisation-name").unwrap_or_default(),
            "tax-id": text("organisation-tax-id").unwrap_or_default(),
            "position": text("organisation-position").unwrap_or_default(),
        })
    });
    Ok(serde_json::json!({
        "row-key": row.key,
        "first-name": text("first-name"),
        "last-name": text("last-name"),
        "display-name": text("display-name"),
        "email": text("email").unwrap_or_default(),
        "phone": text("phone"),
        "role": text("role").unwrap_or_default(),
        "signature-type": text("signature-type"),
        "sms-authentication": flag("sms-authentication"),
        "sms-unlock": flag("sms-unlock"),
        "order": order.transpose()?,
        "organisation": organisation,
        "representative": flag("representative"),
        "language": text("language"),
        "provider-reference": text("provider-reference"),
    }))
}

/// The cell that holds a key of the recipient: the mapped column, else the first default column the list has.
fn cell<'r>(values: &Values<'_, '_>, choice: &Choice<'_>, key: Option<&RecipientKey>, row: &'r Row) -> Option<&'r Value> {
    let key = key?;
    if let Some(mapped) = choice.columns.and_then(|columns| columns.get(key.key)) {
        return row.cells.get(mapped.as_str()?);
    }
    let list = values.turn.workflow.definition.lists.get(&choice.list)?;
    let column = key.columns.iter().find(|column| list.columns.contains_key(**column))?;
    row.cells.get(*column)
}

fn key(name: &str) -> Option<&'static RecipientKey> {
    RECIPIENT_KEYS.iter().find(|key| key.key == name)
}
