//! Plain values of `with`: texts, truth values, times, settings.
//!
//! Not here: recipients and documents, which have files of their own.

use serde_json::{Value, json};

use crate::apply::Turn;
use crate::definition::automation::ActionStep;
use crate::failure::Failure;
use crate::instance::Run;

/// The `with` of an action, read against the run's form.
pub(super) struct Values<'t, 'a> {
    pub(super) turn: &'t Turn<'a>,
    pub(super) run: &'t Run,
    pub(super) action: &'t ActionStep,
}

impl Values<'_, '_> {
    /// The rendered value of a key; null when it is not given.
    pub(super) fn get(&self, key: &str) -> Result<Value, Failure> {
        self.action.with.get(key).map_or(Ok(Value::Null), |value| self.render(key, value))
    }

    pub(super) fn render(&self, key: &str, value: &Value) -> Result<Value, Failure> {
        let scope = self.turn.run_scope(self.run);
        self.turn.workflow.render_value(value, &scope).map_err(|reason| Failure::invalid(key, reason))
    }

    /// A text that is not blank.
    pub(super) fn render_text(&self, key: &str, text: &str) -> Result<Option<String>, Failure> {
        let rendered = self.turn.render(self.run, text).map_err(|reason| Failure::invalid(key, reason))?;
        as_text(key, &rendered)
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Failure> {
        as_text(key, &self.get(key)?)
    }

    pub(super) fn boolean(&self, key: &str) -> Result<Option<bool>, Failure> {
        match self.get(key)? {
            Value::Null => Ok(None),
            Value::Bool(value) => Ok(Some(value)),
            _ => Err(Failure::invalid(key, "must be true or false")),
        }
    }

    pub(super) fn integer(&self, key: &str) -> Result<Option<u32>, Failure> {
        let wrong = || Failure::invalid(key, "must be a whole number that is not negative");
        match self.get(key)? {
            Value::Null => Ok(None),
            value => value.as_u64().and_then(|number| u32::try_from(number).ok()).map(Some).ok_or_else(wrong),
        }
    }

    /// A list of texts; one text counts as a list of one.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Failure> {
        let items = match self.get(key)? {
            Value::Array(items) => items,
            one => vec![one],
        };
        items.iter().filter_map(|item| as_text(key, item).transpose()).collect()
    }

    /// Milliseconds since 1970. A date means the end of that day in UTC where something runs out then.
    pub(super) fn time(&self, key: &str) -> Result<Option<i64>, Failure> {
        let value = self.get(key)?;
        let wrong = || {
            Failure::invalid(
                key,
                "must be a date such as `2026-11-30` or a time such as `2026-11-30T12:00:00Z`",
            )
        };
        match &value {
            Value::Null => Ok(None),
            Value::Number(number) => number.as_i64().map(Some).ok_or_else(wrong),
            Value::String(text) if text.trim().is_empty() => Ok(None),
            Value::String(text) => moment(text.trim(), key == "expires-at").map(Some).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }

    /// The action's settings, in the order of the definition.
    pub(super) fn settings(&self) -> Result<Vec<Value>, Failure> {
        match self.get("settings")? {
            Value::Null => Ok(Vec::new()),
            Value::Object(settings) => settings
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| Ok(json!({"name": name, "value": as_setting(name, value)?})))
                .collect(),
            _ => Err(Failure::invalid("settings", "must be names and values")),
        }
    }
}

fn as_text(key: &str, value: &Value) -> Result<Option<String>, Failure> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.trim().to_owned())),
        Value::Bool(_) | Value::Number(_) => Ok(Some(value.to_string())),
        Value::Array(_) | Value::Object(_) => {
            Err(Failure::invalid(key, "must be text, not a list or record"))
        }
    }
}

fn as_setting(name: &str, value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(Failure::invalid(&format!("settings.{name}"), "must be text, a number, true or false")),
    }
}

fn moment(text: &str, to_the_end: bool) -> Option<i64> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.as_millisecond());
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    let day = if to_the_end { date.tomorrow().ok()? } else { date };
    Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}
