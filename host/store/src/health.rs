//! Whether the store can write, and whether the host should take on more.
//!
//! Not here: figures about its work (`metrics.rs`).

/// The state of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// False after a failed COMMIT, after a takeover by another host, and after closing.
    pub writable: bool,
    /// Why it cannot write.
    pub reason: Option<String>,
    /// Free space below the data directory, when the system tells.
    pub disk_free_bytes: Option<u64>,
    /// Whether new work may come in: writable, and space enough.
    pub intake_allowed: bool,
}
