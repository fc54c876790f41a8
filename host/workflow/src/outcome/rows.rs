//! Writing an outcome's rows to the rows of a list, by row key (C55, C60). Rows without an answer are left alone.
//!
//! Not here: which columns are written by default (`contract/table.rs`).

use indexmap::IndexMap;
use serde_json::Value;

use super::fitting;
use crate::apply::Turn;
use crate::contract::{self, Rows};
use crate::definition::List;
use crate::definition::automation::SaveRows;
use crate::failure::Failure;
use crate::instance::Run;

/// Writes the rows; gives the list's name when any row was matched.
pub(super) fn save(
    turn: &Turn<'_>,
    run: &mut Run,
    spec: &SaveRows,
    (verb, outcome): (&str, &Value),
) -> Result<Option<String>, Failure> {
    let Some(shape) = contract::action(verb).and_then(|action| action.rows) else {
        return Err(Failure::invalid("save-rows", format!("`{verb}` gives no rows")));
    };
    let name = match spec {
        SaveRows::List(list) => list,
        SaveRows::Columns(columns) => &columns.list,
    };
    let list = turn.workflow.definition.lists.get(name);
    let list =
        list.ok_or_else(|| Failure::invalid("save-rows", format!("`{name}` is no list of this workflow")))?;
    let answers = outcome.get(shape.list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut matched = false;
    for answer in answers {
        let key = answer.get("row-key").and_then(Value::as_str).unwrap_or_default();
        let cells = match spec {
            SaveRows::List(_) => by_default(list, &shape, answer)?,
            SaveRows::Columns(columns) => by_mapping(turn, run, (list, &columns.columns), (outcome, answer))?,
        };
        let row = run.form.lists.get_mut(name).and_then(|rows| rows.iter_mut().find(|row| row.key == key));
        let Some(row) = row else { continue };
        matched = true;
        for (column, value) in cells {
            row.set(&column, value);
        }
    }
    Ok(matched.then(|| name.clone()))
}

/// The columns the list has of those that fit the verb; what the provider did not say is left as it was.
fn by_default(list: &List, shape: &Rows, answer: &Value) -> Result<Vec<(String, Value)>, Failure> {
    let mut cells = Vec::new();
    for (column, key) in shape.columns {
        let value = answer.get(*key).filter(|value| !value.is_null());
        if let (Some(field), Some(value)) = (list.columns.get(*column), value) {
            let fitted = fitting::fit(field, value.clone());
            cells.push(((*column).to_owned(), fitted.map_err(|reason| wrong(column, reason))?));
        }
    }
    Ok(cells)
}

fn by_mapping(
    turn: &Turn<'_>,
    run: &Run,
    (list, mapping): (&List, &IndexMap<String, String>),
    (outcome, answer): (&Value, &Value),
) -> Result<Vec<(String, Value)>, Failure> {
    let scope = turn.run_scope(run).with_outcome(outcome).with_outcome_row(answer);
    let mut cells = Vec::new();
    for (column, text) in mapping {
        let field =
            list.columns.get(column).ok_or_else(|| wrong(column, "is no column of the list".to_owned()))?;
        let value = turn.workflow.render(text, &scope).and_then(|value| fitting::fit(field, value));
        cells.push((column.clone(), value.map_err(|reason| wrong(column, reason))?));
    }
    Ok(cells)
}

fn wrong(column: &str, reason: String) -> Failure {
    Failure::invalid(&format!("save-rows.{column}"), reason)
}
