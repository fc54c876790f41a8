//! Documents at providers that no instance follows any more, and drafts that may lie there.
//!
//! Not here: what makes one (`host/workflow`). Nothing is deleted at the provider.

/// One document left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrphanRow {
    /// The instance that left it.
    pub instance_id: String,
    /// The operator's connection.
    pub connection: String,
    /// The provider's id; none when the answer that would have told it was lost.
    pub document_id: Option<String>,
    /// Our reference.
    pub client_reference: String,
    /// How far its sending came: `unsent`, `in-doubt` or `sent`.
    pub standing: String,
    /// Why nobody follows it.
    pub why: String,
    /// Since when.
    pub at_ms: i64,
}
