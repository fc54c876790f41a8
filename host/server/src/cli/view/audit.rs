//! The audit log as a table.

use anstream::println;
use serde_json::Value;

use super::{plain, table, time};
use crate::api::audit::{AuditLine, AuditPage};

/// Lines, newest first.
pub fn page(page: &AuditPage) {
    let mut lines = table(&["position", "when", "who", "did", "to", "with"]);
    for line in &page.lines {
        let cells = [
            line.position.to_string(),
            time(line.at_ms),
            line.actor.clone(),
            line.verb.clone(),
            object(line),
            words(&line.detail),
        ];
        lines.add_row(cells);
    }
    println!("{lines}");
    if let Some(next) = page.next {
        println!("older ones: --before {next}");
    }
}

/// People know instances by number.
fn object(line: &AuditLine) -> String {
    match line.detail.get("number") {
        Some(number) => format!("instance {number}"),
        None => line.object.clone(),
    }
}

/// `path: accept · comment: fine`; number and empty values are left out.
fn words(detail: &Value) -> String {
    let Some(detail) = detail.as_object() else { return plain(detail) };
    let said = detail.iter().filter(|(name, value)| *name != "number" && !is_empty(value));
    said.map(|(name, value)| format!("{name}: {}", word(value))).collect::<Vec<_>>().join(" · ")
}

/// A list without JSON's brackets.
fn word(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => plain(other),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        other => other.is_null(),
    }
}
