//! Workflow definitions, kept by digest for as long as an instance may run on them.
//!
//! Not here: reading their text (`host/workflow`).

/// A definition with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionRow {
    /// What it is known by.
    pub digest: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// The file as its author wrote it.
    pub text: String,
    /// When it was stored.
    pub stored_at_ms: i64,
}

/// A definition without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionSummary {
    /// What it is known by.
    pub digest: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// When it was stored.
    pub stored_at_ms: i64,
}
