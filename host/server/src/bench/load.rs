//! Load: one component compiled in a child process, then loaded from the cache again and again, each time by a sandbox
//! that has seen nothing yet; and one call into it, in a fresh instance.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use countersign_conformance::Shelf;
use countersign_sandbox::connection::Connection;
use countersign_sandbox::contract::actions::DocumentInput;
use countersign_sandbox::journal::Unjournaled;
use countersign_sandbox::transport::{Incoming, Outgoing, Transport, TransportFailure, TransportFailureKind};
use countersign_sandbox::{ActionInput, CallInput, EndedBy, Provider};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

use super::{Figure, Report, conditions, quantile};
use crate::{compiling, connections};

/// A loaded component is called so often.
const CALLS: usize = 200;
/// The goal for the largest components there are: those that carry a JavaScript or Python engine.
const LOAD_MS_MAX: f64 = 200.0;

/// Compiles once, loads `runs` times, calls.
pub async fn load(component: &str, runs: usize) -> anyhow::Result<Report> {
    let bytes: Arc<[u8]> = connections::component(component)?.into();
    let cache = tempfile::tempdir()?;
    let (compile_ms, provider) = admitted(component, &bytes, cache.path()).await?;
    ensure!(!provider.compiled_from_cache(), "the new cache was not empty");
    let mut load_ms = Vec::new();
    for _ in 0..runs.max(1) {
        let (took, provider) = admitted(component, &bytes, cache.path()).await?;
        ensure!(provider.compiled_from_cache(), "the component was compiled again");
        load_ms.push(took);
    }
    let (mut call_us, memory_bytes) = calls(&provider).await?;
    let (median, slowest) = (quantile(&mut load_ms, 0.5), quantile(&mut load_ms, 1.0));
    let mut conditions = conditions();
    let size = bytes.len() as f64 / 1e6;
    conditions.push(format!(
        "{component}, {size:.1} MB; {runs} loads: read, proved, deserialised, its manifest asked for; \
         {CALLS} calls of `get-document-status` with an empty id, refused by the component before any request"
    ));
    Ok(Report {
        bench: "load",
        ratio: median / compile_ms,
        goal: "loaded from the cache in under 200 ms",
        meets: slowest < LOAD_MS_MAX,
        figures: vec![
            Figure::new("compile once, in a child", compile_ms, "ms"),
            Figure::new("load from the cache, median", median, "ms"),
            Figure::new("load from the cache, slowest", slowest, "ms"),
            Figure::new("a call in a fresh instance, median", quantile(&mut call_us, 0.5), "µs"),
            Figure::new("a call in a fresh instance, p99", quantile(&mut call_us, 0.99), "µs"),
            Figure::new("memory of a call, at most", memory_bytes as f64 / f64::from(1 << 20), "MiB"),
        ],
        conditions,
    })
}

/// Admits the component in a sandbox of its own; only admission is timed.
async fn admitted(
    component: &str,
    bytes: &Arc<[u8]>,
    cache: &std::path::Path,
) -> anyhow::Result<(f64, Arc<Provider>)> {
    let (sandbox, bytes) = (compiling::sandbox(Some(cache.to_owned()))?, Arc::clone(bytes));
    let shown = compiling::sign_of_life(component, &bytes);
    let work = move || {
        let started = Instant::now();
        sandbox.admit(&bytes).map(|provider| (started.elapsed().as_secs_f64() * 1e3, provider))
    };
    let admitted = tokio::task::spawn_blocking(work).await?;
    drop(shown);
    admitted.with_context(|| format!("the component `{component}` is refused"))
}

/// How long calls take, and the most memory that one took.
async fn calls(provider: &Provider) -> anyhow::Result<(Vec<f64>, u64)> {
    let roles = provider.manifest.connections.iter().map(|role| role.role.as_str());
    let connection = Arc::new(Connection::for_replay("bench", BTreeMap::new(), roles)?);
    let input = DocumentInput { document_id: String::new(), client_reference: None, settings: Vec::new() };
    let (mut took_us, mut memory_bytes) = (Vec::new(), 0);
    for _ in 0..CALLS {
        let input = CallInput {
            id: "bench-1".to_owned(),
            connection: connection.clone(),
            action: ActionInput::GetDocumentStatus(input.clone()),
            acting_user: None,
            now_ms: 0,
            seed: 1,
            granted: Vec::new(),
            next_attachment: 1,
            attachments: Arc::new(Shelf::default()),
            journal: Arc::new(Unjournaled),
            transport: Arc::new(Silence),
            deadline: Duration::from_secs(60),
        };
        let started = Instant::now();
        let end = provider.call(input).await;
        took_us.push(started.elapsed().as_secs_f64() * 1e6);
        ensure!(end.ended_by == EndedBy::Returned, "the call did not return: {:?}", end.ended_by);
        memory_bytes = memory_bytes.max(end.memory_peak_bytes);
    }
    Ok((took_us, memory_bytes))
}

/// A network where nobody answers; the calls come to no request.
struct Silence;

impl Transport for Silence {
    fn send(&self, _: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        ready(Err(TransportFailure::unsent(TransportFailureKind::Connect, "nobody answers"))).boxed()
    }
}
