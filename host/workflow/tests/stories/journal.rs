//! The format of `journal.expected.json`: what came of each event, then the instance as it ended up.

use countersign_workflow::effect::{Effect, Entry};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::story::{Tale, Told};

/// Letters on one line, not counting its indentation.
const LINE: usize = 140;

/// Writes a journal. Times are readable, the definition's digest is left out, history lines carry only what
/// differs from their event.
pub fn write(tale: &Tale) -> String {
    let journal: Vec<Value> = tale.told.iter().map(event).collect();
    let mut instance = serde_json::to_value(&tale.instance).unwrap();
    let object = instance.as_object_mut().unwrap();
    for key in ["id", "number", "workflow", "definition", "connections"] {
        object.shift_remove(key);
    }
    object.retain(|_, value| !is_empty(value));
    readable(&mut instance);
    let mut text = String::new();
    lay_out(&json!({"journal": journal, "instance": instance}), 0, &mut text);
    text
}

/// What fits a line stands on one.
fn lay_out(value: &Value, depth: usize, text: &mut String) {
    let short = value.to_string();
    let (open, close, items): (char, char, Vec<(String, &Value)>) = match value {
        Value::Object(object) if depth < 2 || short.len() > LINE => {
            ('{', '}', object.iter().map(|(key, inner)| (format!("{}: ", json!(key)), inner)).collect())
        }
        Value::Array(items) if !items.is_empty() && (depth < 2 || short.len() > LINE) => {
            ('[', ']', items.iter().map(|inner| (String::new(), inner)).collect())
        }
        _ => return text.push_str(&short),
    };
    text.push(open);
    for (position, (key, inner)) in items.iter().enumerate() {
        text.push_str(if position == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        text.push_str(key);
        lay_out(inner, depth + 1, text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

fn event(told: &Told) -> Value {
    let by = if told.by.is_empty() { "the host" } else { &told.by };
    let heading = format!("{} {} by {by}", told.at, told.what);
    match &told.result {
        Ok(effects) => {
            json!({"event": heading, "effects": effects.iter().map(|one| effect(one, told)).collect::<Vec<_>>()})
        }
        Err(refusal) => {
            let mut refused =
                json!({"code": refusal.code(), "message": refusal.to_string(), "mend": refusal.mend()});
            if !refusal.problems().is_empty() {
                refused["problems"] = json!(refusal.problems());
            }
            json!({"event": heading, "refused": refused})
        }
    }
}

fn effect(effect: &Effect, told: &Told) -> Value {
    let mut json = match effect {
        Effect::Record(entry) => record(entry, told),
        other => serde_json::to_value(other).unwrap(),
    };
    readable(&mut json);
    json
}

fn record(entry: &Entry, told: &Told) -> Value {
    assert_eq!(entry.at_ms, told.at.as_millisecond(), "history is written at the time of its event");
    let mut line = Map::new();
    line.insert("step".to_owned(), json!(entry.step));
    line.insert("history".to_owned(), json!(entry.what));
    if entry.actor.name != told.by {
        line.insert("by".to_owned(), json!(entry.actor.name));
    }
    Value::Object(line)
}

/// Turns `…-ms` into times a person can read.
fn readable(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(readable),
        Value::Object(object) => {
            for (key, inner) in object.iter_mut() {
                match inner.as_i64() {
                    Some(at_ms) if key.ends_with("-ms") && at_ms > 1_000_000_000_000 => {
                        *inner = instant(at_ms)
                    }
                    _ => readable(inner),
                }
                if key == "pressed-at-ms" {
                    inner
                        .as_object_mut()
                        .unwrap()
                        .values_mut()
                        .for_each(|at| *at = at.as_i64().map_or(Value::Null, instant));
                }
            }
        }
        _ => {}
    }
}

fn instant(at_ms: i64) -> Value {
    json!(Timestamp::from_millisecond(at_ms).unwrap().to_string())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}
