//! One HTTP request and its response, as journal, audit and fixtures keep it.
//!
//! Not here: sending it (`transport.rs`) and deciding whether it may be sent (`capability/http.rs`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

/// What a repeat of the request would do (`http.repeat` of the contract).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum Repeat {
    /// Changes nothing.
    #[component(name = "read")]
    Read,
    /// Changes something, harmless when repeated.
    #[component(name = "repeatable")]
    Repeatable,
    /// Must never be repeated blindly.
    #[component(name = "once")]
    Once,
}

/// One header, name in lower case.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[component(record)]
pub struct Header {
    /// The name, lower case.
    pub name: String,
    /// The value; credentials are never recorded, since the host adds them after recording.
    pub value: String,
}

/// A body as it is recorded: small ones whole, large ones and attachments by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedBody {
    /// No body.
    None,
    /// UTF-8 text, whole.
    Text(String),
    /// Other bytes, base64, whole.
    Base64(String),
    /// The bytes of an attachment, or a body too large to keep: what identifies it.
    Digest {
        /// Length in bytes.
        size: u64,
        /// SHA-256, lower-case hex.
        sha256: String,
        /// The attachment, when the bytes belong to one.
        #[serde(skip_serializing_if = "Option::is_none")]
        attachment: Option<u32>,
    },
    /// Pieces one after another (parts of a multipart body carry their headers).
    Parts(Vec<RecordedPart>),
}

/// One piece of a recorded body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedPart {
    /// The part's headers; empty for pieces of a composed body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// Its content.
    pub body: RecordedBody,
}

/// The request side of an exchange, before credentials are added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RecordedRequest {
    /// Connection role.
    pub role: String,
    /// Upper case.
    pub method: String,
    /// Encoded path below the role's base URL, starting with `/`.
    pub path: String,
    /// Decoded query pairs, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, String)>,
    /// Headers the component set, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body.
    pub body: RecordedBody,
    /// What a repeat would do.
    pub repeat: Repeat,
}

/// The response side of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedResponse {
    /// The provider answered.
    Answered {
        /// HTTP status.
        status: u16,
        /// All headers, in order.
        headers: Vec<Header>,
        /// The body.
        body: RecordedBody,
    },
    /// No answer; the kind and message of `http.send-failure`.
    Failed {
        /// `timeout`, `connect`, `in-doubt`, …
        kind: String,
        /// True when the provider may have processed the request.
        maybe_sent: bool,
        /// A sentence for the operator.
        message: String,
    },
}

/// One request and its response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exchange {
    /// Position within the call, from 1.
    pub number: u32,
    /// What was asked.
    pub request: RecordedRequest,
    /// What came back; none while it is open.
    pub response: Option<RecordedResponse>,
    /// When it began, milliseconds since 1970.
    pub started_at_ms: i64,
    /// How long it took.
    pub duration_ms: Option<u64>,
}

impl Exchange {
    /// A `once` request that may have been processed: repeating it, or the call, could do it twice.
    #[must_use]
    pub fn is_in_question(&self) -> bool {
        self.request.repeat == Repeat::Once && !self.was_refused()
    }

    /// Certainly not processed: never sent, or answered with a refusal (4xx but 408, which ends a request half-way).
    fn was_refused(&self) -> bool {
        match &self.response {
            Some(RecordedResponse::Failed { maybe_sent, .. }) => !maybe_sent,
            Some(RecordedResponse::Answered { status, .. }) => (400..500).contains(status) && *status != 408,
            None => false,
        }
    }
}
