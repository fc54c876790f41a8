//! Comparing bodies, whole ones and those of parts.
//!
//! Not here: taking a multipart body apart (`multipart.rs`).

use std::collections::BTreeMap;

use serde_json::Value;
use url::form_urlencoded;

use super::{headers, json, multipart};
use crate::format::body::{ExpectedPart, RequestBody};
use crate::verdict::Difference;

/// So much of a text is shown.
const SHOWN_CHARS: usize = 300;

/// What a case refers to by name or number.
pub(crate) struct CaseFiles<'a> {
    /// Files of the folder.
    pub(crate) named: &'a BTreeMap<String, Vec<u8>>,
    /// Names of the files that are granted attachments, by number.
    pub(crate) granted: &'a BTreeMap<u32, String>,
}

impl CaseFiles<'_> {
    /// A file of the folder; loading has made sure of it.
    pub(crate) fn named(&self, name: &str) -> &[u8] {
        self.named.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn granted(&self, id: u32) -> &[u8] {
        self.granted.get(&id).map(|name| self.named(name)).unwrap_or_default()
    }
}

/// Every difference between a body and the expected one; beside its bytes stands its content type.
pub(crate) fn body(
    expected: Option<&RequestBody>,
    (got, content_type): (&[u8], Option<&str>),
    files: &CaseFiles<'_>,
) -> Vec<Difference> {
    match expected {
        Some(RequestBody::Any(_)) => Vec::new(),
        None => bytes(b"", got),
        Some(RequestBody::Text(text)) => bytes(text.as_bytes(), got),
        Some(RequestBody::File(name)) => bytes(files.named(name), got),
        Some(RequestBody::Attachment(id)) => bytes(files.granted(*id), got),
        Some(RequestBody::Json(expected)) => match serde_json::from_slice::<Value>(got) {
            Ok(got) => json("body", expected, &got),
            Err(error) => {
                vec![Difference::new("body", expected, format!("no JSON ({error}): {}", shown(got)))]
            }
        },
        Some(RequestBody::Form(expected)) => {
            let got: Vec<(String, String)> = form_urlencoded::parse(got).into_owned().collect();
            json("body", &Value::from_iter(pairs(expected)), &Value::from_iter(pairs(&got)))
        }
        Some(RequestBody::Multipart(expected)) => parts(expected, (got, content_type), files),
    }
}

fn pairs(pairs: &[(String, String)]) -> impl Iterator<Item = Value> {
    pairs.iter().map(|(name, value)| Value::from_iter([name.as_str(), value.as_str()]))
}

fn parts(
    expected: &[ExpectedPart],
    (got, content_type): (&[u8], Option<&str>),
    files: &CaseFiles<'_>,
) -> Vec<Difference> {
    let Some(got) = multipart::split(got, content_type.unwrap_or_default()) else {
        return vec![Difference::new(
            "body",
            format!("a multipart body of {} parts", expected.len()),
            shown(got),
        )];
    };
    if got.len() != expected.len() {
        return vec![Difference::new(
            "body",
            format!("{} parts", expected.len()),
            format!("{} parts", got.len()),
        )];
    }
    let pairs = expected.iter().zip(&got).enumerate();
    pairs
        .flat_map(|(index, pair)| {
            part(pair, files).into_iter().map(move |difference| difference.within(&format!("body[{index}].")))
        })
        .collect()
}

fn part((expected, got): (&ExpectedPart, &multipart::Part<'_>), files: &CaseFiles<'_>) -> Vec<Difference> {
    let mut differences = headers(&expected.headers, &got.headers);
    differences.extend(body(expected.body.as_ref(), (got.body, None), files));
    differences
}

fn bytes(expected: &[u8], got: &[u8]) -> Vec<Difference> {
    match expected == got {
        true => Vec::new(),
        false => vec![Difference::new("body", shown(expected), shown(got))],
    }
}

/// Bytes as a person reads them.
pub(super) fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok("") => "nothing".to_owned(),
        Ok(text) if text.chars().count() <= SHOWN_CHARS => text.to_owned(),
        Ok(text) => {
            format!("{}… ({} bytes)", text.chars().take(SHOWN_CHARS).collect::<String>(), bytes.len())
        }
        Err(_) => format!("{} bytes that are no text", bytes.len()),
    }
}
