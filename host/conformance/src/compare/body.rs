//! Comparing bodies, whole ones and those of parts.
//!
//! Not here: taking a multipart body apart (`multipart.rs`).

use std::collections::BTreeMap;

use bytes::Bytes;
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
    pub(crate) named: &'a BTreeMap<String, Bytes>,
    /// Granted attachments, by number.
    pub(crate) granted: &'a BTreeMap<u32, Bytes>,
}

impl CaseFiles<'_> {
    /// A file of the folder; loading has made sure of it.
    pub(crate) fn named(&self, name: &str) -> Bytes {
        self.named.get(name).cloned().unwrap_or_default()
    }

    /// A granted attachment; loading has made sure of it.
    pub(crate) fn granted(&self, id: u32) -> Bytes {
        self.granted.get(&id).cloned().unwrap_or_default()
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
        None => bytes("body", b"", got),
        Some(RequestBody::Text(text)) => bytes("body.text", text.as_bytes(), got),
        Some(RequestBody::File(name)) => bytes("body.file", &files.named(name), got),
        Some(RequestBody::Attachment(id)) => bytes("body.attachment", &files.granted(*id), got),
        Some(RequestBody::Json(expected)) => match serde_json::from_slice::<Value>(got) {
            Ok(got) => json("body.json", expected, &got),
            Err(error) => {
                vec![Difference::at("body.json", expected, format!("no JSON ({error}): {}", shown(got)))]
            }
        },
        Some(RequestBody::Form(expected)) => {
            let got: Vec<(String, String)> = form_urlencoded::parse(got).into_owned().collect();
            json("body.form", &Value::from_iter(pairs(expected)), &Value::from_iter(pairs(&got)))
        }
        Some(RequestBody::Multipart(expected)) => parts(expected, (got, content_type), files)
            .into_iter()
            .map(|difference| difference.within("body.multipart"))
            .collect(),
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
        let wanted = format!("a multipart body of {} parts", expected.len());
        return vec![Difference::at("", wanted, shown(got))];
    };
    if got.len() != expected.len() {
        let count = |count: usize| format!("{count} parts");
        return vec![Difference::at("", count(expected.len()), count(got.len()))];
    }
    let pairs = expected.iter().zip(&got).enumerate();
    pairs
        .flat_map(|(index, pair)| {
            part(pair, files).into_iter().map(move |difference| difference.within(&format!("[{index}]")))
        })
        .collect()
}

fn part((expected, got): (&ExpectedPart, &multipart::Part<'_>), files: &CaseFiles<'_>) -> Vec<Difference> {
    let mut differences = headers(&expected.headers, &got.headers);
    differences.extend(body(expected.body.as_ref(), (got.body, None), files));
    differences
}

/// The difference between two runs of bytes.
pub(crate) fn bytes(key: &str, expected: &[u8], got: &[u8]) -> Vec<Difference> {
    if expected == got {
        return Vec::new();
    }
    let same = expected.iter().zip(got).take_while(|(expected, got)| expected == got).count();
    let (expected, got) = (shown(expected), shown(got));
    let got = if expected == got { format!("{got}, other from byte {same} on") } else { got };
    vec![Difference::at(key, expected, got)]
}

/// Bytes as a person reads them.
pub(crate) fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok("") => "nothing".to_owned(),
        Ok(text) => match text.char_indices().nth(SHOWN_CHARS) {
            Some((end, _)) => {
                format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), bytes.len())
            }
            None => text.to_owned(),
        },
        Err(_) => format!("{} bytes that are no text", bytes.len()),
    }
}
