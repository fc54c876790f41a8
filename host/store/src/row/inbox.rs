//! Messages that providers posted, as they came.
//!
//! Not here: what they say (`event.rs`), and proving where they come from (`host/sandbox`).

/// A message to keep. Its bytes are kept once, however often they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The operator's connection.
    pub connection: String,
    /// SHA-256 over method, path, query and body: the same digest is the same message.
    pub digest: [u8; 32],
    /// Why it is not from the provider; none when it was proven to be.
    pub refused: Option<String>,
    /// When it came.
    pub at_ms: i64,
    /// Method, path, query and headers as JSON, without headers that carry secrets.
    pub head: String,
    /// The body's bytes, unchanged.
    pub body: Vec<u8>,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Kept and not read yet.
    Received,
    /// Read; its events are kept.
    Read,
    /// Its provider's component could not read it.
    Failed,
    /// Not proven to be from the provider. Nothing follows from it.
    Quarantined,
}

/// A message as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSummary {
    /// Its number; counts up.
    pub position: i64,
    /// The operator's connection.
    pub connection: String,
    /// How far it has come.
    pub state: MessageState,
    /// When it came first.
    pub received_at_ms: i64,
    /// When it came last.
    pub last_at_ms: i64,
    /// How often it came.
    pub times: u64,
    /// Bytes of its body.
    pub body_bytes: u64,
    /// Why it is in quarantine, or could not be read.
    pub reason: Option<String>,
}

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// What a list shows.
    pub summary: MessageSummary,
    /// Method, path, query and headers as JSON.
    pub head: String,
    /// The body's bytes.
    pub body: Vec<u8>,
}
