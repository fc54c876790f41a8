//! Everything of a recorded call that redaction learns from, the input first so that its people come in order.
//!
//! Not here: what is learned of it (`redact/learn.rs`).

use countersign_sandbox::exchange::{Header, RecordedBody, RecordedResponse};
use serde_json::json;

use super::body::{Readable, content_type};
use crate::format::header::HeaderValue;
use crate::recording::{RecordedResult, Recording};
use crate::redact::Redaction;

/// What is to be replaced in this call.
pub(super) fn of(recording: &Recording) -> Redaction {
    let mut redaction = Redaction::default();
    if let Some(user) = &recording.acting_user {
        redaction.learn_acting_user(user);
    }
    redaction.learn_input(&recording.input);
    redaction.learn_settings(&recording.settings);
    for exchange in &recording.exchanges {
        if let Some(RecordedResponse::Answered { headers, body, .. }) = &exchange.response {
            learn(&mut redaction, headers, body, true);
        }
        learn(&mut redaction, &exchange.request.headers, &exchange.request.body, false);
        for (_, value) in &exchange.request.query {
            redaction.learn_text(value, false);
        }
    }
    let (RecordedResult::Outcome(result) | RecordedResult::Failure(result)) = &recording.result;
    redaction.learn_json(result, false);
    for file in recording.granted.iter().chain(&recording.created) {
        redaction.learn_text(&file.name, false);
    }
    redaction
}

fn learn(redaction: &mut Redaction, headers: &[Header], body: &RecordedBody, enters: bool) {
    for header in headers {
        match HeaderValue::of_wire(&header.value) {
            HeaderValue::Base64Json(value) | HeaderValue::Base64urlJson(value) => {
                redaction.learn_json(&value, enters);
            }
            HeaderValue::Text(_) | HeaderValue::Any => redaction.learn_text(&header.value, enters),
        }
    }
    match body {
        RecordedBody::Text(text) => match Readable::of(text, content_type(headers)) {
            Readable::Json(value) => redaction.learn_json(&value, enters),
            Readable::Lines(values) => redaction.learn_json(&json!(values), enters),
            Readable::Form(pairs) => {
                pairs.iter().for_each(|(name, value)| redaction.learn_json(&json!({name: value}), enters));
            }
            Readable::Text => redaction.learn_text(text, enters),
        },
        RecordedBody::Parts(parts) => {
            parts.iter().for_each(|part| learn(redaction, &part.headers, &part.body, enters));
        }
        RecordedBody::None | RecordedBody::Base64(_) | RecordedBody::Digest { .. } => {}
    }
}
