//! Which provider's document belongs to which instance.
//!
//! Not here: what a provider tells about it.

/// One document of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalRef {
    /// The operator's connection.
    pub connection: String,
    /// The provider's id.
    pub document_id: String,
    /// Our reference, the same in every attempt of one send.
    pub client_reference: Option<String>,
    /// The instance.
    pub instance_id: String,
}
