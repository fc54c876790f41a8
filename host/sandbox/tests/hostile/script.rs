//! A provider in process: what it answers depends on the document's id alone.
//!
//! Not here: the same provider over real HTTP (`loopback.rs`).
#![allow(dead_code)]

use std::sync::Mutex;

use bytes::Bytes;
use countersign_sandbox::exchange::Header;
use countersign_sandbox::transport::{Incoming, Outgoing, Transport, TransportFailure};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::watch;

/// Where a redirect of this provider leads.
pub(crate) const METADATA: &str = "http://169.254.169.254/latest/meta-data/iam";

/// Answers by script, and remembers what it was asked.
#[derive(Default)]
pub(crate) struct Script {
    asked: Mutex<Vec<String>>,
    /// Holds back every answer until it turns true.
    gate: Option<watch::Receiver<bool>>,
    /// Turns true when the first request is there.
    arrived: Option<watch::Sender<bool>>,
}

impl Script {
    /// A provider that holds its answers back until the gate opens, and tells when it was asked.
    pub(crate) fn gated() -> (Self, watch::Sender<bool>, watch::Receiver<bool>) {
        let (open, gate) = watch::channel(false);
        let (arrived, asked) = watch::channel(false);
        (Self { gate: Some(gate), arrived: Some(arrived), ..Self::default() }, open, asked)
    }

    /// Method and path of every request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn answer(&self, request: Outgoing) -> Incoming {
        self.asked.lock().unwrap().push(format!("{} {}", request.method, request.path));
        if let Some(arrived) = &self.arrived {
            arrived.send_replace(true);
        }
        if let Some(gate) = &self.gate {
            gate.clone().wait_for(|open| *open).await.unwrap();
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
            (_, "/documents/echo") => whole(200, "nothing to repeat"),
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

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}
