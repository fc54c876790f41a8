//! The history of instances.
//!
//! Not here: what a line tells (`host/workflow/src/effect.rs`).

use countersign_workflow::effect::Entry;

use crate::error::EncodeError;

/// A line to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHistory {
    /// When.
    pub at_ms: i64,
    /// The whole line, as JSON.
    pub json: String,
}

/// A line as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// Its position; counts up within an instance, with gaps.
    pub position: i64,
    /// The line.
    pub entry: Entry,
}

impl NewHistory {
    /// Writes a line as JSON.
    pub fn of(entry: &Entry) -> Result<Self, EncodeError> {
        let json = serde_json::to_string(entry)
            .map_err(|source| EncodeError { what: "a line of the history", source })?;
        Ok(Self { at_ms: entry.at_ms, json })
    }
}
