//! Recorded bodies in the words of the format: JSON as JSON, forms as pairs, parts as parts, the rest as text or file.
//!
//! Not here: headers and the rest of an exchange (`exchange.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_sandbox::exchange::{Header, RecordedBody, RecordedPart};
use serde_json::Value;
use url::form_urlencoded;

use super::exchange::expected_header;
use super::files::Made;
use crate::format::body::{ExpectedPart, RequestBody, ResponseBody};
use crate::format::header::True;
use crate::redact::Redaction;

const JSON: &str = "application/json";
const LINES: &str = "application/stream+json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/";

/// Longer bodies stand in a file of their own.
const INLINE_BYTES_MAX: usize = 32 * 1024;

/// A text by its content type.
pub(super) enum Readable {
    Json(Value),
    Lines(Vec<Value>),
    Form(Vec<(String, String)>),
    Text,
}

/// What conversion needs beside the body: what is replaced, the number of the exchange, the files of the case.
type Context<'a> = (&'a Redaction, u32, &'a mut Made);

impl Readable {
    /// Reads a text as its content type says; what is not so after all is text.
    pub(super) fn of(text: &str, content_type: &str) -> Self {
        if content_type.starts_with(FORM) {
            return Self::Form(form_urlencoded::parse(text.as_bytes()).into_owned().collect());
        }
        if content_type.starts_with(LINES) {
            let lines = text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str);
            return lines.collect::<Result<_, _>>().map_or(Self::Text, Self::Lines);
        }
        match serde_json::from_str::<Value>(text) {
            Ok(value) if content_type.contains("json") || value.is_object() || value.is_array() => {
                Self::Json(value)
            }
            _ => Self::Text,
        }
    }
}

/// The content type among headers; empty when there is none.
pub(super) fn content_type(headers: &[Header]) -> &str {
    let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
    header.map_or("", |header| header.value.as_str())
}

/// The content type that a request's body says by itself.
pub(super) fn implied_by_request(body: &RequestBody) -> Option<&'static str> {
    match body {
        RequestBody::Json(_) => Some(JSON),
        RequestBody::Form(_) => Some(FORM),
        // A record has no boundary, since the host makes it.
        RequestBody::Multipart(_) => Some(MULTIPART),
        _ => None,
    }
}

/// The content type that a response's body is given by itself.
pub(super) fn implied_by_response(body: &ResponseBody) -> Option<&'static str> {
    match body {
        ResponseBody::Json(_) => Some(JSON),
        ResponseBody::JsonLines(_) => Some(LINES),
        ResponseBody::Text(_) | ResponseBody::File(_) | ResponseBody::Filled(_) => None,
    }
}

/// What a request must carry.
pub(super) fn expected(
    recorded: &RecordedBody,
    content_type: &str,
    (redaction, number, made): Context<'_>,
) -> Option<RequestBody> {
    match recorded {
        RecordedBody::None => None,
        RecordedBody::Text(text) => Some(match Readable::of(text, content_type) {
            Readable::Json(value) => RequestBody::Json(redaction.json(&value)),
            Readable::Form(pairs) => {
                let redacted = pairs.into_iter().map(|(name, value)| (name, redaction.text(&value)));
                RequestBody::Form(redacted.collect())
            }
            Readable::Lines(_) | Readable::Text => RequestBody::Text(redaction.text(text)),
        }),
        RecordedBody::Base64(text) => {
            let bytes = STANDARD.decode(text).unwrap_or_default();
            let name = format!("{number:02}-request-{}.bin", made.named.len());
            Some(RequestBody::File(made.keep(&name, bytes.into())))
        }
        RecordedBody::Digest { attachment: Some(id), .. } if made.is_granted(*id) => {
            Some(RequestBody::Attachment(*id))
        }
        RecordedBody::Digest { .. } => Some(unknown(number, made)),
        RecordedBody::Parts(parts) if content_type.starts_with(MULTIPART) => {
            let parts = parts.iter().map(|part| expected_part(part, (redaction, number, &mut *made)));
            Some(RequestBody::Multipart(parts.collect()))
        }
        RecordedBody::Parts(parts) => Some(match joined(parts) {
            Some(text) => {
                return expected(&RecordedBody::Text(text), content_type, (redaction, number, made));
            }
            None => unknown(number, made),
        }),
    }
}

fn expected_part(part: &RecordedPart, (redaction, number, made): Context<'_>) -> ExpectedPart {
    let body = expected(&part.body, content_type(&part.headers), (redaction, number, made));
    let headers = part.headers.iter().map(|header| expected_header(header, redaction)).collect();
    ExpectedPart { headers, body }
}

/// Pieces of text are one text.
fn joined(parts: &[RecordedPart]) -> Option<String> {
    let texts = parts.iter().map(|part| match &part.body {
        RecordedBody::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// A journal keeps the digest alone of what is large or put together with a file.
fn unknown(number: u32, made: &mut Made) -> RequestBody {
    made.note(format!("What exchange {number} sends is not recorded in full, so any body is taken."));
    RequestBody::Any(True)
}

/// What a response carries.
pub(super) fn given(
    recorded: &RecordedBody,
    content_type: &str,
    (redaction, number, made): Context<'_>,
) -> Option<ResponseBody> {
    match recorded {
        RecordedBody::None | RecordedBody::Parts(_) => None,
        RecordedBody::Text(text) => Some(text_given(text, content_type, (redaction, number, made))),
        RecordedBody::Base64(text) => {
            let bytes = STANDARD.decode(text).unwrap_or_default();
            Some(ResponseBody::File(made.keep(&format!("{number:02}-response.bin"), bytes.into())))
        }
        RecordedBody::Digest { attachment, .. } => {
            let file = attachment.and_then(|id| made.created(id)).map(str::to_owned);
            file.map(ResponseBody::File)
        }
    }
}

fn text_given(text: &str, content_type: &str, (redaction, number, made): Context<'_>) -> ResponseBody {
    let (body, extension) = match Readable::of(text, content_type) {
        // A body gets the content type it implies, so JSON without one stays text.
        Readable::Json(value) if content_type.contains("json") => {
            (ResponseBody::Json(redaction.json(&value)), "json")
        }
        Readable::Json(value) => (ResponseBody::Text(redaction.json(&value).to_string()), "json"),
        Readable::Lines(values) => {
            (ResponseBody::JsonLines(values.iter().map(|value| redaction.json(value)).collect()), "json")
        }
        Readable::Form(_) | Readable::Text => (ResponseBody::Text(redaction.text(text)), "txt"),
    };
    let (bytes, _) = body.bytes(&|_| Bytes::new());
    match bytes.len() > INLINE_BYTES_MAX {
        true => ResponseBody::File(made.keep(&format!("{number:02}-response.{extension}"), bytes)),
        false => body,
    }
}
