//! Making a provider's word fit a field. The provider is not the person who typed it: what can be kept is kept.
//!
//! Not here: the rules for people's values (`value.rs`).

use serde_json::Value;

use crate::definition::{Field, ValueType};
use crate::value;

/// The value as the field stores it. Unknown words pass even where people may choose from few (C176); line
/// breaks in a one-line text become blanks; numbers and truth values become text where text is kept.
///
/// # Errors
/// When the value cannot be kept as the field's type.
pub(super) fn fit(field: &Field, value: Value) -> Result<Value, String> {
    let is_text = matches!(field.value_type, ValueType::Text | ValueType::MultilineText);
    let value = match value {
        Value::Bool(_) | Value::Number(_) if is_text => Value::String(value.to_string()),
        Value::String(text) if is_text => {
            Value::String(printable(&text, field.value_type == ValueType::MultilineText))
        }
        other => other,
    };
    let open = Field { only: Vec::new(), ..field.clone() };
    value::normalise(&open, &value)
        .map_err(|reason| format!("the provider's answer does not fit: it {reason}"))
}

/// Cut to what a field holds, at the end of a letter.
fn printable(text: &str, lines: bool) -> String {
    let mut kept = String::with_capacity(text.len().min(value::TEXT_BYTES_MAX));
    for letter in text.chars() {
        let letter = match letter {
            '\n' | '\r' | '\t' if lines => letter,
            letter if letter.is_control() => ' ',
            letter => letter,
        };
        if kept.len() + letter.len_utf8() > value::TEXT_BYTES_MAX {
            break;
        }
        kept.push(letter);
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(value_type: ValueType) -> Field {
        serde_json::from_value(json!({"type": value_type, "only": ["A"]})).unwrap()
    }

    #[test]
    fn what_can_be_kept_is_kept() {
        for (value_type, given, kept) in [
            (ValueType::Text, json!("too\nlate"), json!("too late")),
            (ValueType::MultilineText, json!("too\nlate"), json!("too\nlate")),
            (ValueType::Text, json!(7), json!("7")),
            (ValueType::Choice, json!("NEVER_HEARD_OF"), json!("NEVER_HEARD_OF")),
            (ValueType::Text, json!(null), json!(null)),
        ] {
            assert_eq!(fit(&field(value_type), given.clone()), Ok(kept), "{given}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        let long = "ż".repeat(value::TEXT_BYTES_MAX);
        let kept = fit(&field(ValueType::Text), json!(long)).unwrap();
        assert_eq!(kept.as_str().unwrap().len(), value::TEXT_BYTES_MAX);
    }

    #[test]
    fn what_has_another_shape_is_refused() {
        assert!(fit(&field(ValueType::Integer), json!("many")).unwrap_err().contains("provider's answer"));
    }
}
