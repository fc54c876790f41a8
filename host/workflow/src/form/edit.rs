//! Applying a person's edit to a form: every problem at once, or the whole edit.
//!
//! Not here: who may edit and when (`apply/editing.rs`), and the types of values (`value.rs`).

use indexmap::IndexMap;
use serde_json::Value;

use super::{Form, FormEdit, Place, Row, RowEdit, ValueProblem};
use crate::definition::{Definition, Field, List, ValueType};
use crate::value;

/// The ids of a data source's rows; none when the source cannot be asked now, and any value is taken.
pub type Choices<'a> = dyn Fn(&str) -> Option<Vec<String>> + 'a;

/// A form after an edit.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// The form.
    pub form: Form,
    /// Rows numbered so far.
    pub rows: u32,
    /// Fields and lists that changed.
    pub names: Vec<String>,
}

struct Edit<'a> {
    choices: &'a Choices<'a>,
    /// Technical fields too.
    technical: bool,
    problems: Vec<ValueProblem>,
    rows: u32,
}

/// A new form: every default, nothing else.
#[must_use]
pub fn blank(definition: &Definition) -> Form {
    let mut form = Form::default();
    for (name, field) in &definition.fields {
        form.set(name, default_of(field));
    }
    form
}

/// Applies an edit. Technical fields and columns must come unchanged or not at all; columns left out of a
/// row are emptied, technical ones are kept.
///
/// # Errors
/// Every problem of the edit.
pub fn edit(
    definition: &Definition,
    form: &Form,
    rows: u32,
    edit: &FormEdit,
    choices: &Choices<'_>,
) -> Result<Edited, Vec<ValueProblem>> {
    let mut work = Edit { choices, technical: false, problems: Vec::new(), rows };
    let mut edited = form.clone();
    let mut names = work.set_fields(definition, &mut edited, &edit.fields);
    for (name, rows) in &edit.lists {
        if work.set_list(definition, &mut edited, name, rows) {
            names.push(name.clone());
        }
    }
    work.done(edited, names)
}

/// Applies an operator's correction of fields, technical ones among them.
///
/// # Errors
/// Every problem of it.
pub fn correct(
    definition: &Definition,
    form: &Form,
    fields: &IndexMap<String, Value>,
    choices: &Choices<'_>,
) -> Result<Edited, Vec<ValueProblem>> {
    let mut work = Edit { choices, technical: true, problems: Vec::new(), rows: 0 };
    let mut edited = form.clone();
    let names = work.set_fields(definition, &mut edited, fields);
    work.done(edited, names)
}

impl Edit<'_> {
    fn done(self, form: Form, names: Vec<String>) -> Result<Edited, Vec<ValueProblem>> {
        if self.problems.is_empty() {
            Ok(Edited { form, rows: self.rows, names })
        } else {
            Err(self.problems)
        }
    }

    /// Names of the fields that changed.
    fn set_fields(
        &mut self,
        definition: &Definition,
        form: &mut Form,
        given: &IndexMap<String, Value>,
    ) -> Vec<String> {
        let mut names = Vec::new();
        for (name, value) in given {
            if self.set_field(definition, form, name, value) {
                names.push(name.clone());
            }
        }
        names
    }

    fn set_field(&mut self, definition: &Definition, form: &mut Form, name: &str, given: &Value) -> bool {
        let place = || Place::Field(name.to_owned());
        let Some(field) = definition.fields.get(name) else {
            self.problem(place(), "does not exist in this workflow; leave it out");
            return false;
        };
        match self.value(field, form.fields.get(name), given, place) {
            Some(value) => form.set(name, value),
            None => false,
        }
    }

    fn set_list(&mut self, definition: &Definition, form: &mut Form, name: &str, given: &[RowEdit]) -> bool {
        let Some(list) = definition.lists.get(name) else {
            self.problem(Place::List(name.to_owned()), "does not exist in this workflow; leave it out");
            return false;
        };
        let old = form.rows(name).to_vec();
        let mut new: Vec<Row> = Vec::with_capacity(given.len());
        for (position, edit) in given.iter().enumerate() {
            let before = edit.key.as_ref().map(|key| old.iter().find(|row| row.key == *key));
            let key = edit.key.as_deref().unwrap_or_default();
            if before == Some(None) {
                self.problem(
                    Place::List(name.to_owned()),
                    format!("has no row `{key}`; leave the key of a new row out"),
                );
                continue;
            }
            if before.is_some() && new.iter().any(|row| row.key == key) {
                self.problem(
                    Place::List(name.to_owned()),
                    format!("names row `{key}` twice; keep one of them"),
                );
                continue;
            }
            new.push(self.row((name, list), before.flatten(), edit, position));
        }
        let changed = new != old;
        form.lists.insert(name.to_owned(), new);
        changed
    }

    fn row(
        &mut self,
        (name, list): (&str, &List),
        before: Option<&Row>,
        edit: &RowEdit,
        position: usize,
    ) -> Row {
        let shown = before.map_or_else(|| format!("new {}", position + 1), |row| row.key.clone());
        let place = |column: &str| Place::Cell {
            list: name.to_owned(),
            row: shown.clone(),
            column: column.to_owned(),
        };
        for column in edit.cells.keys().filter(|column| !list.columns.contains_key(*column)) {
            self.problem(place(column), "does not exist in this workflow; leave it out");
        }
        let mut row =
            Row { key: before.map_or_else(|| self.new_key(), |row| row.key.clone()), cells: IndexMap::new() };
        for (column, field) in &list.columns {
            let old = before.and_then(|row| row.cells.get(column));
            let value = match edit.cells.get(column) {
                Some(given) => self.value(field, old, given, || place(column)),
                None if field.technical && before.is_some() => old.cloned(),
                None if before.is_none() => Some(default_of(field)),
                None => None,
            };
            row.set(column, value.unwrap_or_default());
        }
        row
    }

    /// The stored form of a value, or none after noting what is wrong with it.
    fn value(
        &mut self,
        field: &Field,
        old: Option<&Value>,
        given: &Value,
        place: impl Fn() -> Place,
    ) -> Option<Value> {
        if field.technical && !self.technical {
            let same = given == old.unwrap_or(&Value::Null);
            if !same {
                self.problem(place(), "is technical: only actions write it; leave it out");
            }
            return old.cloned();
        }
        let checked = value::normalise(field, given).and_then(|value| self.chosen(field, value));
        checked.map_err(|reason| self.problem(place(), reason)).ok()
    }

    fn chosen(&self, field: &Field, value: Value) -> Result<Value, String> {
        let (ValueType::Choice, Some(source), Some(id)) = (field.value_type, &field.source, value.as_str())
        else {
            return Ok(value);
        };
        match (self.choices)(source) {
            Some(ids) if !ids.iter().any(|known| known == id) => {
                Err(format!("cannot be `{id}`: the source `{source}` has {}", ids.join(", ")))
            }
            _ => Ok(value),
        }
    }

    fn new_key(&mut self) -> String {
        self.rows += 1;
        format!("r{}", self.rows)
    }

    fn problem(&mut self, place: Place, reason: impl Into<String>) {
        self.problems.push(ValueProblem { place, reason: reason.into() });
    }
}

fn default_of(field: &Field) -> Value {
    field.default.as_ref().and_then(|value| value::normalise(field, value).ok()).unwrap_or_default()
}
