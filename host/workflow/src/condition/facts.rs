//! What a condition sees, as CEL variables and functions.
//!
//! Not here: compiling and deciding (`condition.rs`).

use std::collections::HashMap;
use std::sync::Arc;

use cel::objects::{Key, Map};
use cel::{Context, ExecutionError, Program, Value as CelValue};
use indexmap::IndexMap;
use serde_json::Value;

use crate::definition::{Field, List, ValueType};
use crate::form::Row;
use crate::scope::{Scope, ScopeRow};

/// Adds what the program mentions, and only that: most conditions read one field.
pub(super) fn add(context: &mut Context<'_, '_>, program: &Program, scope: &Scope<'_>) -> Result<(), String> {
    let used = program.references();
    if used.has_variable("fields") {
        context.add_variable_from_value("fields", record(&scope.definition.fields, &scope.form.fields));
    }
    if used.has_variable("lists") {
        context.add_variable_from_value("lists", lists(scope));
    }
    if used.has_variable("row") {
        context.add_variable_from_value("row", row(scope));
    }
    if used.has_variable("actor") {
        let roles: Vec<CelValue> = scope.actor.roles.iter().map(|role| text(role)).collect();
        let roles = CelValue::List(Arc::new(roles));
        context.add_variable_from_value("actor", map([("name", text(&scope.actor.name)), ("roles", roles)]));
    }
    if used.has_variable("instance") {
        let facts = [
            ("id", text(scope.instance.id)),
            ("number", CelValue::Int(scope.instance.number)),
            ("workflow", text(scope.instance.workflow)),
        ];
        context.add_variable_from_value("instance", map(facts));
    }
    if used.has_variable("at") {
        context.add_variable_from_value("at", timestamp(scope.at_ms));
    }
    if used.has_function("outcome") {
        add_outcome(context, scope)?;
    }
    if used.has_function("count") {
        add_count(context, scope)?;
    }
    Ok(())
}

fn add_outcome(context: &mut Context<'_, '_>, scope: &Scope<'_>) -> Result<(), String> {
    let outcomes: HashMap<String, CelValue> = scope
        .definition
        .actions()
        .filter_map(|action| {
            let id = action.outcome_id();
            Some((id.to_owned(), plain(&scope.outcome_of(id)?)))
        })
        .collect();
    let outcome = move |id: Arc<String>| {
        outcomes
            .get(id.as_str())
            .cloned()
            .ok_or_else(|| ExecutionError::function_error("outcome", format!("no action has the id `{id}`")))
    };
    context.add_function("outcome", outcome).map_err(|error| error.to_string())
}

fn add_count(context: &mut Context<'_, '_>, scope: &Scope<'_>) -> Result<(), String> {
    let mut categories: HashMap<String, i64> = HashMap::new();
    for attachment in scope.form.files() {
        *categories.entry(attachment.category.clone()).or_default() += 1;
    }
    let count = move |category: Arc<String>| categories.get(category.as_str()).copied().unwrap_or(0);
    context.add_function("attachments.count", count).map_err(|error| error.to_string())
}

fn lists(scope: &Scope<'_>) -> CelValue {
    map(scope.definition.lists.iter().map(|(name, list)| {
        let rows = scope.form.lists.get(name).map(Vec::as_slice).unwrap_or_default();
        let rows: Vec<CelValue> = rows.iter().map(|row| list_row(list, row)).collect();
        (name.as_str(), CelValue::List(Arc::new(rows)))
    }))
}

fn row(scope: &Scope<'_>) -> CelValue {
    match scope.row {
        ScopeRow::None => CelValue::Null,
        ScopeRow::Outcome(row) => plain(row),
        ScopeRow::List { list, row } => {
            scope.definition.lists.get(list).map_or(CelValue::Null, |list| list_row(list, row))
        }
    }
}

fn list_row(list: &List, row: &Row) -> CelValue {
    let cells = entries(&list.columns, &row.cells);
    map(cells.chain([("key", text(&row.key))]))
}

fn record(fields: &IndexMap<String, Field>, values: &IndexMap<String, Value>) -> CelValue {
    map(entries(fields, values))
}

/// All fields of a form or row. A `bool` that nobody ticked is false: that is how a check box reads.
fn entries<'k>(
    fields: &'k IndexMap<String, Field>,
    values: &'k IndexMap<String, Value>,
) -> impl Iterator<Item = (&'k str, CelValue)> {
    fields.iter().map(|(name, field)| {
        let value = match (values.get(name), field.value_type) {
            (None | Some(Value::Null), ValueType::Bool) => CelValue::Bool(false),
            (Some(Value::String(text)), ValueType::DateTime) => date_time(text),
            (Some(value), _) => plain(value),
            (None, _) => CelValue::Null,
        };
        (name.as_str(), value)
    })
}

fn date_time(value: &str) -> CelValue {
    value.parse::<jiff::Timestamp>().map_or_else(|_| text(value), |at| timestamp(at.as_millisecond()))
}

fn timestamp(at_ms: i64) -> CelValue {
    cel_timestamp(at_ms).unwrap_or(CelValue::Null)
}

fn cel_timestamp(at_ms: i64) -> Option<CelValue> {
    Some(CelValue::Timestamp(chrono::DateTime::from_timestamp_millis(at_ms)?.fixed_offset()))
}

fn map<'k>(entries: impl IntoIterator<Item = (&'k str, CelValue)>) -> CelValue {
    let map: HashMap<Key, CelValue> =
        entries.into_iter().map(|(key, value)| (Key::String(Arc::new(key.to_owned())), value)).collect();
    CelValue::Map(Map { map: Arc::new(map) })
}

fn text(value: &str) -> CelValue {
    CelValue::String(Arc::new(value.to_owned()))
}

/// JSON as CEL. Whole numbers become `int`, never `uint`, so that they can be added to literals.
fn plain(value: &Value) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(value) => CelValue::Bool(*value),
        Value::Number(number) => number
            .as_i64()
            .map(CelValue::Int)
            .or_else(|| number.as_f64().map(CelValue::Float))
            .unwrap_or(CelValue::Null),
        Value::String(value) => text(value),
        Value::Array(items) => CelValue::List(Arc::new(items.iter().map(plain).collect())),
        Value::Object(object) => map(object.iter().map(|(key, value)| (key.as_str(), plain(value)))),
    }
}
