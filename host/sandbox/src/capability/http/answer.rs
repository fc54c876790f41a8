//! What comes back: bounded, masked, and either into the component or straight into an attachment.
//!
//! Not here: journalling it (`capability/http.rs`).

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use super::{body, headers};
use crate::attachment::ByteStream;
use crate::call::state::Work;
use crate::capability::mask::{self, Sieve};
use crate::contract::http::{
    Destination, FailureKind, NewAttachment, RequestSent, Response, ResponseBody, SendFailure, StoredBody,
};
use crate::exchange::{Header, RecordedBody, RecordedResponse, Repeat};
use crate::limits::Limits;
use crate::transport::{Incoming, TransportFailure, TransportFailureKind};

type Answered = Result<(Response, RecordedResponse), SendFailure>;
type Body = BoxStream<'static, Result<Bytes, TransportFailure>>;

/// Takes a response in.
pub(super) async fn take(
    work: &mut Work,
    incoming: Incoming,
    destination: Destination,
    limits: &Limits,
) -> Answered {
    let Incoming { status, mut headers, body } = incoming;
    headers::check_bounds(&headers, limits).map_err(too_large)?;
    mask::headers(&work.connection, &mut headers);
    let (body, recorded_body) = match destination {
        Destination::Attachment(file) if (200..300).contains(&status) => {
            let stored = store(work, (file, &headers), body, limits).await?;
            let recorded = RecordedBody::Digest {
                size: stored.size,
                sha256: stored.sha256.clone(),
                attachment: Some(stored.attachment),
            };
            (ResponseBody::Stored(stored), recorded)
        }
        Destination::Attachment(_) => {
            // A refusal instead of a file: its beginning says why.
            let mut bytes = collect(body, limits.refusal_bytes_max, Beyond::Cut).await?;
            mask::bytes(&work.connection, &mut bytes);
            inline(bytes)
        }
        Destination::Inline(asked) => {
            let bytes_max = u64::from(asked).min(limits.response_bytes_max);
            let mut bytes = collect(body, bytes_max, Beyond::Refuse).await?;
            mask::bytes(&work.connection, &mut bytes);
            inline(bytes)
        }
    };
    receive(work, &body, limits)?;
    let recorded = RecordedResponse::Answered { status, headers: headers.clone(), body: recorded_body };
    Ok((Response { status, headers, body }, recorded))
}

/// Counts what enters the component, since the host keeps it for the record until the call ends.
fn receive(work: &mut Work, body: &ResponseBody, limits: &Limits) -> Result<(), SendFailure> {
    if let ResponseBody::Inline(bytes) = body {
        work.received_bytes = work.received_bytes.saturating_add(bytes.len() as u64);
    }
    match work.received_bytes > limits.responses_bytes_max {
        true => Err(too_large(format!(
            "the answers of this call are more than {} bytes",
            limits.responses_bytes_max
        ))),
        false => Ok(()),
    }
}

fn inline(bytes: Vec<u8>) -> (ResponseBody, RecordedBody) {
    let recorded = body::whole(&bytes);
    (ResponseBody::Inline(bytes), recorded)
}

/// What happens to a body that is longer than allowed.
#[derive(Clone, Copy)]
enum Beyond {
    Refuse,
    Cut,
}

async fn collect(mut body: Body, bytes_max: u64, beyond: Beyond) -> Result<Vec<u8>, SendFailure> {
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(broken)?;
        let left = usize::try_from(bytes_max.saturating_sub(bytes.len() as u64)).unwrap_or(usize::MAX);
        match (piece.get(..left).filter(|_| piece.len() > left), beyond) {
            (None, _) => bytes.extend_from_slice(&piece),
            (Some(_), Beyond::Refuse) => {
                return Err(too_large(format!("the answer is larger than {bytes_max} bytes")));
            }
            (Some(beginning), Beyond::Cut) => {
                bytes.extend_from_slice(beginning);
                break;
            }
        }
    }
    Ok(bytes)
}

/// Streams a body into a new attachment.
async fn store(
    work: &mut Work,
    (file, headers): (NewAttachment, &[Header]),
    body: Body,
    limits: &Limits,
) -> Result<StoredBody, SendFailure> {
    let bytes_max = limits.attachment_bytes_max;
    let why = Arc::new(Mutex::new(None));
    let sieve = Sieve::new(Arc::clone(&work.connection));
    let bytes = Watched { body, sieve, size: 0, bytes_max, why: Arc::clone(&why), over: false };
    let stored = work.attachments.store(bytes.stream(), bytes_max).await;
    let why = why.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (size, sha256) = match (stored, why) {
        (_, Some(failure)) => return Err(failure),
        (Ok(stored), None) => stored,
        (Err(error), None) => return Err(unstored(&error)),
    };
    let media_type = media_type(&file, headers);
    let attachment = work.keep(file.name, media_type, (size, sha256.clone()));
    Ok(StoredBody { attachment, size, sha256 })
}

/// A body on its way into the store: bounded, masked, and telling why it broke off when it did.
struct Watched {
    body: Body,
    sieve: Sieve,
    size: u64,
    bytes_max: u64,
    why: Arc<Mutex<Option<SendFailure>>>,
    over: bool,
}

impl Watched {
    fn stream(self) -> ByteStream {
        stream::unfold(self, |mut watched| async move {
            let piece = watched.next().await?;
            Some((piece, watched))
        })
        .boxed()
    }

    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.over {
            return None;
        }
        let failure = match self.body.next().await {
            Some(Ok(piece)) => {
                self.size = self.size.saturating_add(piece.len() as u64);
                if self.size <= self.bytes_max {
                    return Some(Ok(self.sieve.pass(&piece)));
                }
                too_large(format!("the file is larger than {} bytes", self.bytes_max))
            }
            Some(Err(failure)) => broken(failure),
            None => {
                self.over = true;
                return Some(Ok(self.sieve.finish()));
            }
        };
        self.over = true;
        let words = failure.message.clone();
        self.why.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
        Some(Err(io::Error::other(words)))
    }
}

/// The media type the component gave, else the response's without its parameters.
pub(super) fn media_type(file: &NewAttachment, headers: &[Header]) -> String {
    if !file.media_type.is_empty() {
        return file.media_type.clone();
    }
    let content_type =
        headers.iter().find(|header| header.name == "content-type").map(|header| header.value.as_str());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    match essence {
        "" => "application/octet-stream".to_owned(),
        essence => essence.to_ascii_lowercase(),
    }
}

/// A transport's failure in the words of the contract.
pub(super) fn failure(failure: TransportFailure) -> SendFailure {
    let kind = match failure.kind {
        TransportFailureKind::Denied => FailureKind::Denied,
        TransportFailureKind::Invalid => FailureKind::Invalid,
        TransportFailureKind::Unauthorized => FailureKind::Unauthorized,
        TransportFailureKind::Timeout => FailureKind::Timeout,
        TransportFailureKind::Connect => FailureKind::Connect,
        TransportFailureKind::Tls => FailureKind::Tls,
        TransportFailureKind::TooLarge => FailureKind::TooLarge,
    };
    let request_sent = if failure.maybe_sent { RequestSent::Maybe } else { RequestSent::No };
    SendFailure { kind, request_sent, message: failure.message, consent_url: failure.consent_url }
}

/// A failure while the body was read: the request was sent for certain, whatever the transport thinks.
fn broken(broke: TransportFailure) -> SendFailure {
    SendFailure { request_sent: RequestSent::Maybe, ..failure(broke) }
}

/// A broken `once` request that may have been processed is in doubt, whatever broke it.
pub(super) fn doubt(failure: SendFailure, repeat: Repeat) -> SendFailure {
    let doubtful = repeat == Repeat::Once
        && failure.request_sent == RequestSent::Maybe
        && failure.kind != FailureKind::InDoubt;
    match doubtful {
        true => SendFailure {
            kind: FailureKind::InDoubt,
            message: format!("the request may have been processed: {}", failure.message),
            ..failure
        },
        false => failure,
    }
}

/// A failure as recorded.
pub(super) fn recorded_failure(failure: &SendFailure) -> RecordedResponse {
    RecordedResponse::Failed {
        kind: kind_name(failure.kind).to_owned(),
        maybe_sent: failure.request_sent == RequestSent::Maybe,
        message: failure.message.clone(),
    }
}

const KINDS: [(FailureKind, &str); 8] = [
    (FailureKind::Denied, "denied"),
    (FailureKind::Invalid, "invalid"),
    (FailureKind::Unauthorized, "unauthorized"),
    (FailureKind::Timeout, "timeout"),
    (FailureKind::Connect, "connect"),
    (FailureKind::Tls, "tls"),
    (FailureKind::TooLarge, "too-large"),
    (FailureKind::InDoubt, "in-doubt"),
];

fn kind_name(kind: FailureKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("connect", |(_, name)| name)
}

/// The kind of a recorded name.
pub(super) fn kind_of(name: &str) -> FailureKind {
    KINDS.iter().find(|(_, known)| *known == name).map_or(FailureKind::Connect, |(kind, _)| *kind)
}

fn too_large(message: String) -> SendFailure {
    SendFailure { kind: FailureKind::TooLarge, request_sent: RequestSent::Maybe, message, consent_url: None }
}

/// The answer is there and the host cannot keep it: for the component the connection broke.
fn unstored(error: &io::Error) -> SendFailure {
    let message = format!("the host could not store the answer: {error}");
    SendFailure { kind: FailureKind::Connect, request_sent: RequestSent::Maybe, message, consent_url: None }
}
