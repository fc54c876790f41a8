//! What carries the requests of one host: nowhere, until the scheduler lets each one through, loses it or holds it up.
//!
//! What is let through goes to the simulated provider over the real network code. Not here: the choice (`moves.rs`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use bytes::Bytes;
use countersign_sandbox::exchange::Header;
use countersign_sandbox::transport::{
    Incoming, Outgoing, Transport, TransportFailure, TransportFailureKind as Kind,
};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use tokio::sync::{oneshot, watch};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The provider does the work and its answer arrives.
    Answered,
    /// The provider does the work; its answer is on its way.
    Held,
    /// The connection breaks; the provider never saw the request.
    LostBefore,
    /// The provider does the work; the connection breaks before the answer.
    LostAfter,
    /// A gateway answers 503; the provider never saw the request.
    ErrorBefore,
    /// The provider does the work; a gateway answers 502.
    ErrorAfter,
    /// No connection: certainly not sent.
    Refused,
}

/// The requests of one host that wait, by connection: an instance makes one at a time.
pub struct Gate {
    network: Arc<dyn Transport>,
    waiting: Mutex<Option<BTreeMap<String, Waiting>>>,
    /// How many wait.
    pub count: watch::Sender<usize>,
}

/// One request that waits.
pub struct Waiting {
    /// Method and path without ids.
    pub words: String,
    /// The request, until the provider has it.
    request: Option<Outgoing>,
    /// The provider's answer, once the work is done.
    held: Option<Carried>,
    /// Who waits for it; none once the host is gone.
    answer: Option<oneshot::Sender<Carried>>,
}

/// An answer in memory.
struct Answer {
    status: u16,
    headers: Vec<Header>,
    body: Vec<Bytes>,
}

type Carried = Result<Answer, TransportFailure>;

impl Gate {
    /// A gate before this network.
    pub fn new(network: Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Self { network, waiting: Mutex::new(Some(BTreeMap::new())), count: watch::Sender::new(0) })
    }

    /// The connections that wait, what they ask, and whether the provider's answer is on its way.
    pub fn waiting(&self) -> Vec<(String, String, bool)> {
        let waiting = self.lock();
        let all = waiting.iter().flatten();
        all.map(|(connection, one)| (connection.clone(), one.words.clone(), one.held.is_some())).collect()
    }

    /// Decides on the request of a connection.
    pub async fn decide(&self, connection: &str, fate: Fate) -> anyhow::Result<()> {
        let taken = self.lock().as_mut().and_then(|waiting| waiting.remove(connection));
        let mut one = taken.with_context(|| format!("connection `{connection}` waits for nothing"))?;
        if matches!(fate, Fate::Answered | Fate::Held | Fate::LostAfter | Fate::ErrorAfter) {
            one.process(&*self.network).await;
        }
        if fate == Fate::Held {
            self.lock().get_or_insert_default().insert(connection.to_owned(), one);
            return Ok(());
        }
        let carried = match fate {
            Fate::LostBefore | Fate::LostAfter => {
                Err(TransportFailure::maybe_sent(Kind::Connect, "the connection broke"))
            }
            Fate::ErrorBefore => Ok(error(503)),
            Fate::ErrorAfter => Ok(error(502)),
            Fate::Refused => Err(TransportFailure::unsent(Kind::Connect, "no connection")),
            Fate::Answered | Fate::Held => one.held.unwrap_or_else(|| Ok(error(500))),
        };
        self.count.send_modify(|count| *count -= 1);
        if let Some(answer) = one.answer {
            // A call that has ended meanwhile takes none.
            let _ = answer.send(carried);
        }
        Ok(())
    }

    /// The host is gone: what it was sending, in the order of connections. It sends nothing more.
    pub fn shut(&self) -> Vec<Waiting> {
        let all = self.lock().take().unwrap_or_default().into_values();
        all.map(|one| Waiting { answer: None, ..one }).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Option<BTreeMap<String, Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Gate {
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        let gone = || TransportFailure::maybe_sent(Kind::Connect, "the host is gone");
        let (answer, answered) = oneshot::channel();
        let (connection, words) = (request.connection.name.clone(), words(&request));
        match self.lock().as_mut() {
            None => return futures_util::future::ready(Err(gone())).boxed(),
            Some(waiting) => {
                let one = Waiting { words, request: Some(request), held: None, answer: Some(answer) };
                waiting.insert(connection, one);
            }
        }
        self.count.send_modify(|count| *count += 1);
        async move {
            let Answer { status, headers, body } = answered.await.map_err(|_| gone())??;
            Ok(Incoming { status, headers, body: stream::iter(body.into_iter().map(Ok)).boxed() })
        }
        .boxed()
    }
}

impl Waiting {
    /// Whether the provider has not seen it yet.
    pub fn is_unseen(&self) -> bool {
        self.request.is_some()
    }

    /// Lets the provider do the work, once.
    pub async fn process(&mut self, network: &dyn Transport) {
        if let Some(request) = self.request.take() {
            self.held = Some(carry(network, request).await);
        }
    }
}

async fn carry(network: &dyn Transport, request: Outgoing) -> Carried {
    let Incoming { status, headers, body } = network.send(request).await?;
    Ok(Answer { status, headers, body: body.try_collect().await? })
}

fn error(status: u16) -> Answer {
    Answer { status, headers: Vec::new(), body: vec![Bytes::from_static(b"simulated")] }
}

/// Ids are random: only the words of the path that every run has are kept.
fn words(request: &Outgoing) -> String {
    let fixed = |segment: &str| segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let path: Vec<&str> =
        request.path.split('/').map(|segment| if fixed(segment) { segment } else { "…" }).collect();
    format!("{} {}", request.method, path.join("/"))
}
