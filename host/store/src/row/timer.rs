//! Armed timers.
//!
//! Not here: when they are armed (`host/workflow`) and fired (`host/server`).

/// One armed timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerRow {
    /// The instance.
    pub instance_id: String,
    /// Its name.
    pub timer: String,
    /// When it fires.
    pub due_ms: i64,
}
