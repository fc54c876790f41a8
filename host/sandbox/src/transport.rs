//! The seam between the HTTP capability and what really carries a request.
//!
//! The capability (`capability/http.rs`) authorises, records and translates; a [`Transport`] carries.
//! [`crate::network::Network`] is the real one; conformance answers from fixtures, benchmarks in process.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use crate::attachment::{AttachmentInfo, AttachmentStore};
use crate::connection::Connection;
use crate::exchange::Header;

/// A request that was authorised and recorded, without credentials.
pub struct Outgoing {
    /// The connection whose role is used.
    pub connection: Arc<Connection>,
    /// The role.
    pub role: String,
    /// Upper case.
    pub method: String,
    /// Encoded path below the base URL, starting with `/`.
    pub path: String,
    /// Decoded query pairs.
    pub query: Vec<(String, String)>,
    /// Headers, checked, in order; `content-type` among them.
    pub headers: Vec<Header>,
    /// The body.
    pub body: OutgoingBody,
    /// The user in whose context the call runs, for tokens.
    pub acting_user: Option<String>,
    /// Where attachments of the body are read from.
    pub attachments: Arc<dyn AttachmentStore>,
    /// What remains of the call's time.
    pub timeout: Duration,
}

/// A body: its exact length is known before it is sent.
pub enum OutgoingBody {
    /// No body.
    None,
    /// Pieces one after another (multipart boundaries and part headers are pieces too).
    Pieces(Vec<Piece>),
}

/// One piece of a body.
pub enum Piece {
    /// These bytes.
    Bytes(Bytes),
    /// The bytes of an attachment, streamed.
    Attachment(AttachmentInfo),
    /// The same in base64, streamed.
    AttachmentBase64(AttachmentInfo),
}

/// What came back, before the capability caps and stores it.
pub struct Incoming {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case, in order.
    pub headers: Vec<Header>,
    /// The body, unread.
    pub body: BoxStream<'static, Result<Bytes, TransportFailure>>,
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportFailure {
    /// The kind.
    pub kind: TransportFailureKind,
    /// True when the provider may have seen the request.
    pub maybe_sent: bool,
    /// A sentence for the operator, with the mend where one is known.
    pub message: String,
    /// Where an administrator can consent, when that is what is missing.
    pub consent_url: Option<String>,
}

/// The kinds of failure a transport knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportFailureKind {
    /// The address policy or the configuration does not allow it.
    Denied,
    /// The request cannot be expressed.
    Invalid,
    /// No token could be had, or the credentials were refused.
    Unauthorized,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Connect,
    /// The certificate is wrong.
    Tls,
    /// The answer is larger than allowed.
    TooLarge,
}

impl TransportFailure {
    /// A failure before anything was sent.
    #[must_use]
    pub fn unsent(kind: TransportFailureKind, message: impl Into<String>) -> Self {
        Self { kind, maybe_sent: false, message: message.into(), consent_url: None }
    }

    /// A failure after the provider may have seen the request.
    #[must_use]
    pub fn maybe_sent(kind: TransportFailureKind, message: impl Into<String>) -> Self {
        Self { kind, maybe_sent: true, message: message.into(), consent_url: None }
    }
}

/// Carries one request.
pub trait Transport: Send + Sync {
    /// Sends the request and returns as soon as the response's head is there. Never follows redirects.
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>>;
}
