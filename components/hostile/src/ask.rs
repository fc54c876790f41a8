//! Requests as the misbehaviours make them, and what becomes of their answers.
//!
//! Not here: which request is wrong, and how (`behaviour/`).

use countersign_sdk::Host;
use countersign_sdk::contract::attachments::AttachmentFailure;
use countersign_sdk::contract::http::{
    Body, Chunk, ComposedBody, Destination, FailureKind, Header, Repeat, Request, Response, ResponseBody,
    SendFailure,
};
use countersign_sdk::contract::types::{
    Failure, InvalidInput, ProviderMessage, TransientFault, UnauthorizedAccess,
};

/// As much of an answer as the contract lets in.
const INLINE_MAX: u32 = 4 * 1024 * 1024;

/// `GET` below the role `api`; harmless as it stands.
pub(crate) fn get(path: &[&str]) -> Request {
    Request {
        role: "api".to_owned(),
        method: "GET".to_owned(),
        path: path.iter().map(|segment| (*segment).to_owned()).collect(),
        query: Vec::new(),
        headers: Vec::new(),
        body: Body::None,
        destination: Destination::Inline(INLINE_MAX),
        repeat: Repeat::Read,
    }
}

/// `POST /documents`, which mails somebody.
pub(crate) fn create() -> Request {
    let body = ComposedBody {
        content_type: "text/plain".to_owned(),
        chunks: vec![Chunk::Bytes(b"sign this".to_vec())],
    };
    Request {
        method: "POST".to_owned(),
        body: Body::Composed(body),
        repeat: Repeat::Once,
        ..get(&["documents"])
    }
}

/// A header.
pub(crate) fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

/// Sends it; what is no 2xx is a failure.
pub(crate) fn send(host: &dyn Host, request: &Request) -> Result<Response, Failure> {
    let response = host.send(request).map_err(failure)?;
    if (200..300).contains(&response.status) {
        return Ok(response);
    }
    let message = format!("{:?} {}", response.headers, text(&response));
    Err(Failure::Rejected(ProviderMessage { code: response.status.to_string(), message }))
}

/// The body as text.
pub(crate) fn text(response: &Response) -> String {
    match &response.body {
        ResponseBody::Inline(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        ResponseBody::Stored(stored) => format!("attachment {}", stored.attachment),
    }
}

/// The failure of the contract for a request without an answer.
pub(crate) fn failure(failure: SendFailure) -> Failure {
    let SendFailure { kind, message, consent_url, .. } = failure;
    match kind {
        FailureKind::Denied => Failure::Denied(message),
        FailureKind::Invalid => {
            Failure::Invalid(InvalidInput { field: "request".to_owned(), reason: message })
        }
        FailureKind::Unauthorized => Failure::Unauthorized(UnauthorizedAccess { message, consent_url }),
        FailureKind::TooLarge => other("too-large", message),
        FailureKind::InDoubt => Failure::InDoubt(message),
        FailureKind::Timeout | FailureKind::Connect | FailureKind::Tls => {
            Failure::Transient(TransientFault { message, retry_after_ms: None })
        }
    }
}

/// The same for an attachment.
pub(crate) fn attachment_failure(failure: AttachmentFailure) -> Failure {
    match failure {
        AttachmentFailure::Denied => Failure::Denied("attachment".to_owned()),
        AttachmentFailure::TooLarge(limit) => other("too-large", format!("the limit is {limit} bytes")),
        AttachmentFailure::Invalid(reason) => {
            Failure::Invalid(InvalidInput { field: "attachment".to_owned(), reason })
        }
        AttachmentFailure::Storage(reason) => other("storage", reason),
    }
}

fn other(code: &str, message: String) -> Failure {
    Failure::Other(ProviderMessage { code: code.to_owned(), message })
}
