//! Fields, lists and columns: types, choices, defaults, and who fills them.
//!
//! Not here: names (`names.rs`) and the conditions themselves (`uses.rs`).

use super::Check;
use super::report::{MISSING, suggest};
use super::types::{Surroundings, Type};
use crate::definition::automation::{ActionStep, SaveRows};
use crate::definition::{Field, ValueType};
use crate::position::join;
use crate::{contract, value};

impl<'a> Check<'a> {
    pub(super) fn form(&mut self) {
        let definition = self.definition;
        for (name, field) in &definition.fields {
            let pointer = join("/fields", name);
            self.field(&pointer, field, &Surroundings::default());
            let written = || definition.actions().any(|action| action.save.contains_key(name));
            if field.technical && self.intact("") && !written() {
                self.never_written(&pointer, name);
            }
        }
        for (name, list) in &definition.lists {
            let pointer = join("/lists", name);
            if list.columns.is_empty() && self.intact(&pointer) {
                self.report.error_at_key(
                    "empty-list",
                    &pointer,
                    format!("list `{name}` has no columns; name at least one"),
                );
            }
            for (column, field) in &list.columns {
                let pointer = join(&join(&pointer, "columns"), column);
                let surroundings = Surroundings { row: Some(Type::Row(list)), ..Surroundings::default() };
                self.field(&pointer, field, &surroundings);
                self.column(&pointer, (name, column), field);
            }
        }
    }

    fn field(&mut self, pointer: &str, field: &'a Field, surroundings: &Surroundings<'a>) {
        if let Some(condition) = &field.required_when {
            self.condition(&join(pointer, "required-when"), condition, surroundings);
            if field.required {
                let message = "the field is required anyway; remove `required` or `required-when`";
                self.report.warn_at_key("redundant", &join(pointer, "required-when"), message);
            }
        }
        if field.technical && (field.required || field.required_when.is_some()) {
            let key = if field.required { "required" } else { "required-when" };
            let message = "a technical field cannot be filled by a person, so it must not be required";
            self.report.error_at_key("technical-required", &join(pointer, key), message);
        }
        self.choice(pointer, field);
        if let Some(default) = &field.default
            && let Err(reason) = value::normalise(field, default)
        {
            self.report.error("bad-default", &join(pointer, "default"), format!("the default {reason}"));
        }
    }

    fn column(&mut self, pointer: &str, (list, column): (&str, &str), field: &Field) {
        if field.unique {
            let message = "only fields can be unique, columns cannot";
            self.report.error_at_key("unique-column", &join(pointer, "unique"), message);
        }
        let written = || self.definition.actions().any(|action| writes_column(action, list, column));
        if field.technical && self.intact("") && !written() {
            self.never_written(pointer, column);
        }
    }

    fn never_written(&mut self, pointer: &str, name: &str) {
        let message = format!("`{name}` is technical and no action writes it; it stays empty");
        self.report.warn_at_key("never-written", pointer, message);
    }

    fn choice(&mut self, pointer: &str, field: &Field) {
        let at_source = join(pointer, "source");
        match (field.value_type, field.source.as_deref()) {
            (ValueType::Choice, Some(source)) => self.source(&at_source, source, field),
            (ValueType::Choice, None) if field.only.is_empty() => {
                let message = "a choice takes its values from `source: connection.name` or from `only`";
                self.report.error_at_key("choice-without-values", pointer, message);
            }
            (_, Some(_)) if field.value_type != ValueType::Choice => {
                let message = "only a field of type `choice` has a `source`";
                self.report.error_at_key("source-without-choice", &at_source, message);
            }
            _ => {}
        }
        self.only(pointer, field);
    }

    /// Each word of `only` must be a value of the field's type.
    fn only(&mut self, pointer: &str, field: &Field) {
        let bare = Field { only: Vec::new(), ..field.clone() };
        for (position, word) in field.only.iter().enumerate() {
            let full = join(&join(pointer, "only"), &position.to_string());
            if let Err(reason) = value::normalise(&bare, &word.as_str().into()) {
                self.report.error("bad-default", &full, format!("`{word}` {reason}"));
            }
            if field.only.iter().take(position).any(|earlier| earlier == word) {
                self.report.error("duplicate-name", &full, format!("`{word}` is given twice"));
            }
        }
    }

    fn source(&mut self, pointer: &str, text: &str, field: &Field) {
        let Some((connection, source)) = text.split_once('.') else {
            let message = format!(
                "`{text}` is no data source; write `connection.source`, for example `sign.recipient-roles`"
            );
            return self.report.error("unknown-source", pointer, message);
        };
        if !self.definition.connections.contains_key(connection) {
            let known = self.definition.connections.keys().map(String::as_str);
            let message = format!("there is no connection `{connection}`{}", suggest(connection, known));
            return self.report.error("unknown-connection", pointer, message);
        }
        let sources = self.catalogue.sources(connection);
        if let Some(sources) = sources.filter(|sources| !sources.iter().any(|known| known == source)) {
            let hint = suggest(source, sources.iter().map(String::as_str));
            if self.catalogue.is_bound(connection) {
                let message =
                    format!("the provider bound to `{connection}` has no data source `{source}`{hint}");
                self.report.error("unknown-source", pointer, message);
            } else {
                let message = format!("`{source}` is no data source that every provider has{hint}");
                self.report.warn_at_key("unknown-source", pointer, message);
            }
            return;
        }
        self.only_of_source(pointer, (connection, source), field);
    }

    fn only_of_source(&mut self, pointer: &str, (connection, source): (&str, &str), field: &Field) {
        let Some(rows) = self.catalogue.rows(connection, source) else { return };
        let parent = pointer.strip_suffix("/source").unwrap_or(pointer);
        for (position, word) in field.only.iter().enumerate().filter(|(_, word)| !rows.contains(word)) {
            let hint = suggest(word, rows.iter().map(String::as_str));
            let message = format!("data source `{connection}.{source}` has no `{word}`{hint}");
            self.report.error("unknown-value", &join(&join(parent, "only"), &position.to_string()), message);
        }
    }
}

fn writes_column(action: &ActionStep, list: &str, column: &str) -> bool {
    match &action.save_rows {
        None => false,
        Some(SaveRows::Columns(mapping)) => mapping.list == list && mapping.columns.contains_key(column),
        Some(SaveRows::List(name)) => {
            let rows = contract::action(action.verb()).and_then(|action| action.rows);
            (name == list || name == MISSING)
                && rows.is_some_and(|rows| rows.columns.iter().any(|(known, _)| *known == column))
        }
    }
}
