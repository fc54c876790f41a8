//! Events from outside, kept for deduplication and for the operator's eyes.
//!
//! Not here: the raw webhook they came in, and the engine's events (`host/workflow`).

/// An event to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The operator's connection.
    pub connection: String,
    /// The provider's event id, or else the hash of the body: unique within the connection.
    pub key: String,
    /// `document-changed`.
    pub kind: String,
    /// The provider's document.
    pub document_id: Option<String>,
    /// Our reference, when the provider sent it along.
    pub client_reference: Option<String>,
    /// The instance it belongs to, when known.
    pub instance_id: Option<String>,
    /// What became of it.
    pub disposition: Disposition,
    /// When it came.
    pub at_ms: i64,
    /// The whole event, as JSON.
    pub json: String,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It belongs to an instance.
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
    /// Its position; counts up.
    pub position: i64,
    /// The event.
    pub event: NewEvent,
}
