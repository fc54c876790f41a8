//! Why a database may not know what was done: it came out of a backup, or its disk lost commits.
//!
//! Not here: taking and checking backups (`backup.rs` of the crate), noticing a loss (`sqlite/turn.rs`).

/// What is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreRow {
    /// When the backup was taken, or the time of the last line that the disk kept: what was sent later is unknown here.
    pub taken_at_ms: i64,
    /// When an operator took over what cannot be known.
    pub acknowledged_at_ms: Option<i64>,
    /// Who.
    pub actor: Option<String>,
    /// How many confirmed commits the disk lost; none when it is a backup.
    pub missing_commits: Option<u64>,
}
