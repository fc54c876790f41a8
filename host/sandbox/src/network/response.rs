//! A response: its head at once, its body as it comes.
//!
//! Not here: capping, masking and storing it (`capability/http.rs`).

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use reqwest::header::HeaderValue;
use tokio::time::{Instant, timeout_at};

use super::failure::Peer;
use crate::exchange::Header;
use crate::transport::{Incoming, TransportFailure};

/// Hands over the head; the body may be read until the deadline of the call.
pub(crate) fn incoming(
    response: reqwest::Response,
    peer: Peer,
    deadline: Instant,
) -> Result<Incoming, TransportFailure> {
    let headers = response.headers().iter().map(|(name, value)| header(name.as_str(), value)).collect();
    Ok(Incoming { status: response.status().as_u16(), headers, body: body(response, peer, deadline) })
}

/// Values outside ASCII are UTF-8 nearly always; RFC 9110 section 5.5 leaves ISO 8859-1 for the rest.
fn header(name: &str, value: &HeaderValue) -> Header {
    let text = std::str::from_utf8(value.as_bytes()).map(str::to_owned);
    let value = text.unwrap_or_else(|_| value.as_bytes().iter().copied().map(char::from).collect());
    Header { name: name.to_owned(), value }
}

fn body(
    response: reqwest::Response,
    peer: Peer,
    deadline: Instant,
) -> BoxStream<'static, Result<Bytes, TransportFailure>> {
    stream::unfold(Some((response, peer)), move |state| async move {
        let (mut response, peer) = state?;
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(bytes))) => Some((Ok(bytes), Some((response, peer)))),
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some((Err(peer.broken_answer(&error)), None)),
            Err(_) => Some((Err(peer.timeout(true)), None)),
        }
    })
    .boxed()
}
