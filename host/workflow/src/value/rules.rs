//! The rule of each type of value.
//!
//! Not here: which rule a field has (`value.rs`).

use email_address::{EmailAddress, Options};
use serde_json::Value;

use super::{INTEGER_MAX, TEXT_BYTES_MAX};

pub(super) fn line(value: &Value) -> Result<Value, String> {
    let stored = text(value)?;
    match stored.as_str() {
        Some(text) if text.contains(['\n', '\r']) => Err("must be one line of text".to_owned()),
        _ => Ok(stored),
    }
}

pub(super) fn text(value: &Value) -> Result<Value, String> {
    let text = as_text(value)?;
    if text.len() > TEXT_BYTES_MAX {
        return Err(format!("is {} bytes long; at most {TEXT_BYTES_MAX} are kept", text.len()));
    }
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err("holds control characters; remove them".to_owned());
    }
    Ok(value.clone())
}

pub(super) fn integer(value: &Value) -> Result<Value, String> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number {
        Some(number) if (-INTEGER_MAX..=INTEGER_MAX).contains(&number) => Ok(Value::from(number)),
        _ => Err(format!("must be a whole number between -{INTEGER_MAX} and {INTEGER_MAX}")),
    }
}

pub(super) fn number(value: &Value) -> Result<Value, String> {
    match value {
        Value::Number(_) => Ok(value.clone()),
        Value::String(text) => {
            let number: Option<serde_json::Number> = serde_json::from_str(text.trim()).ok();
            number.map(Value::Number).ok_or_else(|| "must be a number, with a point: `12.5`".to_owned())
        }
        _ => Err("must be a number, with a point: `12.5`".to_owned()),
    }
}

pub(super) fn boolean(value: &Value) -> Result<Value, String> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) if text.trim() == "true" => Ok(Value::Bool(true)),
        Value::String(text) if text.trim() == "false" => Ok(Value::Bool(false)),
        _ => Err("must be true or false".to_owned()),
    }
}

pub(super) fn date(value: &Value) -> Result<Value, String> {
    let text = as_text(value)?.trim();
    // jiff also reads a date out of a longer text; only the plain form is stored.
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if date.to_string() == text => Ok(Value::from(text)),
        _ => Err("must be a date such as `2026-11-22`".to_owned()),
    }
}

pub(super) fn date_time(value: &Value) -> Result<Value, String> {
    let text = as_text(value)?.trim();
    // RFC 3339 section 5.6: a `T`, and an offset without a zone name.
    let plain = text.as_bytes().get(10).is_some_and(|letter| letter.eq_ignore_ascii_case(&b'T'))
        && !text.contains('[');
    match text.parse::<jiff::Timestamp>() {
        Ok(_) if plain => Ok(Value::from(text)),
        _ => Err("must be a date and time with offset, such as `2026-11-22T14:30:00+01:00`".to_owned()),
    }
}

pub(super) fn email(value: &Value) -> Result<Value, String> {
    let text = as_text(value)?.trim();
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    EmailAddress::parse_with_options(text, options)
        .map(|_| Value::from(text))
        .map_err(|_| "must be one e-mail address such as `anna@example.com`".to_owned())
}

pub(super) fn phone(value: &Value) -> Result<Value, String> {
    let wrong = || "must be a phone number with country code, such as `+48123456789`".to_owned();
    let kept: String = as_text(value)?.chars().filter(|letter| !is_separator(*letter)).collect();
    let digits = kept.strip_prefix('+').ok_or_else(wrong)?;
    // E.164: a country code that does not begin with 0, at most 15 digits in all.
    let right = digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0')
        && (7..=15).contains(&digits.len());
    if right { Ok(Value::from(kept)) } else { Err(wrong()) }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2014}')
}

pub(super) fn url(value: &Value) -> Result<Value, String> {
    let text = as_text(value)?.trim();
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Value::from(text)),
        _ => Err("must be an absolute address that begins with `https://` or `http://`".to_owned()),
    }
}

/// A choice is stored by its id; `ID#Name` is how other hosts write both.
pub(super) fn choice(value: &Value) -> Result<Value, String> {
    let id = match value {
        Value::String(text) => text.split_once('#').map_or(text.as_str(), |(id, _)| id).trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        _ => return Err("must be the id of one value".to_owned()),
    };
    if id.is_empty() {
        return Err("must be the id of one value; nothing stands before `#`".to_owned());
    }
    text(&Value::String(id))
}

pub(super) fn only(allowed: &[String], stored: Value) -> Result<Value, String> {
    let word = match &stored {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if allowed.is_empty() || allowed.contains(&word) {
        return Ok(stored);
    }
    let names: Vec<String> = allowed.iter().map(|value| format!("`{value}`")).collect();
    Err(format!("must be one of {}", names.join(", ")))
}

fn as_text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be text".to_owned())
}
