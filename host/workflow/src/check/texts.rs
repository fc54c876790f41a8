//! Every condition and template of a definition, to compile them once.
//!
//! Not here: whether they are right (`expression.rs`).

use serde_json::Value;

use crate::definition::automation::{ActionStep, SaveRows};
use crate::definition::step::{Stay, Step};
use crate::definition::{Definition, Field};

/// The texts of all conditions.
pub(crate) fn conditions(definition: &Definition) -> impl Iterator<Item = &str> {
    let columns = definition.lists.values().flat_map(|list| list.columns.values());
    let fields = definition.fields.values().chain(columns).filter_map(required_when);
    let actions = definition.actions().flat_map(of_conditions);
    fields.chain(actions).chain(definition.steps.values().flat_map(of_step))
}

fn required_when(field: &Field) -> Option<&str> {
    field.required_when.as_deref()
}

/// `when`, and the `where` of its recipients.
fn of_conditions(action: &ActionStep) -> impl Iterator<Item = &str> {
    let rows = action.with.get("recipients").and_then(|rows| rows.get("where")).and_then(Value::as_str);
    action.when.as_deref().into_iter().chain(rows)
}

fn of_step(step: &Step) -> Vec<&str> {
    match step {
        Step::User(stay) | Step::External(stay) => of_stay(stay).collect(),
        Step::Decision(decision) => decision.cases.iter().map(|case| case.when.as_str()).collect(),
        Step::Final(_) => Vec::new(),
    }
}

fn of_stay(stay: &Stay) -> impl Iterator<Item = &str> {
    let paths = stay.paths.values().filter_map(|path| path.check.as_deref());
    let timers = stay.timers.values().filter_map(|timer| timer.when.as_deref());
    let buttons = stay.buttons.values().filter_map(|button| button.when.as_deref());
    paths.chain(timers).chain(buttons)
}

/// The texts of all templates.
pub(crate) fn templates(definition: &Definition) -> Vec<&str> {
    let mut found = Vec::new();
    for action in definition.actions() {
        of_action(action, &mut found);
    }
    found
}

fn of_action<'d>(action: &'d ActionStep, found: &mut Vec<&'d str>) {
    for value in action.with.values() {
        of_value(value, found);
    }
    found.extend(action.save.values().map(String::as_str));
    found.extend(action.acting_user.as_deref());
    found.extend(action.redirect.as_deref());
    if let Some(SaveRows::Columns(rows)) = &action.save_rows {
        found.extend(rows.columns.values().map(String::as_str));
    }
}

fn of_value<'d>(value: &'d Value, found: &mut Vec<&'d str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| of_value(item, found)),
        Value::Object(object) => object.values().for_each(|value| of_value(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
