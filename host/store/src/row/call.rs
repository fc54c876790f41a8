//! The journal of calls: what is needed to replay one exactly, and what came of it.
//!
//! Not here: the shape of requests, exchanges and results; they are the caller's JSON.

/// A call as it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// `{instance}-{number}`.
    pub id: String,
    /// The instance it belongs to.
    pub instance_id: String,
    /// The operator's connection.
    pub connection: String,
    /// `send-for-signature`.
    pub action: String,
    /// Digest of the component that runs it; a replay takes the same.
    pub component: String,
    /// The whole request, as JSON.
    pub request: String,
    /// When it began: the frozen clock of the call and of every replay.
    pub opened_at_ms: i64,
    /// Seed of its random numbers.
    pub seed: u64,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallEnd {
    /// When.
    pub at_ms: i64,
    /// Outcome or failure, as JSON.
    pub result: String,
    /// What the component logged, as JSON.
    pub log: String,
}

/// A call as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// How it began.
    pub call: NewCall,
    /// How it ended; none while it is open.
    pub end: Option<CallEnd>,
}

/// One exchange of a call's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRow {
    /// Position within the call, from 1.
    pub number: u32,
    /// Whether the answer is known.
    pub state: ExchangeState,
    /// Request and response, as JSON.
    pub json: String,
}

/// Whether an exchange's answer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeState {
    /// The request is about to leave, or has left.
    Open,
    /// The response, or the failure, is recorded.
    Closed,
}
