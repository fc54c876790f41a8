//! Requests and responses as a component sees them (`wit/http.wit`).
//!
//! Not here: whether a request may leave (`capability/http.rs`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

use super::types::AttachmentId;

pub use crate::exchange::Header;
pub use crate::exchange::Repeat;

/// A piece of a body.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum Chunk {
    /// These bytes.
    #[component(name = "bytes")]
    Bytes(Vec<u8>),
    /// The bytes of an attachment. The host streams them; they never enter the component.
    #[component(name = "attachment")]
    Attachment(AttachmentId),
    /// The same in base64 (RFC 4648 section 4, padded, no line breaks).
    #[component(name = "attachment-base64")]
    AttachmentBase64(AttachmentId),
}

/// A whole body made of pieces.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct ComposedBody {
    /// Its content type.
    #[component(name = "content-type")]
    pub content_type: String,
    /// The pieces, in order.
    #[serde(default)]
    pub chunks: Vec<Chunk>,
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Part {
    /// Its headers, `content-disposition` among them, exactly as they shall stand.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Its content, in pieces.
    #[serde(default)]
    pub chunks: Vec<Chunk>,
}

/// A multipart body. The host makes the boundary.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct MultipartBody {
    /// `form-data`, `mixed`.
    pub subtype: String,
    /// The parts, in order.
    #[serde(default)]
    pub parts: Vec<Part>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum Body {
    /// Nothing.
    #[component(name = "none")]
    None,
    /// Pieces one after another; JSON and forms are one piece.
    #[component(name = "composed")]
    Composed(ComposedBody),
    /// Parts.
    #[component(name = "multipart")]
    Multipart(MultipartBody),
}

/// A file to be made from a response.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct NewAttachment {
    /// Its file name.
    pub name: String,
    /// Its media type; empty takes the response's.
    #[component(name = "media-type")]
    pub media_type: String,
}

/// Where the response's body goes.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum Destination {
    /// Into the component, up to so many bytes (the host's own cap is 4 MiB).
    #[component(name = "inline")]
    Inline(u32),
    /// Straight into a new attachment when the status is 2xx; inline, up to 64 KiB, otherwise.
    #[component(name = "attachment")]
    Attachment(NewAttachment),
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Request {
    /// The connection role of the manifest: `api`.
    pub role: String,
    /// The method, upper case.
    pub method: String,
    /// Path below the role's base URL, a segment at a time, not encoded: ids may hold `/`, `:` and `=`.
    #[serde(default)]
    pub path: Vec<String>,
    /// Query, not encoded, in order.
    #[serde(default)]
    pub query: Vec<(String, String)>,
    /// Further headers, in order.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// The body.
    pub body: Body,
    /// Where the answer goes.
    pub destination: Destination,
    /// What a repeat would do.
    pub repeat: Repeat,
}

/// A response body that was stored.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct StoredBody {
    /// The new attachment.
    pub attachment: AttachmentId,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// A response's body.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum ResponseBody {
    /// The bytes.
    #[component(name = "inline")]
    Inline(Vec<u8>),
    /// A new attachment holds them.
    #[component(name = "stored")]
    Stored(StoredBody),
}

/// One response. Every status is data, also 4xx and 5xx; redirects are not followed.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// All headers, names in lower case, in order.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// The body.
    pub body: ResponseBody,
}

/// Why there is no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum FailureKind {
    /// The grant does not allow it. Nothing was sent.
    #[component(name = "denied")]
    Denied,
    /// The request itself is wrong. Nothing was sent.
    #[component(name = "invalid")]
    Invalid,
    /// The connection's credentials were not accepted, or no token could be had. Nothing was sent.
    #[component(name = "unauthorized")]
    Unauthorized,
    /// No answer in time.
    #[component(name = "timeout")]
    Timeout,
    /// No connection, or it broke.
    #[component(name = "connect")]
    Connect,
    /// The other side's certificate is wrong. Nothing was sent.
    #[component(name = "tls")]
    Tls,
    /// The answer is larger than allowed.
    #[component(name = "too-large")]
    TooLarge,
    /// A `once` request that may or may not have been processed: look the truth up before going on.
    #[component(name = "in-doubt")]
    InDoubt,
}

/// Whether the provider can have seen the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum RequestSent {
    /// Certainly not.
    #[component(name = "no")]
    No,
    /// It may have.
    #[component(name = "maybe")]
    Maybe,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct SendFailure {
    /// The kind.
    pub kind: FailureKind,
    /// Whether the provider can have acted on it.
    #[component(name = "request-sent")]
    pub request_sent: RequestSent,
    /// A sentence for the operator, with the mend where one is known.
    pub message: String,
    /// Where an administrator can consent, when that is what is missing.
    #[component(name = "consent-url")]
    #[serde(default)]
    pub consent_url: Option<String>,
}
