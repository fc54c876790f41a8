//! How much there is, for the status page.
//!
//! Not here: how fast it moves (`metrics.rs`).

/// Numbers of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Definitions, all versions.
    pub definitions: u64,
    /// Instances waiting in a step.
    pub instances_resting: u64,
    /// Instances running an automation.
    pub instances_running: u64,
    /// Instances that are over.
    pub instances_ended: u64,
    /// Incidents not closed.
    pub incidents_open: u64,
    /// Calls not ended.
    pub calls_open: u64,
    /// Armed timers.
    pub timers: u64,
    /// Messages of providers not read yet.
    pub messages_unread: u64,
    /// Events whose instance is not told yet.
    pub events_untold: u64,
    /// Events that wait for their document.
    pub events_parked: u64,
}
