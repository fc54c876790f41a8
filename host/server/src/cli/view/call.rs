//! One call as a person reads it: what was asked, what came back, what came of it.

use anstream::println;
use countersign_sandbox::exchange::{Header, RecordedBody};
use serde_json::Value;

use super::{BAD, FAINT, GOOD, NOTE, exchange, time};
use crate::api::calls::{CallDetail, ExchangeDetail};

/// Lines of a body that are shown, and letters of one line.
const BODY_LINES_MAX: usize = 24;
const LINE_LETTERS_MAX: usize = 200;

/// The whole call.
pub fn detail(call: &CallDetail) {
    head(call);
    call.exchanges.iter().for_each(one);
    if let Some(result) = &call.result {
        println!("\n{}", outcome(result));
    }
    call.log.as_ref().and_then(Value::as_array).into_iter().flatten().for_each(said);
}

fn head(call: &CallDetail) {
    println!("{NOTE}{}.{}{NOTE:#} of instance {}", call.connection, call.action, call.instance);
    println!("  call       {}", call.id);
    println!("  component  {}", call.component);
    println!("  began      {}", time(call.began_at_ms));
    match call.ended_at_ms {
        Some(at_ms) => println!("  ended      {}", time(at_ms)),
        None => println!("  {NOTE}under way{NOTE:#}"),
    }
}

/// One message of the log.
fn said(line: &Value) {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    println!("{FAINT}log {} {}{FAINT:#} {}", text("source"), text("level"), text("message"));
}

fn one(detail: &ExchangeDetail) {
    let line = &detail.line;
    println!("\n{} {}", line.number, exchange(line));
    println!(
        "  {FAINT}{} · {} · {} · request {:.16}…{FAINT:#}",
        time(line.started_at_ms),
        detail.role,
        line.repeat,
        line.request_sha256
    );
    for (name, value) in &detail.query {
        println!("  > ?{name}={value}");
    }
    headers('>', &detail.request_headers);
    body('>', &detail.request_body);
    headers('<', &detail.response_headers);
    if let Some(answer) = &detail.response_body {
        body('<', answer);
    }
}

fn headers(mark: char, headers: &[Header]) {
    for header in headers {
        println!("  {FAINT}{mark} {}: {}{FAINT:#}", header.name, header.value);
    }
}

fn body(mark: char, body: &RecordedBody) {
    match body {
        RecordedBody::None => {}
        RecordedBody::Text(text) => self::text(mark, text),
        RecordedBody::Base64(text) => {
            println!("  {FAINT}{mark} {} bytes that are no text{FAINT:#}", text.len() / 4 * 3);
        }
        RecordedBody::Digest { size, sha256, attachment } => {
            let whose = attachment.map(|id| format!("file {id}, ")).unwrap_or_default();
            println!("  {FAINT}{mark} {whose}{size} bytes, SHA-256 {sha256:.16}…{FAINT:#}");
        }
        RecordedBody::Parts(parts) => {
            for part in parts {
                headers(mark, &part.headers);
                self::body(mark, &part.body);
            }
        }
    }
}

/// Text as lines, JSON with indentation; what is left out is said.
fn text(mark: char, text: &str) {
    let indented = serde_json::from_str::<Value>(text).map(|json| format!("{json:#}"));
    let text = indented.as_deref().unwrap_or(text);
    for line in text.lines().take(BODY_LINES_MAX) {
        let shown: String = line.chars().take(LINE_LETTERS_MAX).collect();
        let more = if shown.len() < line.len() { "…" } else { "" };
        println!("  {mark} {shown}{more}");
    }
    let left_out = text.lines().count().saturating_sub(BODY_LINES_MAX);
    if left_out > 0 {
        println!("  {FAINT}{mark} … {left_out} more lines; --json shows all{FAINT:#}");
    }
}

/// What the main loop was told.
fn outcome(result: &Value) -> String {
    if let Some(outcome) = result.pointer("/call-succeeded/outcome") {
        return format!("{GOOD}outcome{GOOD:#} {outcome}");
    }
    match result.pointer("/call-failed/failure") {
        Some(failure) => format!("{BAD}failure{BAD:#} {failure}"),
        None => result.to_string(),
    }
}
