//! Answers remembered by idempotency key.
//!
//! Not here: what to do with a key that comes again (`host/server`).

/// One remembered answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRow {
    /// The key, made unique per caller by the server.
    pub key: String,
    /// Digest of the request: another request under the same key is an error.
    pub request_digest: String,
    /// The answer, as JSON.
    pub response: String,
    /// When.
    pub at_ms: i64,
}
