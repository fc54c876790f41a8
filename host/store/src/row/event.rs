//! What a provider's messages say: events, kept for matching and for the operator's eyes.
//!
//! Not here: the messages they came in (`inbox.rs`), and the engine's events (`host/workflow`).

/// An event to keep. One seen before, by its key, counts up and is not kept again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The provider's event id, or else the digest of the message and a number: unique within the connection.
    pub key: String,
    /// The provider's word.
    pub name: String,
    /// `document-changed`.
    pub kind: String,
    /// The provider's document.
    pub document_id: Option<String>,
    /// Our reference, when the provider sent it along.
    pub client_reference: Option<String>,
    /// Whether a workflow may want to know; others are kept for people only.
    pub is_news: bool,
    /// The whole event, as JSON.
    pub json: String,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It belongs to an instance, which is told.
    Matched,
    /// Its document is not known yet; it waits.
    Parked,
    /// Its document never became known.
    Unmatched,
    /// Of no interest to a workflow.
    Ignored,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its number; counts up.
    pub position: i64,
    /// The operator's connection.
    pub connection: String,
    /// The message it came in first; none when that is no longer kept.
    pub message: Option<i64>,
    /// The event.
    pub event: NewEvent,
    /// The instance it belongs to, when known.
    pub instance_id: Option<String>,
    /// What became of it.
    pub disposition: Disposition,
    /// How often it came.
    pub times: u64,
    /// When it came first.
    pub at_ms: i64,
    /// When its instance was told, and what the instance said.
    pub told: Option<(i64, String)>,
}
