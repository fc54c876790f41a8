//! From `with` to the contract's input of one call. Keys are the names of `wit/actions.wit`.
//!
//! Not here: client references (`automation/sending.rs`) and what comes back (`outcome.rs`).

mod documents;
mod recipients;
mod values;

use serde_json::{Map, Value, json};

use crate::apply::Turn;
use crate::definition::automation::ActionStep;
use crate::failure::Failure;
use crate::instance::Run;
use crate::value;
use values::Values;

/// The input of one call, and what the call may use.
#[derive(Debug)]
pub(crate) struct Bound {
    /// The operator's connection.
    pub(crate) connection: String,
    /// The input as the contract's JSON.
    pub(crate) input: Map<String, Value>,
    /// In whose context; none takes the connection's.
    pub(crate) acting_user: Option<String>,
    /// Files the call may read.
    pub(crate) attachments: Vec<u32>,
}

/// Builds the input of an action on the form of its run.
///
/// # Errors
/// When a value is missing or of the wrong kind: the run fails without a call.
pub(crate) fn bind(turn: &Turn<'_>, run: &Run, action: &ActionStep) -> Result<Bound, Failure> {
    let name = action.connection();
    let connection = turn.instance.connections.get(name).cloned();
    let connection = connection.ok_or_else(|| {
        Failure::invalid("connection", format!("`{name}` is bound to no connection of the operator"))
    })?;
    let values = Values { turn, run, action };
    let mut attachments = Vec::new();
    let input = match action.verb() {
        "send-for-signature" => {
            attachments = documents::select(&values)?;
            send(&values, &attachments)?
        }
        "get-document-status" => document(&values)?,
        "get-recipient-statuses" | "get-signing-link" => {
            json!({"document": document(&values)?, "recipients": recipients::of_document(&values)?})
        }
        "get-document" => {
            json!({"document": document(&values)?, "parts": values.texts("parts")?, "name": values.text("name")?})
        }
        "send-reminders" => json!({"document": document(&values)?, "except": values.texts("except")?}),
        "withdraw-document" => {
            let reason = values.text("reason")?.or_else(|| run.comment.clone());
            json!({"document": document(&values)?, "reason": reason})
        }
        "list-changes" => changes(&values)?,
        verb => return Err(Failure::invalid("action", format!("`{verb}` is no action of the contract"))),
    };
    let acting_user =
        action.acting_user.as_ref().map(|text| values.render_text("as", text)).transpose()?.flatten();
    let Value::Object(input) = input else { return Err(Failure::invalid("with", "does not make a record")) };
    Ok(Bound { connection, input, acting_user, attachments })
}

fn send(values: &Values<'_, '_>, documents: &[u32]) -> Result<Value, Failure> {
    let title = values.text("title")?;
    let title =
        title.ok_or_else(|| Failure::invalid("title", "is empty; fill the field that holds the title"))?;
    let recipients = recipients::of_send(values)?;
    let any_order =
        recipients.iter().any(|recipient| recipient.get("order").is_some_and(|order| !order.is_null()));
    Ok(json!({
        "title": title,
        "description": values.text("description")?,
        "language": values.text("language")?,
        "recipients": recipients,
        "documents": documents,
        "ordered": values.boolean("ordered")?.unwrap_or(any_order),
        "as-organisation": values.boolean("as-organisation")?.unwrap_or(false),
        "visualisation": values.text("visualisation")?,
        "labels": values.texts("labels")?,
        "expires-at": values.time("expires-at")?,
        "settings": values.settings()?,
    }))
}

/// The document an action works on: `with.document`, else the field into which the connection's send saves its id.
/// An empty field is an error before any call (C42).
fn document(values: &Values<'_, '_>) -> Result<Value, Failure> {
    let (turn, action) = (values.turn, values.action);
    let given = match action.with.contains_key("document") {
        true => values.text("document")?,
        false => {
            let field = turn.workflow.definition.document_field(action.connection());
            let value = field
                .and_then(|field| values.run.form.fields.get(field))
                .filter(|value| value::is_filled(Some(value)));
            value.and_then(Value::as_str).map(|id| id.trim().to_owned())
        }
    };
    let id = given.ok_or_else(|| {
        let field = turn.workflow.definition.document_field(action.connection()).unwrap_or("document");
        Failure::invalid(
            "document-id",
            format!("field `{field}` is empty: nothing was sent yet, or the provider gave no id"),
        )
    })?;
    let reference = turn.instance.references.get(&id);
    Ok(json!({"document-id": id, "client-reference": reference, "settings": values.settings()?}))
}

fn changes(values: &Values<'_, '_>) -> Result<Value, Failure> {
    let since = values.time("since")?;
    let since =
        since.ok_or_else(|| Failure::invalid("since", "is empty; give a date, or a field that holds one"))?;
    let limit = values.integer("limit")?.unwrap_or(100);
    Ok(json!({"since": since, "cursor": null, "limit": limit, "settings": values.settings()?}))
}

#[cfg(test)]
mod tests;
