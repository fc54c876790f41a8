//! What an operator may set about the store, and who watches its commits.
//!
//! Not here: where it lies (an argument of `Store::open`).

/// Where the writer stands with a COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// All changes of the batch are made; the COMMIT comes next.
    BeforeCommit,
    /// They are on disk; nobody has been told.
    AfterCommit,
}

/// Settings of a store; `Options::default()` fits one machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Read every page at open and refuse a damaged database. Takes seconds per gigabyte.
    pub check_at_open: bool,
    /// Connections for reading.
    pub readers: usize,
    /// Commits that may wait for the writer; more wait outside the queue.
    pub queue_max: usize,
    /// Logical transactions in one COMMIT, at most.
    pub batch_transactions_max: usize,
    /// How long one batch collects before its COMMIT, at most.
    pub batch_ms_max: u64,
    /// How long to wait for another program that holds the database, such as a backup.
    pub busy_timeout_ms: u64,
    /// Below this much free space the intake stops ([`crate::Store::intake_allowed`]); zero never stops it.
    pub disk_free_min_bytes: u64,
    /// Cap on the database file. Reaching it is a full disk: the store becomes read-only.
    pub database_bytes_max: Option<u64>,
    /// Told by the writer thread around every COMMIT: a crash test ends the process there.
    pub watch: Option<fn(Moment)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            check_at_open: false,
            readers: 4,
            queue_max: 4_096,
            batch_transactions_max: 256,
            batch_ms_max: 5,
            busy_timeout_ms: 5_000,
            disk_free_min_bytes: 512 * 1024 * 1024,
            database_bytes_max: None,
            watch: None,
        }
    }
}
