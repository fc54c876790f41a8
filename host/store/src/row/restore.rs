//! The backup that a database came out of.
//!
//! Not here: taking and checking backups (`backup.rs` of the crate).

/// What is known of the restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreRow {
    /// When the backup was taken: what was sent later is unknown here.
    pub taken_at_ms: i64,
    /// When an operator took over what cannot be known.
    pub acknowledged_at_ms: Option<i64>,
    /// Who.
    pub actor: Option<String>,
}
