//! What actions are given: keys of `with`, recipients, files, and the document they work on.
//!
//! Not here: where their outcomes go (`actions.rs`).

use regex::Regex;
use serde_json::Value;

use super::Check;
use super::report::{listed, suggest};
use super::types::{Surroundings, Type};
use crate::contract::recipient::RECIPIENT_KEYS;
use crate::contract::{Action, InputKind};
use crate::definition::List;
use crate::definition::automation::ActionStep;
use crate::definition::input::{DocumentSelection, RecipientRows};
use crate::position::join;

impl<'a> Check<'a> {
    pub(super) fn inputs(
        &mut self,
        pointer: &str,
        (step, action): (&'a ActionStep, &'static Action),
        before: &Surroundings<'a>,
    ) {
        let at_with = join(pointer, "with");
        for (key, value) in &step.with {
            let pointer = join(&at_with, key);
            match action.input(key) {
                Some(input) => self.input(&pointer, input.kind, value, before),
                None => {
                    let hint = suggest(key, action.inputs.iter().map(|input| input.key));
                    self.report.error_at_key(
                        "unknown-input",
                        &pointer,
                        format!("`{}` takes no `{key}`{hint}", action.name),
                    );
                }
            }
        }
        let missing =
            action.inputs.iter().filter(|input| input.required && !step.with.contains_key(input.key));
        for input in missing.filter(|_| self.intact(pointer)).collect::<Vec<_>>() {
            let message = format!("`{}` needs `{}` under `with`", action.name, input.key);
            self.report.error("missing-input", &join(pointer, "action"), message);
        }
        self.document(pointer, step, action);
        self.rows_to_match(pointer, step, action);
    }

    /// Statuses and links are matched with rows: those named, those written to, or those of the send.
    fn rows_to_match(&mut self, pointer: &str, step: &ActionStep, action: &Action) {
        let takes = action.needs_document && action.input("recipients").is_some();
        let sent = |other: &ActionStep| {
            other.connection() == step.connection() && other.verb() == "send-for-signature"
        };
        if takes
            && step.save_rows.is_none()
            && !step.with.contains_key("recipients")
            && !self.definition.actions().any(sent)
        {
            let message = "nothing says which rows are meant; name `recipients` under `with`, or a list under `save-rows`";
            self.report.error("missing-input", &join(pointer, "action"), message);
        }
    }

    /// The document an action works on: named, or saved by the send of the same connection (C42).
    fn document(&mut self, pointer: &str, step: &ActionStep, action: &Action) {
        let connection = step.connection();
        if action.needs_document
            && !step.with.contains_key("document")
            && self.definition.document_field(connection).is_none()
        {
            let message = format!(
                "nothing says which document is meant; save `${{outcome.document-id}}` of `{connection}.send-for-signature` \
                 into a field, or name `document` under `with`"
            );
            self.report.error("no-document", &join(pointer, "action"), message);
        }
        let saves = step.save.values().any(|from| from.contains("outcome.document-id"));
        if action.name == "send-for-signature" && !saves && self.intact(pointer) {
            let message = "the id of the sent document is not saved; without it no later action finds the document (C41)";
            self.report.warn_at_key("document-not-saved", &join(pointer, "action"), message);
        }
    }

    fn input(&mut self, pointer: &str, kind: InputKind, value: &'a Value, before: &Surroundings<'a>) {
        match kind {
            InputKind::Recipients => return self.recipients(pointer, value, before),
            InputKind::Documents => return self.documents(pointer, value),
            _ => {}
        }
        let given = self.given(pointer, value, before);
        let (fits, wanted) = match kind {
            InputKind::Text => (given.compares_with(Type::Text) && !is_structure(given), "text"),
            InputKind::Boolean => (given.compares_with(Type::Bool) && !is_structure(given), "true or false"),
            InputKind::Integer => {
                (given.compares_with(Type::Number) && !is_structure(given), "a whole number")
            }
            InputKind::Time => {
                (is_time(given, value), "a time such as `2026-11-22T14:30:00Z`, or a date field")
            }
            InputKind::Texts => (given.is_list() || is_whole_template(value), "a list of texts"),
            InputKind::Parts => (given.is_list(), "a list of `signed` and `certificate`"),
            InputKind::Settings => (matches!(given, Type::Map | Type::Any), "a mapping of names to values"),
            InputKind::Recipients | InputKind::Documents => (true, ""),
        };
        if !fits {
            self.report.error("wrong-input", pointer, format!("must be {wanted}, not {}", given.noun()));
        } else if kind == InputKind::Parts {
            self.parts(pointer, value);
        }
    }

    /// The type of a literal or template; every text inside is checked.
    fn given(&mut self, pointer: &str, value: &'a Value, before: &Surroundings<'a>) -> Type<'a> {
        match value {
            Value::Null => Type::Null,
            Value::Bool(_) => Type::Bool,
            Value::Number(_) => Type::Number,
            Value::String(text) => self.template(pointer, text, before),
            Value::Array(items) => {
                for (position, item) in items.iter().enumerate() {
                    self.given(&join(pointer, &position.to_string()), item, before);
                }
                Type::List
            }
            Value::Object(object) => {
                for (key, value) in object {
                    self.given(&join(pointer, key), value, before);
                }
                Type::Map
            }
        }
    }

    fn parts(&mut self, pointer: &str, value: &Value) {
        for (position, part) in value.as_array().into_iter().flatten().enumerate() {
            let known = part
                .as_str()
                .is_some_and(|part| matches!(part, "signed" | "certificate") || part.contains("${"));
            if !known {
                let message = format!(
                    "`{}` is no part of a document; write `signed` or `certificate`",
                    part.as_str().unwrap_or_default()
                );
                self.report.error("wrong-input", &join(pointer, &position.to_string()), message);
            }
        }
    }

    fn recipients(&mut self, pointer: &str, value: &'a Value, before: &Surroundings<'a>) {
        let rows = match RecipientRows::read(value) {
            Ok(rows) => rows,
            Err(reason) => return self.report.error("wrong-input", pointer, reason),
        };
        let at_list = if value.is_string() { pointer.to_owned() } else { join(pointer, "list") };
        let Some(list) = self.list(&at_list, &rows.list) else { return };
        for (key, column) in &rows.columns {
            let pointer = join(&join(pointer, "columns"), key);
            if !RECIPIENT_KEYS.iter().any(|known| known.key == key) {
                let hint = suggest(key, RECIPIENT_KEYS.iter().map(|known| known.key));
                self.report.error_at_key(
                    "unknown-input",
                    &pointer,
                    format!("a recipient has no `{key}`{hint}"),
                );
            }
            if !list.columns.contains_key(column) {
                let hint = suggest(column, list.columns.keys().map(String::as_str));
                self.report.error(
                    "unknown-column",
                    &pointer,
                    format!("list `{}` has no column `{column}`{hint}", rows.list),
                );
            }
        }
        self.recipient_columns(&at_list, &rows, list);
        if let Some(condition) = value.get("where").and_then(Value::as_str) {
            let surroundings = Surroundings { row: Some(Type::Row(list)), ..before.clone() };
            self.condition(&join(pointer, "where"), condition, &surroundings);
        }
        if let Some(email) = value.get("email").and_then(Value::as_str) {
            self.template(&join(pointer, "email"), email, before);
        }
    }

    /// Columns that no recipient can do without, and columns whose type cannot be right.
    fn recipient_columns(&mut self, pointer: &str, rows: &RecipientRows, list: &List) {
        for key in RECIPIENT_KEYS {
            let mapped = rows.columns.get(key.key).map(String::as_str);
            let column = mapped
                .or_else(|| key.columns.iter().copied().find(|column| list.columns.contains_key(*column)));
            match column.and_then(|column| Some((column, list.columns.get(column)?))) {
                Some((column, field)) if !key.types.contains(&field.value_type) => {
                    let message = format!(
                        "column `{column}` cannot be the recipient's `{}`: its type does not fit",
                        key.key
                    );
                    self.report.error("type-mismatch", pointer, message);
                }
                None if key.required && mapped.is_none() && self.intact("/lists") => {
                    let message = format!(
                        "list `{}` has no column for the recipient's `{}`; add {}, or name one under `columns`",
                        rows.list,
                        key.key,
                        listed(key.columns.iter().copied())
                    );
                    self.report.error("missing-input", pointer, message);
                }
                _ => {}
            }
        }
    }

    fn documents(&mut self, pointer: &str, value: &Value) {
        let selection = match DocumentSelection::read(value) {
            Ok(selection) => selection,
            Err(reason) => return self.report.error("wrong-input", pointer, reason),
        };
        if let Some(category) = selection.category.as_ref().filter(|name| !name.contains("${")) {
            self.category(&join(pointer, "category"), category);
        }
        let known = &self.definition.attachments.attributes;
        if let Some(attribute) =
            selection.attribute.filter(|name| !name.contains("${") && !known.contains(name))
        {
            let hint = suggest(&attribute, known.iter().map(String::as_str));
            let message = format!("there is no attachment attribute `{attribute}`{hint}");
            self.report.error("unknown-attribute", &join(pointer, "attribute"), message);
        }
        if let Some(Err(error)) =
            selection.name_pattern.as_deref().filter(|text| !text.contains("${")).map(Regex::new)
        {
            let message =
                format!("`name-pattern` is no regular expression: {}", last_line(&error.to_string()));
            self.report.error("wrong-input", &join(pointer, "name-pattern"), message);
        }
        let checked = match selection.query.as_deref().map(str::trim) {
            Some("") => Err("the query is empty; write a SELECT that yields file ids".to_owned()),
            Some(query) => self.catalogue.query(query),
            None => Ok(()),
        };
        if let Err(message) = checked {
            self.report.error("wrong-input", &join(pointer, "query"), message);
        }
    }
}

/// The reason; the lines before it draw the expression.
fn last_line(message: &str) -> &str {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ")
}

fn is_structure(given: Type<'_>) -> bool {
    !given.is_scalar() && !matches!(given, Type::Any | Type::Null)
}

fn is_time(given: Type<'_>, value: &Value) -> bool {
    let literal = value.as_str().filter(|text| !text.contains("${"));
    match literal {
        Some(text) => text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::Date>().is_ok(),
        None => matches!(given, Type::Any | Type::Timestamp | Type::Text),
    }
}

/// `${fields.labels}`: a field may hold one text, which is a list of one.
fn is_whole_template(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("${"))
}
