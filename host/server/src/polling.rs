//! The safety net under webhooks: each provider that can say what changed is asked for it, once for the whole connection.
//!
//! What changed becomes events like those of a webhook, matched and told in the same way (`inbox.rs`). A provider that
//! cannot say it leaves asking to the timers of the instances. Not here: the limits (`gate/limits.rs`).

use std::sync::Arc;
use std::time::Duration;

use countersign_sandbox::contract::actions::{ChangesInput, DocumentChange};
use countersign_sandbox::contract::{ActionInput, ActionOutcome};
use countersign_store::change::{Change, Commit};
use countersign_store::row::event::NewEvent;
use futures_util::future::join_all;
use tracing::{debug, warn};

use crate::host::rows::{self, Means};
use crate::host::{BoundConnection, Host};

/// The contract's action.
const ACTION: &str = "list-changes";
/// Changes on one page.
const PAGE: u32 = 1_000;
/// Pages in one go; the rest is asked for the next time.
const PAGES_MAX: usize = 100;
/// The provider's list may lag behind, and its clock may differ: so much is asked for twice, in milliseconds.
const OVERLAP_MS: i64 = 5 * 60_000;
/// How far the first question looks back, in milliseconds.
const FIRST_MS: i64 = 24 * 3_600_000;

/// Asks until the future is dropped; ends at once when there is nobody to ask.
pub async fn run(host: Arc<Host>) {
    let connections: Vec<_> =
        host.connections().filter_map(|(name, bound)| Some((name.clone(), every(bound)?))).collect();
    join_all(connections.iter().map(|(name, every)| ask_again_and_again(&host, name, *every))).await;
}

/// How often a connection's provider is asked; none when it cannot answer or the operator does not want it.
fn every(bound: &BoundConnection) -> Option<Duration> {
    let can = bound.provider.manifest.actions.iter().any(|action| action.name == ACTION);
    let every_ms = bound.limits.poll_every_ms.filter(|_| can)?;
    u64::try_from(every_ms).ok().map(Duration::from_millis)
}

async fn ask_again_and_again(host: &Host, connection: &str, every: Duration) {
    loop {
        match ask(host, connection).await {
            Ok(changes) => debug!(connection, changes, "asked what changed"),
            Err(error) => warn!(connection, "what changed cannot be asked now: {error:#}"),
        }
        tokio::time::sleep(every).await;
    }
}

/// Asks for everything since the last time; answers how many changes there were, of whomever.
pub(crate) async fn ask(host: &Host, connection: &str) -> anyhow::Result<usize> {
    let bound = host.connection(connection)?;
    let now_ms = host.clock.now_ms();
    let until_ms = host.store.polled_until(connection).await?;
    let since = u64::try_from(until_ms.map_or(now_ms - FIRST_MS, |until_ms| until_ms - OVERLAP_MS))
        .unwrap_or_default();
    let (mut cursor, mut seen) = (None, 0);
    for _ in 0..PAGES_MAX {
        let input = ChangesInput { since, cursor, limit: PAGE, settings: Vec::new() };
        // A breaker that is open holds this up, too.
        let transport = host.transport(host.pass_by(connection)?);
        let means = Means { store: &host.store, transport, deadline: host.call_timeout, now_ms };
        let outcome = rows::ask(bound, ActionInput::ListChanges(input), &means).await?;
        let ActionOutcome::ListChanges(page) = outcome else {
            anyhow::bail!("`{ACTION}` answered something else")
        };
        seen += page.changes.len();
        // Changes come oldest first, so what a page holds is known up to its last one.
        let last = page.changes.last().and_then(|change| i64::try_from(change.changed_at).ok());
        let known_ms = if page.cursor.is_none() { Some(now_ms) } else { last };
        keep(host, connection, (&page.changes, known_ms), now_ms).await?;
        let Some(next) = page.cursor else { break };
        cursor = Some(next);
    }
    Ok(seen)
}

async fn keep(
    host: &Host,
    connection: &str,
    (changes, until_ms): (&[DocumentChange], Option<i64>),
    at_ms: i64,
) -> anyhow::Result<()> {
    let events = changes.iter().map(event).collect::<Result<Vec<_>, _>>()?;
    let polled = Change::Polled { connection: connection.to_owned(), events, until_ms, at_ms };
    host.store.commit(Commit::background(vec![polled])).await?;
    host.inbox.notify_one();
    Ok(())
}

/// The same state of the same document is the same event, however often the list holds it.
fn event(change: &DocumentChange) -> serde_json::Result<NewEvent> {
    let DocumentChange { document_id, changed_at, status, .. } = change;
    Ok(NewEvent {
        key: format!("change {document_id} {changed_at} {}", status.code),
        name: status.code.clone(),
        kind: "document-changed".to_owned(),
        document_id: Some(document_id.clone()),
        client_reference: change.client_reference.clone(),
        is_news: true,
        json: serde_json::to_string(change)?,
    })
}
