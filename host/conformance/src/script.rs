//! A provider made of a case's exchanges: strictly one after another, and silent from the first difference on.
//!
//! Not here: judging what the component makes of it (`run.rs`).

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_sandbox::attachment::{AttachmentInfo, AttachmentStore};
use countersign_sandbox::exchange::Header;
use countersign_sandbox::transport::{
    Incoming, Outgoing, OutgoingBody, Piece, Transport, TransportFailure, TransportFailureKind,
};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, future, stream};

use crate::case::Case;
use crate::compare;
use crate::format::exchange::{Broken, GivenResponse};
use crate::verdict::Difference;

/// Plays the exchanges of a case.
pub(crate) struct Script {
    case: Arc<Case>,
    played: Mutex<Played>,
}

#[derive(Default)]
struct Played {
    next: usize,
    differences: Vec<Difference>,
}

impl Script {
    /// Plays from this exchange on.
    pub(crate) fn from(case: &Arc<Case>, next: usize) -> Self {
        Self { case: Arc::clone(case), played: Mutex::new(Played { next, differences: Vec::new() }) }
    }

    /// Whether another request came than the case says; what follows from it says nothing about the component.
    pub(crate) fn strayed(&self) -> bool {
        !self.played.lock().unwrap_or_else(PoisonError::into_inner).differences.is_empty()
    }

    /// What differed so far, exchanges that nobody asked for included.
    pub(crate) fn finish(&self) -> Vec<Difference> {
        let played = self.played.lock().unwrap_or_else(PoisonError::into_inner);
        let mut differences = played.differences.clone();
        if differences.is_empty() {
            let left = self.case.exchanges.iter().skip(played.next);
            differences.extend(left.map(|(file, exchange)| {
                let expected = format!("{} {}", exchange.request.method, exchange.request.path);
                Difference::at("request", expected, "the component ended without this request").of(file)
            }));
        }
        differences
    }

    async fn answer(&self, request: Outgoing) -> Result<Incoming, TransportFailure> {
        let bytes = whole(&request).await?;
        let response = self.step(&request, &bytes).ok_or_else(|| {
            TransportFailure::unsent(TransportFailureKind::Invalid, "the case expects another request here")
        })?;
        self.respond(response)
    }

    /// The response to a request that is the next of the case.
    fn step(&self, request: &Outgoing, bytes: &[u8]) -> Option<&GivenResponse> {
        let mut played = self.played.lock().unwrap_or_else(PoisonError::into_inner);
        if !played.differences.is_empty() {
            return None;
        }
        let Some((file, exchange)) = self.case.exchanges.get(played.next) else {
            let file = format!("{:02}-….json", played.next + 1);
            let further = Difference::at("request", "no further request", in_words(request, bytes));
            played.differences.push(further.of(&file));
            return None;
        };
        let differences = compare::request(&exchange.request, request, bytes, &self.case.files());
        if !differences.is_empty() {
            let mistaken = self.mistaken(played.next, request, bytes);
            played.differences.extend(mistaken);
        }
        played.differences.extend(differences.into_iter().map(|difference| difference.of(file)));
        played.next += 1;
        played.differences.is_empty().then_some(&exchange.response)
    }

    /// Told when a request is not the next one of the case, but another one.
    fn mistaken(&self, next: usize, request: &Outgoing, bytes: &[u8]) -> Option<Difference> {
        let is_this = |expected| compare::request(expected, request, bytes, &self.case.files()).is_empty();
        let (file, _) = self.case.exchanges.get(next)?;
        let (index, (other, _)) =
            self.case.exchanges.iter().enumerate().find(|(_, (_, other))| is_this(&other.request))?;
        let order = if index > next { "out of order: this is" } else { "once more" };
        Some(Difference::at("request", file, format!("{order} {other}")).of(file))
    }

    fn respond(&self, response: &GivenResponse) -> Result<Incoming, TransportFailure> {
        let broken = |kind, words| Err(TransportFailure::maybe_sent(kind, words));
        match response.broken {
            Some(Broken::BeforeSend) => {
                return Err(TransportFailure::unsent(TransportFailureKind::Connect, "connection refused"));
            }
            Some(Broken::AfterSend) => return broken(TransportFailureKind::Connect, "the connection broke"),
            Some(Broken::Timeout) => return broken(TransportFailureKind::Timeout, "no answer in time"),
            None => {}
        }
        let files = self.case.files();
        let (bytes, implied) = match &response.body {
            Some(body) => body.bytes(&|name| files.named(name)),
            None => (Bytes::new(), None),
        };
        let given = response
            .headers
            .iter()
            .map(|header| Header { name: header.name.to_ascii_lowercase(), value: header.value.written() });
        let mut headers: Vec<Header> = given.collect();
        if let Some(implied) = implied.filter(|_| headers.iter().all(|header| header.name != "content-type"))
        {
            headers.insert(0, Header { name: "content-type".to_owned(), value: implied.to_owned() });
        }
        let body = stream::once(future::ready(Ok(bytes))).boxed();
        Ok(Incoming { status: response.status.unwrap_or_default(), headers, body })
    }
}

impl Transport for Script {
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        self.answer(request).boxed()
    }
}

/// A request for which the case has no exchange, so that its author can write one.
fn in_words(request: &Outgoing, bytes: &[u8]) -> String {
    let query: String = request.query.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    let body = if bytes.is_empty() { String::new() } else { format!("\n{}", compare::shown(bytes)) };
    format!("{} {}{query}{body}", request.method, request.path)
}

/// The body as it would go over the wire.
async fn whole(request: &Outgoing) -> Result<Vec<u8>, TransportFailure> {
    let OutgoingBody::Pieces(pieces) = &request.body else { return Ok(Vec::new()) };
    let mut bytes = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(piece) => bytes.extend_from_slice(piece),
            Piece::Attachment(info) => bytes.extend(read(request.attachments.as_ref(), info).await?),
            Piece::AttachmentBase64(info) => {
                bytes.extend(STANDARD.encode(read(request.attachments.as_ref(), info).await?).into_bytes());
            }
        }
    }
    Ok(bytes)
}

async fn read(store: &dyn AttachmentStore, info: &AttachmentInfo) -> Result<Vec<u8>, TransportFailure> {
    let pieces = async {
        let pieces = store.open(&info.sha256, 0).await?;
        pieces
            .try_fold(Vec::new(), |mut bytes, piece| {
                bytes.extend_from_slice(&piece);
                future::ready(Ok(bytes))
            })
            .await
    };
    pieces.await.map_err(|error: std::io::Error| {
        TransportFailure::unsent(TransportFailureKind::Invalid, format!("attachment {}: {error}", info.id))
    })
}
