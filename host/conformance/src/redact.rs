//! Redaction: people and secrets are replaced by stand-ins, the same value by the same stand-in wherever it occurs.
//!
//! Learn from everything first, replace afterwards. Stand-ins keep the shape that components work on: an address stays
//! an address, a name keeps its number of words, a phone number its country and spacing, an identifier its prefix.
//! Free text is kept but for what was learned: names in other grammatical forms stay, so a person reads a case before
//! it is passed on. Not here: which parts of a call are redacted (`export.rs`).

mod learn;
mod patterns;
mod stand_in;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use patterns::{Found, Kind};

/// As the host writes path segments (RFC 3986 section 2.3): everything but the unreserved characters is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is replaced by what.
#[derive(Debug, Default)]
pub struct Redaction {
    /// By the address in lower case.
    emails: BTreeMap<String, String>,
    /// By the last digits, which is what different spellings of one number share.
    phones: BTreeMap<String, String>,
    /// Replaced where they stand as words of their own.
    literals: BTreeMap<String, String>,
    /// Too short for that: replaced where they are the whole text.
    wholes: BTreeMap<String, String>,
    /// By the word of a name.
    words: BTreeMap<String, String>,
    /// Words of the protocol, which a name may happen to equal.
    kept: BTreeSet<String>,
    /// How many of each kind there are.
    counts: BTreeMap<&'static str, usize>,
}

impl Redaction {
    /// The text with what was learned replaced.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        if self.kept.contains(text) {
            return text.to_owned();
        }
        match self.wholes.get(text) {
            Some(stand_in) => stand_in.clone(),
            None => self.patterned(text, |rest| self.literal(rest)),
        }
    }

    /// The value with every text in it redacted; of keys only addresses and numbers are.
    #[must_use]
    pub fn json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(list) => list.iter().map(|value| self.json(value)).collect(),
            Value::Object(object) => {
                object.iter().map(|(key, value)| (self.key(key), self.json(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// An encoded path, segment by segment; those in which nothing was replaced stay as they were written.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        let segments = path.split('/').map(|segment| {
            let plain = percent_decode_str(segment).decode_utf8_lossy();
            let redacted = self.text(&plain);
            match redacted == plain {
                true => segment.to_owned(),
                false => utf8_percent_encode(&redacted, ENCODED).to_string(),
            }
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// How many values of each kind were replaced: `e-mail addresses`, `names`, …
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<&'static str, usize> {
        &self.counts
    }

    fn key(&self, key: &str) -> String {
        self.patterned(key, Cow::Borrowed)
    }

    /// Replaces addresses, numbers and links, and has the text between them redacted by `rest`.
    fn patterned<'t>(&self, text: &'t str, rest: impl Fn(&'t str) -> Cow<'t, str>) -> String {
        let mut redacted = String::with_capacity(text.len());
        let mut done = 0;
        for Found { kind, range } in patterns::find(text) {
            let Some(found) = text.get(range.clone()) else { continue };
            let Some(stand_in) = self.known(kind, found) else { continue };
            redacted.push_str(&rest(text.get(done..range.start).unwrap_or_default()));
            redacted.push_str(&stand_in);
            done = range.end;
        }
        redacted.push_str(&rest(text.get(done..).unwrap_or_default()));
        redacted
    }

    fn known(&self, kind: Kind, found: &str) -> Option<String> {
        match kind {
            Kind::Email => self.emails.get(&found.to_lowercase()).cloned(),
            Kind::Phone => stand_in::phone(found, &self.phones),
            Kind::Link | Kind::Token => self.literals.get(found).cloned(),
        }
    }

    /// Replaces literals, the longest first.
    fn literal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut literals: Vec<(&str, &str)> = self
            .literals
            .iter()
            .map(|(literal, stand_in)| (literal.as_str(), stand_in.as_str()))
            .filter(|(literal, _)| text.contains(literal))
            .collect();
        if literals.is_empty() {
            return Cow::Borrowed(text);
        }
        literals.sort_by_key(|(literal, _)| std::cmp::Reverse(literal.len()));
        let mut redacted = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(next) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let here = literals.iter().find(|(literal, _)| {
                text.get(at..).is_some_and(|rest| rest.starts_with(literal))
                    && is_bounded(text, at, literal.len())
            });
            match here {
                Some((literal, stand_in)) => {
                    redacted.push_str(stand_in);
                    at += literal.len();
                }
                None => {
                    redacted.push(next);
                    at += next.len_utf8();
                }
            }
        }
        Cow::Owned(redacted)
    }
}

/// Whether neither a letter nor a digit goes on where a piece of text begins and ends with one.
fn is_bounded(text: &str, at: usize, length: usize) -> bool {
    let (before, rest) = text.split_at_checked(at).unwrap_or_default();
    let (piece, after) = rest.split_at_checked(length).unwrap_or_default();
    let joined = |one: Option<char>, other: Option<char>| {
        one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric)
    };
    !joined(before.chars().next_back(), piece.chars().next())
        && !joined(piece.chars().next_back(), after.chars().next())
}
