//! Holds the document against the JSON Schema and says in words what does not fit.
//!
//! Not here: what a schema cannot say (the other files of `check/`).

use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::report::{Report, listed, suggest};
use crate::position::join;
use crate::schema::json_schema;

/// One way in which the document does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    code: &'static str,
    message: String,
    /// The value, or the mapping around a key.
    pub(super) pointer: String,
    /// What would make it fit (`repair.rs`).
    pub(super) mending: Mending,
}

/// What would make a document fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mending {
    /// Take this key away.
    Remove(String),
    /// Add this key.
    Insert(String),
    /// Take the value itself away.
    Drop,
}

/// Every misfit of a document.
pub(super) fn misfits(document: &Value) -> Vec<Misfit> {
    let mut found = Vec::new();
    if let Some(validator) = validator() {
        for error in validator.iter_errors(document) {
            explain(&error, &mut found);
        }
    }
    found
}

/// Says what is wrong.
pub(super) fn report(misfits: &[Misfit], report: &mut Report<'_>) {
    for Misfit { code, message, pointer, mending } in misfits {
        match mending {
            Mending::Remove(key) => report.error_at_key(code, &join(pointer, key), message.as_str()),
            Mending::Insert(_) => report.error_at_key(code, pointer, message.as_str()),
            Mending::Drop => report.error(code, pointer, message.as_str()),
        }
    }
}

fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(json_schema)
}

fn validator() -> Option<&'static Validator> {
    static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
    VALIDATOR.get_or_init(|| jsonschema::draft202012::new(schema()).ok()).as_ref()
}

fn explain(error: &ValidationError<'_>, found: &mut Vec<Misfit>) {
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            found.extend(unexpected.iter().map(|key| unknown_key(error, key)));
        }
        Kind::PropertyNames { error: inner } => found.push(unknown_name(error, inner)),
        Kind::Required { property } => found.push(missing_key(error, property)),
        Kind::OneOfNotValid { context } => one_of(error, context, found),
        Kind::AnyOf { context } => any_of(error, context, found),
        Kind::Type { kind } => found.push(wrong(error, "wrong-type", wrong_type(error.instance(), kind))),
        Kind::Enum { options } => found.push(unknown_word(error, options.as_array().into_iter().flatten())),
        Kind::Constant { expected_value } => found.push(unknown_word(error, [expected_value.as_ref()])),
        Kind::Minimum { limit } => {
            found.push(wrong(
                error,
                "out-of-range",
                format!("`{}` is too small; at least {limit}", error.instance()),
            ));
        }
        Kind::Maximum { limit } => {
            found.push(wrong(
                error,
                "out-of-range",
                format!("`{}` is too large; at most {limit}", error.instance()),
            ));
        }
        _ => found.push(wrong(error, "schema", error.to_string())),
    }
}

fn unknown_key(error: &ValidationError<'_>, key: &str) -> Misfit {
    let mapping = around(error.schema_path().as_str());
    let known = mapping.and_then(|mapping| mapping.get("properties")).and_then(Value::as_object);
    let hint = suggest(key, known.into_iter().flat_map(|known| known.keys()).map(String::as_str));
    Misfit {
        code: "unknown-key",
        message: format!("key `{key}` is not known here{hint}"),
        pointer: pointer(error),
        mending: Mending::Remove(key.to_owned()),
    }
}

fn unknown_name(error: &ValidationError<'_>, inner: &ValidationError<'_>) -> Misfit {
    let key = inner.instance().as_str().unwrap_or_default().to_owned();
    let hint = match inner.kind() {
        Kind::Enum { options } => {
            suggest(&key, options.as_array().into_iter().flatten().filter_map(Value::as_str))
        }
        _ => String::new(),
    };
    Misfit {
        code: "unknown-key",
        message: format!("key `{key}` is not known here{hint}"),
        pointer: pointer(error),
        mending: Mending::Remove(key),
    }
}

fn missing_key(error: &ValidationError<'_>, property: &Value) -> Misfit {
    let key = property.as_str().unwrap_or_default();
    let known = around(error.schema_path().as_str())
        .and_then(|mapping| mapping.pointer(&format!("/properties/{key}/description")));
    let meaning = known.and_then(Value::as_str).map(first_sentence).unwrap_or_default();
    let meaning = if meaning.is_empty() { String::new() } else { format!(" ({meaning})") };
    Misfit {
        code: "missing-key",
        message: format!("key `{key}` is missing{meaning}"),
        pointer: pointer(error),
        mending: Mending::Insert(key.to_owned()),
    }
}

fn first_sentence(text: &str) -> String {
    let sentence = text.split(['\n', ';']).next().unwrap_or_default().trim_end_matches('.');
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A word of several, or a step.
fn one_of(error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>], found: &mut Vec<Misfit>) {
    let own = pointer(error);
    let words: Vec<&Value> = context.iter().flatten().filter_map(|inner| constant(inner, &own)).collect();
    if words.is_empty() { step(error, context, found) } else { found.push(unknown_word(error, words)) }
}

fn constant<'e>(inner: &'e ValidationError<'static>, own: &str) -> Option<&'e Value> {
    match inner.kind() {
        Kind::Constant { expected_value } if pointer(inner) == own => Some(expected_value),
        _ => None,
    }
}

/// A step's `kind` says which form was meant, and only that form's complaints are of use.
fn step(error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>], found: &mut Vec<Misfit>) {
    let Some(object) = error.instance().as_object() else {
        let message = wrong_type_words(error.instance(), "a mapping with a `kind`");
        return found.push(wrong(error, "wrong-type", message));
    };
    let at_kind = join(&pointer(error), "kind");
    let meant = context.iter().find(|branch| !branch.iter().any(|error| pointer(error) == at_kind));
    let kinds = "`user`, `external`, `decision` or `final`";
    match (object.get("kind"), meant) {
        (None, _) => found.push(Misfit {
            code: "missing-key",
            message: format!("key `kind` is missing; write {kinds}"),
            pointer: pointer(error),
            mending: Mending::Insert("kind".to_owned()),
        }),
        (Some(_), Some(branch)) => branch.iter().for_each(|error| explain(error, found)),
        (Some(kind), None) => found.push(Misfit {
            code: "unknown-word",
            message: format!("{} is no kind of step; write {kinds}", shown(kind)),
            pointer: at_kind,
            mending: Mending::Drop,
        }),
    }
}

/// A value that may have several forms: the one whose type fits was meant.
fn any_of(error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>], found: &mut Vec<Misfit>) {
    let own = pointer(error);
    let is_type =
        |inner: &ValidationError<'_>| matches!(inner.kind(), Kind::Type { .. }) && pointer(inner) == own;
    match context.iter().find(|branch| !branch.iter().any(is_type)) {
        Some(branch) => branch.iter().for_each(|error| explain(error, found)),
        None => {
            let wanted: Vec<&str> =
                context.iter().flatten().filter_map(|inner| wanted(inner.kind())).collect();
            found.push(wrong(error, "wrong-type", wrong_type_words(error.instance(), &wanted.join(" or "))));
        }
    }
}

fn wanted(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Type { kind: TypeKind::Single(single) } => word(single.as_str()),
        _ => None,
    }
}

fn wrong_type(instance: &Value, kind: &TypeKind) -> String {
    let names: Vec<&str> = match kind {
        TypeKind::Single(single) => word(single.as_str()).into_iter().collect(),
        // Null stands for leaving the key out, which nobody needs to be told.
        TypeKind::Multiple(several) => several.iter().filter_map(|single| word(single.as_str())).collect(),
    };
    wrong_type_words(instance, &names.join(" or "))
}

fn word(json_type: &str) -> Option<&'static str> {
    match json_type {
        "string" => Some("text"),
        "integer" => Some("a whole number"),
        "number" => Some("a number"),
        "boolean" => Some("true or false"),
        "array" => Some("a list"),
        "object" => Some("a mapping"),
        _ => None,
    }
}

fn wrong_type_words(instance: &Value, wanted: &str) -> String {
    match instance {
        Value::Null => format!("nothing stands here; write {wanted}, or leave the key out"),
        Value::Array(_) => format!("must be {wanted}, not a list"),
        Value::Object(_) => format!("must be {wanted}, not a mapping"),
        Value::Number(_) | Value::Bool(_) if wanted.contains("text") => {
            format!("must be {wanted}; put `{instance}` into quotes")
        }
        Value::String(text)
            if wanted != "text"
                && matches!(serde_json::from_str(text), Ok(Value::Number(_) | Value::Bool(_))) =>
        {
            format!("must be {wanted}; remove the quotes around `{text}`")
        }
        other => format!("must be {wanted}, not {}", shown(other)),
    }
}

fn unknown_word<'v>(error: &ValidationError<'_>, options: impl IntoIterator<Item = &'v Value>) -> Misfit {
    let options: Vec<&str> = options.into_iter().filter_map(Value::as_str).collect();
    let given = error.instance();
    let near = suggest(given.as_str().unwrap_or_default(), options.iter().copied());
    let hint = if near.contains("did you mean") { near } else { format!("; write {}", listed(options)) };
    wrong(error, "unknown-word", format!("{} is not known here{hint}", shown(given)))
}

fn wrong(error: &ValidationError<'_>, code: &'static str, message: String) -> Misfit {
    Misfit { code, message, pointer: pointer(error), mending: Mending::Drop }
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let short: String = text.chars().take(60).collect();
    if short == text { format!("`{text}`") } else { format!("`{short}…`") }
}

fn pointer(error: &ValidationError<'_>) -> String {
    error.instance_path().as_str().to_owned()
}

/// The part of the schema whose keyword failed.
fn around(schema_path: &str) -> Option<&'static Value> {
    schema().pointer(schema_path.rsplit_once('/')?.0)
}
