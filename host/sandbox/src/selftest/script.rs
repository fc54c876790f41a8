//! A provider in process: what it answers depends on the document's id alone. It never sees a network.
//!
//! Not here: the same provider over real HTTP (`tests/hostile/loopback.rs`).

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::watch;

use super::needle::carried;
use crate::exchange::Header;
use crate::transport::{Incoming, Outgoing, Transport, TransportFailure};

/// Where a redirect of this provider leads.
pub const METADATA: &str = "http://169.254.169.254/latest/meta-data/iam";

/// What the provider puts before a part of the request that it repeats: as long as this comes back, the repeating works.
pub const REPEATED: &str = "x-echo-host";

/// An answer is repeated in pieces so small that a secret is torn apart on its way into an attachment.
const PIECE_BYTES: usize = 5;

/// Answers by script, and remembers what it was asked.
#[derive(Debug, Default)]
pub struct Script {
    asked: Mutex<Vec<String>>,
    /// Holds back every answer until it turns true.
    gate: Option<watch::Receiver<bool>>,
    /// Turns true when the first request is there.
    arrived: Option<watch::Sender<bool>>,
}

impl Script {
    /// A provider that holds its answers back until the gate opens, and tells when it was asked.
    #[must_use]
    pub fn gated() -> (Self, watch::Sender<bool>, watch::Receiver<bool>) {
        let (open, gate) = watch::channel(false);
        let (arrived, asked) = watch::channel(false);
        (Self { gate: Some(gate), arrived: Some(arrived), ..Self::default() }, open, asked)
    }

    /// Method and path of every request so far.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn answer(&self, request: Outgoing) -> Incoming {
        let line = format!("{} {}", request.method, request.path);
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        if let Some(arrived) = &self.arrived {
            arrived.send_replace(true);
        }
        if let Some(gate) = &self.gate {
            // Nobody holds the gate any more: then nobody waits for the answer either.
            let _ = gate.clone().wait_for(|open| *open).await;
        }
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/documents") => whole(201, "D-1"),
            (_, "/documents/D-1") => whole(200, "a document"),
            (_, "/documents/never") => std::future::pending().await,
            (_, "/documents/redirect") => with(302, vec![header("location", METADATA)]),
            (_, "/documents/headers") => {
                with(200, (0..10_000).map(|number| header(&format!("x-{number}"), "1")).collect())
            }
            (_, "/documents/header") => with(200, vec![header("x-long", &"v".repeat(1024 * 1024))]),
            (_, "/documents/endless") => endless(),
            (_, "/documents/echo") => echo(&request),
            _ => whole(404, "no such document"),
        }
    }
}

impl Transport for Script {
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        self.answer(request).map(Ok).boxed()
    }
}

fn whole(status: u16, body: &'static str) -> Incoming {
    let body = stream::once(std::future::ready(Ok(Bytes::from_static(body.as_bytes())))).boxed();
    Incoming { status, headers: Vec::new(), body }
}

fn with(status: u16, headers: Vec<Header>) -> Incoming {
    Incoming { headers, ..whole(status, "") }
}

fn endless() -> Incoming {
    let piece = Bytes::from(vec![b'e'; 64 * 1024]);
    Incoming {
        status: 200,
        headers: Vec::new(),
        body: stream::repeat_with(move || Ok(piece.clone())).boxed(),
    }
}

/// Repeats what the network would have added to the request, as header and in the body, and every secret behind it.
fn echo(request: &Outgoing) -> Incoming {
    let mut headers = vec![header(REPEATED, "stand-in.invalid")];
    let mut text = format!("{REPEATED}: stand-in.invalid\n");
    if let Some(role) = request.connection.roles.get(&request.role) {
        let carried = carried(role);
        headers.extend(carried.header.map(|(name, value)| header(&format!("x-echo-{name}"), &value)));
        carried.texts.iter().for_each(|line| {
            text.push_str(line);
            text.push('\n');
        });
    }
    let pieces: Vec<_> =
        text.as_bytes().chunks(PIECE_BYTES).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    Incoming { status: 200, headers, body: stream::iter(pieces).boxed() }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}
