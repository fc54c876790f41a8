//! What a field or column may hold: one JSON value, checked and brought into its stored form.
//!
//! Not here: which fields may be edited and must be filled (`form.rs`), and rows of data sources (`check.rs`).

mod rules;

use serde_json::Value;

use crate::definition::{Field, ValueType};

/// The longest text in a field, in bytes.
pub const TEXT_BYTES_MAX: usize = 65_536;
/// Whole numbers beyond this are not exact in every JSON reader (RFC 8259 section 6).
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// Checks a value for a field and gives its stored form: trimmed, phones as E.164, `ID#Name` as `ID`,
/// null when empty.
///
/// # Errors
/// One sentence for the person who typed it, without the field's name.
pub fn normalise(field: &Field, value: &Value) -> Result<Value, String> {
    let value = match value {
        Value::Null => return Ok(Value::Null),
        Value::String(text) if text.trim().is_empty() => return Ok(Value::Null),
        value => value,
    };
    let stored = match field.value_type {
        ValueType::Text => rules::line(value)?,
        ValueType::MultilineText => rules::text(value)?,
        ValueType::Integer => rules::integer(value)?,
        ValueType::Number => rules::number(value)?,
        ValueType::Bool => rules::boolean(value)?,
        ValueType::Date => rules::date(value)?,
        ValueType::DateTime => rules::date_time(value)?,
        ValueType::Email => rules::email(value)?,
        ValueType::Phone => rules::phone(value)?,
        ValueType::Url => rules::url(value)?,
        ValueType::Choice => rules::choice(value)?,
    };
    rules::only(&field.only, stored)
}

/// Whether a value counts as filled in. False is an answer; nothing, blanks and null are none.
#[must_use]
pub fn is_filled(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests;
