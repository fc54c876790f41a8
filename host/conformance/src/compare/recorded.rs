//! Comparing two recorded requests: that of a journal and that of a replay.
//!
//! Not here: comparing a request with what a case expects (`compare.rs`).

use countersign_sandbox::exchange::{RecordedBody, RecordedPart, RecordedRequest};
use serde_json::{Value, json};

use super::body::shown;
use super::json;
use crate::verdict::Difference;

/// Everything in which two requests differ, in the order in which a person looks.
pub(crate) fn recorded(expected: &RecordedRequest, got: &RecordedRequest) -> Vec<Difference> {
    let facts = |request: &RecordedRequest| {
        [
            ("connection", json!(request.role)),
            ("method", json!(request.method)),
            ("path", json!(request.path)),
            ("query", json!(request.query)),
            ("headers", json!(request.headers)),
            ("repeat", json!(request.repeat)),
        ]
    };
    let pairs = facts(expected).into_iter().zip(facts(got));
    let mut differences: Vec<Difference> =
        pairs.flat_map(|((place, expected), (_, got))| json(place, &expected, &got)).collect();
    differences.extend(body("body", &expected.body, &got.body));
    differences.into_iter().map(|difference| difference.within("request")).collect()
}

fn body(place: &str, expected: &RecordedBody, got: &RecordedBody) -> Vec<Difference> {
    if expected == got {
        return Vec::new();
    }
    let inside = match (expected, got) {
        (RecordedBody::Text(expected), RecordedBody::Text(got)) => match (parsed(expected), parsed(got)) {
            (Some(expected), Some(got)) => json(place, &expected, &got),
            _ => Vec::new(),
        },
        (RecordedBody::Parts(expected), RecordedBody::Parts(got)) if expected.len() == got.len() => {
            let pairs = expected.iter().zip(got).enumerate();
            pairs.flat_map(|(index, pair)| part(&format!("{place}[{index}]"), pair)).collect()
        }
        _ => Vec::new(),
    };
    match inside.is_empty() {
        true => vec![Difference::at(place, words(expected), words(got))],
        false => inside,
    }
}

fn part(place: &str, (expected, got): (&RecordedPart, &RecordedPart)) -> Vec<Difference> {
    let mut differences = json(&format!("{place}.headers"), &json!(expected.headers), &json!(got.headers));
    differences.extend(body(&format!("{place}.body"), &expected.body, &got.body));
    differences
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn words(body: &RecordedBody) -> String {
    match body {
        RecordedBody::None => "nothing".to_owned(),
        RecordedBody::Text(text) => shown(text.as_bytes()),
        RecordedBody::Base64(text) => format!("{} bytes that are no text", text.len() / 4 * 3),
        RecordedBody::Digest { size, sha256, attachment } => {
            let whose = attachment.map(|id| format!("attachment {id}, ")).unwrap_or_default();
            format!("{whose}{size} bytes, SHA-256 {sha256:.16}…")
        }
        RecordedBody::Parts(parts) => format!("{} parts", parts.len()),
    }
}
