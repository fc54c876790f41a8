//! What the provider posts to the host, and what it means (`wit/events.wit`).
//!
//! Not here: proving where it comes from (the connection's webhook check).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

use super::types::TimestampMs;

/// One header as received; names may repeat.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct InboundHeader {
    /// The name, lower case.
    pub name: String,
    /// The value, unchanged.
    pub value: String,
}

/// The message as received.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct InboundRequest {
    /// The method, upper case.
    pub method: String,
    /// What followed the endpoint's own path, decoded, a segment at a time.
    #[serde(default)]
    pub path: Vec<String>,
    /// The query, decoded, in order.
    #[serde(default)]
    pub query: Vec<(String, String)>,
    /// The headers, in order.
    #[serde(default)]
    pub headers: Vec<InboundHeader>,
    /// The body's bytes, unchanged.
    #[serde(default)]
    pub body: Vec<u8>,
}

/// What happened, in neutral words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum EventKind {
    /// The document as a whole changed state.
    #[component(name = "document-changed")]
    DocumentChanged,
    /// One recipient acted.
    #[component(name = "recipient-changed")]
    RecipientChanged,
    /// Understood, and of no interest to a workflow.
    #[component(name = "ignored")]
    Ignored,
    /// Not understood; kept for a person to look at.
    #[component(name = "unknown")]
    Unknown,
}

/// One thing that happened. A hint: the host reads the state again before it acts.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Event {
    /// The provider's id of this event, when it has one; the host drops repeats by it.
    #[serde(default)]
    pub id: Option<String>,
    /// The neutral kind.
    pub kind: EventKind,
    /// The provider's word.
    pub name: String,
    /// The document it is about.
    #[component(name = "document-id")]
    #[serde(default)]
    pub document_id: Option<String>,
    /// Our reference, when the provider sends it along.
    #[component(name = "client-reference")]
    #[serde(default)]
    pub client_reference: Option<String>,
    /// When it happened, by the provider's clock.
    #[component(name = "occurred-at")]
    #[serde(default)]
    pub occurred_at: Option<TimestampMs>,
    /// The recipient it is about: the provider's id or an e-mail address.
    #[serde(default)]
    pub recipient: Option<String>,
    /// Why, in the provider's or the recipient's words.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The answer that the provider wants to see.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Content type of the body.
    #[component(name = "content-type")]
    #[serde(default)]
    pub content_type: Option<String>,
    /// The body.
    #[serde(default)]
    pub body: Vec<u8>,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Reading {
    /// Zero or more events, in the order of the message.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Set when the provider expects more than an empty 200.
    #[serde(default)]
    pub reply: Option<Reply>,
}

/// Why a message could not be read. The sender's fault; the same bytes fail again.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum Rejection {
    /// Not a message of this provider: broken JSON or XML, a missing field.
    #[component(name = "malformed")]
    Malformed(String),
    /// A message of this provider that no webhook of this component covers.
    #[component(name = "unsupported")]
    Unsupported(String),
}
