//! Dispatch: one `get-document-status` of the Autenti component — fresh instance, typed call, one exchange answered in
//! process — beside the same component on bare pooled wasmtime; and the memory of 1,000 calls waiting for a slow provider.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;
use countersign_sandbox::attachment::{AttachmentStore, ByteStream};
use countersign_sandbox::bench::Bare;
use countersign_sandbox::connection::Connection;
use countersign_sandbox::contract::actions::DocumentInput;
use countersign_sandbox::contract::http::{Header, Response, ResponseBody};
use countersign_sandbox::exchange;
use countersign_sandbox::journal::Unjournaled;
use countersign_sandbox::transport::{Incoming, Outgoing, Transport, TransportFailure};
use countersign_sandbox::{ActionInput, CallInput, Provider, Sandbox, SandboxConfig};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};
use tokio::sync::Semaphore;

use super::{Figure, Report, conditions, memory, quantile};

/// Calls waiting at once in the memory measurement.
const WAITING: usize = 1_000;
/// What the provider answers.
const ANSWER: &str = r#"{"id":"DOCUMENT_PROCESS:1","title":"Framework agreement","status":"PROCESSING","parties":[],"files":[]}"#;

/// Measures dispatch in alternating rounds, so that a machine that slows down slows both.
pub async fn dispatch(runs: usize) -> anyhow::Result<Report> {
    let calls = u32::try_from(WAITING)? + 24;
    let sandbox = Sandbox::new(SandboxConfig { max_calls: calls, ..SandboxConfig::default() })?;
    let bundled = countersign_components::bundled_by_id("autenti").context("autenti is not bundled")?;
    let provider = sandbox.admit(bundled.bytes)?;
    let connection = Arc::new(Connection::for_replay("sign", BTreeMap::new(), ["api"])?);
    let ours = Bench { provider: &provider, connection, transport: Arc::new(Answering(None)) };
    let bare = Bare::new(&provider, answer())?;

    let (mut bare_us, mut ours_us, mut instantiate_us) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..runs + runs / 10 {
        let warm = round >= runs / 10;
        let took = timed(async { bare.call(&action()).await?.map(|_| ()).map_err(Into::into) }).await?;
        let ours_took = timed(ours.call()).await?;
        let instantiated = timed(bare.instantiate()).await?;
        if warm {
            bare_us.push(took);
            ours_us.push(ours_took);
            instantiate_us.push(instantiated);
        }
    }
    let waiting = ours.waiting_bytes().await?;
    let ratio = quantile(&mut ours_us, 0.5) / quantile(&mut bare_us, 0.5);
    let mut conditions = conditions();
    conditions.push(format!("{runs} rounds, one bare call, one of ours and one instantiation in each"));
    Ok(Report {
        bench: "dispatch",
        ratio,
        goal: "at most 2 × bare wasmtime",
        meets: ratio <= 2.0,
        figures: vec![
            Figure::new("bare: instantiate, median", quantile(&mut instantiate_us, 0.5), "µs"),
            Figure::new("bare: instantiate and call, median", quantile(&mut bare_us, 0.5), "µs"),
            Figure::new("bare: instantiate and call, p99", quantile(&mut bare_us, 0.99), "µs"),
            Figure::new("ours: whole call, median", quantile(&mut ours_us, 0.5), "µs"),
            Figure::new("ours: whole call, p99", quantile(&mut ours_us, 0.99), "µs"),
            Figure::new(format!("memory of a waiting call ({WAITING} waiting)"), waiting / 1024.0, "KiB"),
        ],
        conditions,
    })
}

async fn timed(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<f64> {
    let started = Instant::now();
    work.await?;
    Ok(started.elapsed().as_secs_f64() * 1e6)
}

fn action() -> ActionInput {
    let document_id = "DOCUMENT_PROCESS:1".to_owned();
    ActionInput::GetDocumentStatus(DocumentInput {
        document_id,
        client_reference: None,
        settings: Vec::new(),
    })
}

fn answer() -> Response {
    let header = Header { name: "content-type".to_owned(), value: "application/json".to_owned() };
    Response { status: 200, headers: vec![header], body: ResponseBody::Inline(ANSWER.as_bytes().to_vec()) }
}

struct Bench<'a> {
    provider: &'a Arc<Provider>,
    connection: Arc<Connection>,
    transport: Arc<Answering>,
}

impl Bench<'_> {
    fn input(&self, transport: Arc<Answering>) -> CallInput {
        CallInput {
            id: "bench-1".to_owned(),
            connection: self.connection.clone(),
            action: action(),
            acting_user: None,
            now_ms: 0,
            seed: 1,
            granted: Vec::new(),
            next_attachment: 1,
            attachments: Arc::new(NoFiles),
            journal: Arc::new(Unjournaled),
            transport,
            deadline: Duration::from_secs(60),
        }
    }

    async fn call(&self) -> anyhow::Result<()> {
        let end = self.provider.call(self.input(self.transport.clone())).await;
        end.result.map(|_| ()).map_err(Into::into)
    }

    /// Resident bytes that each of many calls takes while the provider is silent.
    async fn waiting_bytes(&self) -> anyhow::Result<f64> {
        let gate = Arc::new(Gate { open: Semaphore::new(0), arrived: Semaphore::new(0) });
        let slow = Arc::new(Answering(Some(gate.clone())));
        let before = memory::resident_bytes(std::process::id()).unwrap_or_default();
        let calls: Vec<_> = (0..WAITING)
            .map(|_| {
                let (provider, input) = (self.provider.clone(), self.input(slow.clone()));
                tokio::spawn(async move { provider.call(input).await })
            })
            .collect();
        gate.arrived.acquire_many(u32::try_from(WAITING)?).await?.forget();
        let after = memory::resident_bytes(std::process::id()).unwrap_or_default();
        gate.open.add_permits(WAITING);
        for call in calls {
            ensure!(call.await?.result.is_ok(), "a waiting call failed");
        }
        Ok((after - before) / WAITING as f64)
    }
}

/// Holds answers back until told.
struct Gate {
    open: Semaphore,
    arrived: Semaphore,
}

/// Answers every request in process.
struct Answering(Option<Arc<Gate>>);

impl Transport for Answering {
    fn send(&self, _: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        async move {
            if let Some(gate) = &self.0 {
                gate.arrived.add_permits(1);
                let _ = gate.open.acquire().await.map(tokio::sync::SemaphorePermit::forget);
            }
            let header =
                exchange::Header { name: "content-type".to_owned(), value: "application/json".to_owned() };
            let body = stream::once(std::future::ready(Ok(Bytes::from_static(ANSWER.as_bytes())))).boxed();
            Ok(Incoming { status: 200, headers: vec![header], body })
        }
        .boxed()
    }
}

/// A call that reads a status needs no files.
struct NoFiles;

impl AttachmentStore for NoFiles {
    fn open(&self, _: &str, _: u64) -> BoxFuture<'_, std::io::Result<ByteStream>> {
        async { Err(std::io::ErrorKind::NotFound.into()) }.boxed()
    }

    fn store(&self, _: ByteStream, _: u64) -> BoxFuture<'_, std::io::Result<(u64, String)>> {
        async { Err(std::io::ErrorKind::Unsupported.into()) }.boxed()
    }
}
