//! Which instance refers to which stored file.
//!
//! Not here: the file's bytes (`attachment.rs` of the crate) and what the form says of it.

/// One reference to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// The instance.
    pub instance_id: String,
    /// Its number within the instance.
    pub number: u32,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Length in bytes.
    pub size: u64,
    /// When it was added.
    pub at_ms: i64,
}
