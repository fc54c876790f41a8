//! Who did what, for the auditor.
//!
//! Not here: an instance's history (`history.rs`).

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at_ms: i64,
    /// Through whom.
    pub actor: String,
    /// What was done: `take`, `resolve`.
    pub verb: String,
    /// To what: `instance 0190…`.
    pub object: String,
    /// More, as JSON.
    pub detail: String,
}

/// One line as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its position in the log; counts up.
    pub position: i64,
    /// The line.
    pub entry: AuditEntry,
}
