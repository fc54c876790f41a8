//! From text to a JSON value and the place of everything in it.
//!
//! Not here: what the value must look like (`check.rs`).

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::tree;
use crate::check::Problem;
use crate::position::{Place, Positions, Span};

/// The longest definition, in bytes.
pub(crate) const DEFINITION_BYTES_MAX: usize = 1024 * 1024;

/// A text, read.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) value: Value,
    pub(crate) positions: Positions,
    /// Problems that left something to look at, for example a key given twice.
    pub(crate) problems: Vec<Problem>,
}

/// The text without the mark that some editors put before UTF-8.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Takes the bytes of a file as text.
///
/// # Errors
/// A problem with its place when they are not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Problem::at_start("not-utf-8", "the file is UTF-16; save it as UTF-8"));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let place = Place::at(std::str::from_utf8(good).unwrap_or_default(), good.len());
        let message = format!("byte {} is not UTF-8; save the file as UTF-8", error.valid_up_to());
        Problem::error("not-utf-8", message, "", Span { start: place, end: place.byte + 1 })
    })
}

/// Reads YAML, or JSON, which is nearly a part of it.
pub(crate) fn read(text: &str) -> Result<Document, Problem> {
    if text.len() > DEFINITION_BYTES_MAX {
        let message =
            format!("the definition is {} bytes long; at most {DEFINITION_BYTES_MAX} are read", text.len());
        return Err(Problem::at_start("too-large", message));
    }
    let read = tree::read(&without_json_tabs(text));
    read.or_else(|problem| json_alone(text).filter(|_| problem.code == "yaml").ok_or(problem))
}

/// JSON that is no YAML, for example with `\ud83d\ude00` for one letter. Then nothing has a place.
fn json_alone(text: &str) -> Option<Document> {
    let value = serde_json::from_str(text).ok()?;
    Some(Document { value, positions: Positions::default(), problems: Vec::new() })
}

/// JSON may be indented with tabs, YAML may not. In JSON a tab is never part of a value, so a blank does as well.
fn without_json_tabs(text: &str) -> Cow<'_, str> {
    let json = text.trim_start().starts_with('{')
        && text.contains('\t')
        && serde_json::from_str::<IgnoredAny>(text).is_ok();
    if json { Cow::Owned(text.replace('\t', " ")) } else { Cow::Borrowed(text) }
}
