//! The contract's actions as a definition sees them: input keys, outcome shapes, row columns.
//!
//! The names are those of `wit/actions.wit`. Not here: building an input (`binding.rs`) and the
//! recipients' columns (`contract/recipient.rs`).

pub mod recipient;
mod table;

use serde_json::{Map, Value};

/// One verb of the contract.
#[derive(Debug)]
pub struct Action {
    /// `send-for-signature`.
    pub name: &'static str,
    /// It works on a document that was sent before.
    pub needs_document: bool,
    /// Its outcome holds files, so that `attach` makes sense.
    pub attaches: bool,
    /// The keys of `with`.
    pub inputs: &'static [Input],
    /// What `${outcome.…}` can read.
    pub outcome: &'static [(&'static str, Shape)],
    /// The rows that `save-rows` writes.
    pub rows: Option<Rows>,
}

/// One key of `with`.
#[derive(Debug)]
pub struct Input {
    /// Its name.
    pub key: &'static str,
    /// What it takes.
    pub kind: InputKind,
    /// The action cannot run without it.
    pub required: bool,
}

/// What a key of `with` takes. `${…}` may stand for any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// Text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// RFC 3339, a date, or a date field.
    Time,
    /// `${lists.NAME}`, or `{list, columns}`.
    Recipients,
    /// `{category}`, `{attribute}`, both, or `{query}`.
    Documents,
    /// A list of texts.
    Texts,
    /// A list of `signed`, `certificate`.
    Parts,
    /// Names and values the provider declares.
    Settings,
}

/// The shape of a value in an outcome.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text, number or truth value; null when the provider did not say.
    Scalar,
    /// A record.
    Record(&'static [(&'static str, Shape)]),
    /// A list of records.
    List(&'static [(&'static str, Shape)]),
    /// A list of texts.
    Texts,
}

/// The rows of an outcome.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// The list in the outcome that holds them; each row has a `row-key`.
    pub list: &'static str,
    /// What `${row.…}` can read.
    pub keys: &'static [(&'static str, Shape)],
    /// Column → key of the row, written when the list has that column and no mapping is given.
    pub columns: &'static [(&'static str, &'static str)],
}

/// All verbs, in the contract's order.
#[must_use]
pub fn actions() -> &'static [Action] {
    table::ACTIONS
}

/// The verb of this name.
#[must_use]
pub fn action(name: &str) -> Option<&'static Action> {
    actions().iter().find(|action| action.name == name)
}

/// Data sources that every provider is expected to have (checklist C96–C101).
pub const NEUTRAL_SOURCES: &[&str] = &[
    "document-status",
    "recipient-roles",
    "recipient-status",
    "signature-types",
    "languages",
    "visualisations",
    "labels",
];

/// The interface that a connection of a definition provides, up to its patch version.
pub const ACTIONS_INTERFACE: &str = "countersign:provider/actions@0.1";

impl Action {
    /// The key of `with` of this name.
    #[must_use]
    pub fn input(&self, key: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.key == key)
    }

    /// Shapes the contract's answer into what definitions read: bare results get a name, a first signing
    /// link becomes `link`, and every optional value that is missing is null.
    #[must_use]
    pub fn present(&self, raw: Value) -> Value {
        let mut outcome = match (self.name, raw) {
            ("get-document-status", Value::Object(status)) if !status.contains_key("status") => {
                Map::from_iter([("status".to_owned(), Value::Object(status))])
            }
            ("get-recipient-statuses", Value::Array(rows)) => {
                Map::from_iter([("recipients".to_owned(), Value::Array(rows))])
            }
            (_, Value::Object(outcome)) => outcome,
            _ => Map::new(),
        };
        if self.name == "get-signing-link" && !outcome.contains_key("link") {
            let first = outcome.get("links").and_then(|links| links.pointer("/0/url")).cloned();
            outcome.insert("link".to_owned(), first.unwrap_or(Value::Null));
        }
        fill(&mut outcome, self.outcome);
        Value::Object(outcome)
    }

    /// The outcome of a run that did not happen: every value null, every list empty.
    #[must_use]
    pub fn blank(&self) -> Value {
        let mut outcome = Map::new();
        fill(&mut outcome, self.outcome);
        Value::Object(outcome)
    }

    /// The shape at a dotted path of the outcome, for example `["status", "code"]`.
    #[must_use]
    pub fn shape(&self, path: &[&str]) -> Option<Shape> {
        shape_in(self.outcome, path)
    }
}

/// The shape at a path below some record.
#[must_use]
pub fn shape_in(record: &'static [(&'static str, Shape)], path: &[&str]) -> Option<Shape> {
    let (first, rest) = path.split_first()?;
    let (_, shape) = record.iter().find(|(name, _)| name == first)?;
    match (shape, rest.is_empty()) {
        (_, true) => Some(*shape),
        (Shape::Record(inner) | Shape::List(inner), false) => shape_in(inner, rest),
        (Shape::Scalar | Shape::Texts, false) => None,
    }
}

fn fill(object: &mut Map<String, Value>, shape: &[(&str, Shape)]) {
    for (name, shape) in shape {
        let value = object.entry((*name).to_owned()).or_insert(Value::Null);
        match shape {
            Shape::Scalar => {}
            Shape::Texts if value.is_null() => *value = Value::Array(Vec::new()),
            Shape::Texts => {}
            Shape::Record(inner) => fill_record(value, inner),
            Shape::List(inner) => fill_list(value, inner),
        }
    }
}

fn fill_record(value: &mut Value, shape: &[(&str, Shape)]) {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(object) = value {
        fill(object, shape);
    }
}

fn fill_list(value: &mut Value, shape: &[(&str, Shape)]) {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    if let Value::Array(items) = value {
        for item in items.iter_mut() {
            fill_record(item, shape);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::action;

    #[test]
    fn outcomes_are_shaped_for_definitions() {
        for (name, raw, expected) in [
            (
                "get-document-status",
                json!({"code": "COMPLETED", "state": "completed"}),
                json!({"status": {"code": "COMPLETED", "state": "completed"}}),
            ),
            (
                "send-for-signature",
                json!({"document-id": "d1"}),
                json!({"document-id": "d1", "link": null, "status": {"code": null, "state": null}, "recipients": []}),
            ),
            (
                "get-recipient-statuses",
                json!([{"row-key": "r1", "code": "SIGNED", "state": "done"}]),
                json!({"recipients": [{"row-key": "r1", "code": "SIGNED", "state": "done", "reason": null, "provider-reference": null}]}),
            ),
            (
                "get-signing-link",
                json!({"links": [{"row-key": "r1", "url": "https://sign.example/1"}], "skipped": []}),
                json!({"links": [{"row-key": "r1", "url": "https://sign.example/1", "expires-at": null}], "skipped": [], "link": "https://sign.example/1"}),
            ),
        ] {
            assert_eq!(action(name).map(|action| action.present(raw)), Some(expected), "{name}");
        }
    }

    #[test]
    fn presenting_twice_changes_nothing() {
        for action in super::actions() {
            let once = action.present(action.blank());
            assert_eq!(action.present(once.clone()), once, "{}", action.name);
        }
    }

    #[test]
    fn every_verb_of_the_contract_is_known() {
        let wit = include_str!("../../../wit/actions.wit");
        let mut verbs: Vec<&str> =
            wit.lines().filter_map(|line| line.trim().split_once(": func(")).map(|(verb, _)| verb).collect();
        let mut known: Vec<&str> = super::actions().iter().map(|action| action.name).collect();
        verbs.sort_unstable();
        known.sort_unstable();
        assert_eq!(verbs, known);
    }
}
