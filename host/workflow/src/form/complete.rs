//! What must still be filled before a path is taken.
//!
//! Not here: whether values are right (`form/edit.rs`).

use indexmap::IndexMap;
use serde_json::Value;

use super::Place;
use crate::definition::Field;
use crate::load::Workflow;
use crate::scope::Scope;
use crate::value;

/// Every required field and cell that is empty, by `required` and `required-when`.
///
/// # Errors
/// When a `required-when` cannot be decided.
pub fn missing(workflow: &Workflow, scope: &Scope<'_>) -> Result<Vec<Place>, String> {
    let definition = &workflow.definition;
    let mut places = Vec::new();
    for name in empty_of(workflow, &definition.fields, &scope.form.fields, scope)? {
        places.push(Place::Field(name.to_owned()));
    }
    for (list, rule) in &definition.lists {
        for row in scope.form.rows(list) {
            for column in empty_of(workflow, &rule.columns, &row.cells, &scope.with_list_row(list, row))? {
                places.push(Place::Cell {
                    list: list.clone(),
                    row: row.key.clone(),
                    column: column.to_owned(),
                });
            }
        }
    }
    Ok(places)
}

fn empty_of<'d>(
    workflow: &Workflow,
    rules: &'d IndexMap<String, Field>,
    values: &IndexMap<String, Value>,
    scope: &Scope<'_>,
) -> Result<Vec<&'d str>, String> {
    let mut names = Vec::new();
    for (name, field) in rules.iter().filter(|(name, _)| !value::is_filled(values.get(*name))) {
        let needed = match &field.required_when {
            _ if field.required => true,
            Some(when) => workflow.decide(when, scope)?,
            None => false,
        };
        if needed {
            names.push(name.as_str());
        }
    }
    Ok(names)
}
