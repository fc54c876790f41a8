//! Where things stand in the text of a definition.
//!
//! Not here: reading the text (`load/tree.rs`).

use std::collections::HashMap;

/// A place: line and column in characters, both from 1, and the byte in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The byte, from 0.
    pub byte: usize,
}

impl Place {
    /// The beginning of the text.
    pub const START: Self = Self { line: 1, column: 1, byte: 0 };

    /// The place so many bytes into `text`.
    #[must_use]
    pub fn at(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column, byte: before.len() }
    }
}

/// From here to there; the end is not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its beginning.
    pub start: Place,
    /// The byte after its end.
    pub end: usize,
}

/// Where every value and key of a document stands, by JSON pointer (RFC 6901).
#[derive(Debug, Clone, Default)]
pub struct Positions {
    values: HashMap<String, Span>,
    keys: HashMap<String, Span>,
}

impl Positions {
    /// Notes where a value stands.
    pub(crate) fn add_value(&mut self, pointer: String, span: Span) {
        self.values.insert(pointer, span);
    }

    /// Notes where the key of a value stands.
    pub(crate) fn add_key(&mut self, pointer: String, span: Span) {
        self.keys.insert(pointer, span);
    }

    /// Where the value stands, or the nearest thing around it that is known.
    #[must_use]
    pub fn value(&self, pointer: &str) -> Option<Span> {
        nearest(pointer, |pointer| self.values.get(pointer).copied())
    }

    /// Where the key of the value stands; of an item, the item.
    #[must_use]
    pub fn key(&self, pointer: &str) -> Option<Span> {
        nearest(pointer, |pointer| self.keys.get(pointer).or_else(|| self.values.get(pointer)).copied())
    }

    /// Where the value itself stands, if it is in the text at all.
    #[must_use]
    pub fn exact_value(&self, pointer: &str) -> Option<Span> {
        self.values.get(pointer).copied()
    }
}

/// Adds a segment to a pointer.
#[must_use]
pub fn join(pointer: &str, segment: &str) -> String {
    format!("{pointer}/{}", segment.replace('~', "~0").replace('/', "~1"))
}

fn nearest(pointer: &str, find: impl Fn(&str) -> Option<Span>) -> Option<Span> {
    let mut pointer = pointer;
    loop {
        if let Some(span) = find(pointer) {
            return Some(span);
        }
        pointer = pointer.get(..pointer.rfind('/')?)?;
    }
}
