//! Tables for `value.rs`.

use serde_json::{Value, json};

use super::{is_filled, normalise};
use crate::definition::{Field, ValueType};

fn field(value_type: ValueType, only: &[&str]) -> Field {
    Field {
        value_type,
        title: None,
        required: false,
        required_when: None,
        technical: false,
        unique: false,
        source: None,
        only: only.iter().map(|word| (*word).to_owned()).collect(),
        default: None,
    }
}

/// `Some(stored)`, or none when the value is refused.
fn check(value_type: ValueType, given: &Value, stored: Option<Value>) {
    let found = normalise(&field(value_type, &[]), given);
    assert_eq!(found.clone().ok(), stored, "{value_type:?} {given}: {found:?}");
}

#[test]
fn nothing_is_null_whatever_the_type() {
    for value_type in
        [ValueType::Text, ValueType::Email, ValueType::Integer, ValueType::Choice, ValueType::Bool]
    {
        for given in [Value::Null, json!(""), json!("  \t")] {
            check(value_type, &given, Some(Value::Null));
        }
    }
}

#[test]
fn texts() {
    check(ValueType::Text, &json!("Umowa — żółw"), Some(json!("Umowa — żółw")));
    check(ValueType::Text, &json!("two\nlines"), None);
    check(ValueType::MultilineText, &json!("two\nlines"), Some(json!("two\nlines")));
    check(ValueType::Text, &json!("bell \u{7}"), None);
    check(ValueType::Text, &json!(5), None);
    check(ValueType::MultilineText, &json!("x".repeat(65_536)), Some(json!("x".repeat(65_536))));
    check(ValueType::MultilineText, &json!("x".repeat(65_537)), None);
}

#[test]
fn numbers_and_truth() {
    check(ValueType::Integer, &json!(7), Some(json!(7)));
    check(ValueType::Integer, &json!(" 7 "), Some(json!(7)));
    check(ValueType::Integer, &json!(7.5), None);
    check(ValueType::Integer, &json!("seven"), None);
    check(ValueType::Integer, &json!(9_007_199_254_740_992_i64), None);
    check(ValueType::Integer, &json!(u64::MAX), None);
    check(ValueType::Number, &json!(7.5), Some(json!(7.5)));
    check(ValueType::Number, &json!("7.5"), Some(json!(7.5)));
    check(ValueType::Number, &json!("7,5"), None);
    check(ValueType::Bool, &json!(true), Some(json!(true)));
    check(ValueType::Bool, &json!("false"), Some(json!(false)));
    check(ValueType::Bool, &json!(1), None);
}

#[test]
fn times() {
    check(ValueType::Date, &json!("2026-11-22"), Some(json!("2026-11-22")));
    for wrong in ["2026-02-30", "22.11.2026", "2026-11-22T10:00:00Z", "20261122"] {
        check(ValueType::Date, &json!(wrong), None);
    }
    for right in ["2026-11-22T14:30:00Z", "2026-11-22T14:30:00+01:00", "2026-11-22T14:30:00.5-05:00"] {
        check(ValueType::DateTime, &json!(right), Some(json!(right)));
    }
    for wrong in [
        "2026-11-22",
        "2026-11-22T14:30:00",
        "2026-11-22 14:30:00Z",
        "2026-11-22T14:30:00+01:00[Europe/Warsaw]",
    ] {
        check(ValueType::DateTime, &json!(wrong), None);
    }
}

#[test]
fn addresses() {
    check(ValueType::Email, &json!(" anna@example.com "), Some(json!("anna@example.com")));
    for wrong in
        ["anna", "anna@", "anna@localhost", "Anna <anna@example.com>", "a@b.com, c@d.com", "anna@[127.0.0.1]"]
    {
        check(ValueType::Email, &json!(wrong), None);
    }
    check(ValueType::Phone, &json!("+48 123-456-789"), Some(json!("+48123456789")));
    check(ValueType::Phone, &json!("+1 (202) 555.0142"), Some(json!("+12025550142")));
    for wrong in
        ["123456789", "0048123456789", "+48", "+48 12345678901234567", "+0123456789", "+48 123 abc 789"]
    {
        check(ValueType::Phone, &json!(wrong), None);
    }
    check(
        ValueType::Url,
        &json!("https://sign.example/d/1?x=%20"),
        Some(json!("https://sign.example/d/1?x=%20")),
    );
    for wrong in ["sign.example", "/d/1", "javascript:alert(1)", "ftp://sign.example", "https://"] {
        check(ValueType::Url, &json!(wrong), None);
    }
}

#[test]
fn choices_are_stored_by_their_id() {
    check(ValueType::Choice, &json!("SIGNER"), Some(json!("SIGNER")));
    check(ValueType::Choice, &json!("SIGNER#Podpisujący"), Some(json!("SIGNER")));
    check(ValueType::Choice, &json!(3), Some(json!("3")));
    check(ValueType::Choice, &json!("#Signer"), None);
    check(ValueType::Choice, &json!(["SIGNER"]), None);
}

#[test]
fn only_is_held_after_the_rest() {
    let colour = field(ValueType::Choice, &["RED", "GREEN"]);
    assert_eq!(normalise(&colour, &json!("RED#Red")), Ok(json!("RED")));
    assert_eq!(normalise(&colour, &json!("blue")), Err("must be one of `RED`, `GREEN`".to_owned()));
    let size = field(ValueType::Integer, &["1", "2"]);
    assert_eq!(normalise(&size, &json!("2")), Ok(json!(2)));
    assert!(normalise(&size, &json!(3)).is_err());
}

#[test]
fn false_is_an_answer_and_blanks_are_none() {
    for (value, filled) in [
        (None, false),
        (Some(Value::Null), false),
        (Some(json!("  ")), false),
        (Some(json!(false)), true),
        (Some(json!(0)), true),
        (Some(json!("x")), true),
    ] {
        assert_eq!(is_filled(value.as_ref()), filled, "{value:?}");
    }
}
