//! Rows of a list as the contract's recipients: which list, which rows, which columns (C46–C61, C89).
//!
//! Not here: the forms a definition may use (`definition/input.rs`), and the table of keys and default columns
//! (`contract/recipient.rs`).

use serde_json::{Value, json};

use super::values::Values;
use crate::contract::recipient::{RECIPIENT_KEYS, RecipientKey};
use crate::definition::automation::SaveRows;
use crate::definition::input::RecipientRows;
use crate::failure::Failure;
use crate::form::Row;
use crate::value;

const KEY: &str = "recipients";

/// The recipients of a send.
pub(super) fn of_send(values: &Values<'_, '_>) -> Result<Vec<Value>, Failure> {
    read(values, &written(values.action.with.get(KEY).unwrap_or(&Value::Null))?)
}

/// The rows to match a document's recipients with: as given, else the list of `save-rows`, else that of the send.
/// A list that the send names keeps the columns the send gave it.
pub(super) fn of_document(values: &Values<'_, '_>) -> Result<Vec<Value>, Failure> {
    if let Some(given) = values.action.with.get(KEY) {
        return read(values, &written(given)?);
    }
    let connection = values.action.connection();
    let mut actions = values.turn.workflow.definition.actions();
    let send =
        actions.find(|action| action.connection() == connection && action.verb() == "send-for-signature");
    let sent = send.and_then(|send| send.with.get(KEY)).map(written).transpose()?;
    let saved = values.action.save_rows.as_ref().map(|rows| match rows {
        SaveRows::List(list) => list,
        SaveRows::Columns(columns) => &columns.list,
    });
    match (sent, saved) {
        (Some(sent), None) => read(values, &sent),
        (Some(sent), Some(list)) if sent.list == *list => {
            read(values, &RecipientRows { condition: None, email: None, ..sent })
        }
        (_, Some(list)) => read(values, &written(&json!({"list": list}))?),
        (None, None) => Err(Failure::invalid(KEY, "is not given, and no send of this workflow names a list")),
    }
}

fn written(value: &Value) -> Result<RecipientRows, Failure> {
    RecipientRows::read(value).map_err(|reason| Failure::invalid(KEY, reason))
}

fn read(values: &Values<'_, '_>, choice: &RecipientRows) -> Result<Vec<Value>, Failure> {
    let mut recipients = Vec::new();
    for row in values.run.form.rows(&choice.list) {
        if belongs(values, choice, row)? {
            recipients.push(recipient(values, choice, row, recipients.len())?);
        }
    }
    match recipients.is_empty() {
        true => {
            Err(Failure::invalid(KEY, format!("no row of `{}` is meant; add one that fits", choice.list)))
        }
        false => Ok(recipients),
    }
}

fn belongs(values: &Values<'_, '_>, choice: &RecipientRows, row: &Row) -> Result<bool, Failure> {
    if let Some(email) = &choice.email {
        let email = values.render_text("recipients.email", email)?.unwrap_or_default();
        // Mail systems treat addresses alike whatever their case.
        let own = cell(values, choice, key("email"), row).and_then(Value::as_str).unwrap_or_default();
        if !own.trim().eq_ignore_ascii_case(&email) || email.is_empty() {
            return Ok(false);
        }
    }
    let Some(condition) = &choice.condition else { return Ok(true) };
    let scope = values.turn.run_scope(values.run).with_list_row(&choice.list, row);
    values
        .turn
        .workflow
        .decide(condition, &scope)
        .map_err(|reason| Failure::invalid("recipients.where", reason))
}

fn recipient(
    values: &Values<'_, '_>,
    choice: &RecipientRows,
    row: &Row,
    position: usize,
) -> Result<Value, Failure> {
    let get = |name: &str| cell(values, choice, key(name), row).filter(|value| value::is_filled(Some(value)));
    let text = |name: &str| {
        get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned()))
    };
    let flag = |name: &str| get(name) == Some(&Value::Bool(true));
    let order = get("order").map(|value| {
        let wrong = || {
            Failure::invalid(
                &format!("recipients[{position}].order"),
                "must be a whole number that is not negative",
            )
        };
        value.as_u64().and_then(|number| u32::try_from(number).ok()).ok_or_else(wrong)
    });
    let organisation =
        (get("organisation-name").is_some() || get("organisation-tax-id").is_some()).then(|| {
            json!({
                "name": text("organisation-name").unwrap_or_default(),
                "tax-id": text("organisation-tax-id").unwrap_or_default(),
                "position": text("organisation-position").unwrap_or_default(),
            })
        });
    Ok(json!({
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
fn cell<'r>(
    values: &Values<'_, '_>,
    choice: &RecipientRows,
    key: Option<&RecipientKey>,
    row: &'r Row,
) -> Option<&'r Value> {
    let key = key?;
    if let Some(mapped) = choice.columns.get(key.key) {
        return row.cells.get(mapped);
    }
    let list = values.turn.workflow.definition.lists.get(&choice.list)?;
    let column = key.columns.iter().find(|column| list.columns.contains_key(**column))?;
    row.cells.get(*column)
}

fn key(name: &str) -> Option<&'static RecipientKey> {
    RECIPIENT_KEYS.iter().find(|key| key.key == name)
}
