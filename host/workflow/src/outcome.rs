//! From an action's outcome to the run's form: fields, rows, files, and where the person is sent (C66, C67, C37).
//!
//! Not here: when the run's form becomes the instance's (`apply/moving.rs`).

mod files;
mod fitting;
mod rows;

use indexmap::IndexMap;
use serde_json::Value;

use crate::apply::Turn;
use crate::definition::automation::ActionStep;
use crate::effect::Happening;
use crate::failure::Failure;
use crate::form::Attachment;
use crate::instance::Run;

/// Writes an outcome; gives the names of the fields and lists written.
///
/// # Errors
/// When a value does not fit its field. The outcome itself is not lost: it is in the run.
pub(crate) fn write(
    turn: &mut Turn<'_>,
    run: &mut Run,
    action: &ActionStep,
    outcome: &Value,
    attachments: &[Attachment],
) -> Result<Vec<String>, Failure> {
    let mut saved = save(turn, run, action, outcome)?;
    if let Some(spec) = &action.save_rows
        && let Some(list) = rows::save(turn, run, spec, (action.verb(), outcome))?
    {
        saved.push(list);
    }
    files::attach(turn, run, action.attach.as_ref(), attachments)?;
    if let Some(text) = &action.redirect
        && !run.unattended
    {
        let scope = turn.run_scope(run).with_outcome(outcome);
        let url =
            turn.workflow.render(text, &scope).map_err(|reason| Failure::invalid("redirect", reason))?;
        run.redirect = url.as_str().map(str::to_owned).filter(|url| !url.is_empty());
    }
    Ok(saved)
}

/// Tells history for which rows the provider did nothing.
pub(crate) fn record_skipped(turn: &mut Turn<'_>, action: &ActionStep, outcome: &Value) {
    let skipped = outcome.get("skipped").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let reasons: IndexMap<String, String> =
        skipped.iter().map(|row| (text(row, "row-key"), text(row, "reason"))).collect();
    if !reasons.is_empty() {
        turn.record(Happening::RowsSkipped { action: action.action.clone(), reasons });
    }
}

fn save(
    turn: &Turn<'_>,
    run: &mut Run,
    action: &ActionStep,
    outcome: &Value,
) -> Result<Vec<String>, Failure> {
    let mut values = Vec::new();
    for (name, text) in &action.save {
        let place = format!("save.{name}");
        let field = turn.workflow.definition.fields.get(name);
        let field = field.ok_or_else(|| Failure::invalid(&place, "is no field of this workflow"))?;
        let scope = turn.run_scope(run).with_outcome(outcome);
        let value = turn.workflow.render(text, &scope).and_then(|value| fitting::fit(field, value));
        values.push((name.clone(), value.map_err(|reason| Failure::invalid(&place, reason))?));
    }
    for (name, value) in &values {
        run.form.set(name, value.clone());
    }
    Ok(values.into_iter().map(|(name, _)| name).collect())
}
