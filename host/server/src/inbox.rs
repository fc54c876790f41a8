//! What was posted is read, matched with instances, and told to them:
//!
//! message → its component reads it → events, matched in the commit → the main loop, one event at a time.
//!
//! Nothing is kept in memory: the store's lists of what is unread and untold are the only ones, so a host that starts
//! goes on where the last one stopped. An event is a hint; the instance's path asks the provider (C179).
//! Not here: receiving (`webhook.rs`) and matching (`store`).

use std::sync::Arc;
use std::time::Duration;

use countersign_sandbox::Failure;
use countersign_sandbox::connection::webhook::Unproven;
use countersign_sandbox::contract::events::{Event, EventKind, InboundRequest, Rejection};
use countersign_store::change::{Change, Commit};
use countersign_store::row::event::{EventRow, NewEvent};
use countersign_store::row::inbox::{MessageRow, MessageState, NewMessage};
use countersign_workflow::event::{Actor, What};
use futures_util::StreamExt;
use futures_util::stream;
use sha2::{Digest as _, Sha256};
use tracing::{debug, error, info, warn};

use crate::error::SubmitError;
use crate::host::Host;
use crate::problem::Problem;

/// How many are taken up at once, and how many of those side by side.
const BATCH: usize = 256;
const SIDE_BY_SIDE: usize = 16;
/// No more messages at once when their bodies hold so many bytes: some providers send documents along.
const BATCH_BYTES: u64 = 16 * 1024 * 1024;
/// Longest sleep when nothing comes.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// Between two batches of a burst: senders wait for their acknowledgement, and go first.
const BREATH: Duration = Duration::from_millis(25);
/// How long after an error it is tried again.
const AFTER_ERROR: Duration = Duration::from_secs(5);
/// How long an event waits for its document, in milliseconds: a send in doubt may take people so long.
const PARKED_MS: i64 = 30 * 24 * 3_600_000;
/// How long messages are remembered, so that a repeat is known as one, in milliseconds.
const KEPT_MS: i64 = 120 * 24 * 3_600_000;
/// How often old ones are looked for, in milliseconds.
const TIDY_EVERY_MS: i64 = 24 * 3_600_000;

/// Reads and tells until the future is dropped.
pub async fn run(host: Arc<Host>) {
    let mut tidied_ms = i64::MIN;
    loop {
        let now_ms = host.clock.now_ms();
        if now_ms.saturating_sub(tidied_ms) >= TIDY_EVERY_MS {
            tidy(&host, now_ms).await;
            tidied_ms = now_ms;
        }
        let sleep = match work(&host).await {
            Ok(0) => SLEEP_MAX,
            Ok(_) => {
                tokio::time::sleep(BREATH).await;
                continue;
            }
            Err(()) => AFTER_ERROR,
        };
        tokio::select! {
            () = host.inbox.notified() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

/// Reads what is unread and tells what is untold; answers how much moved on. An error means: not now.
pub(crate) async fn work(host: &Arc<Host>) -> Result<usize, ()> {
    let read = read_all(host).await;
    // Until an operator has taken over what a restored host cannot know, an event might set off a second mailing.
    if host.unknown_since_ms().is_some() {
        return read;
    }
    let untold = host.store.untold_events(BATCH).await.map_err(|e| error!("events cannot be read: {e}"))?;
    let some = !untold.is_empty();
    let told = stream::iter(untold).map(|event| tell(host, event)).buffer_unordered(SIDE_BY_SIDE);
    match told.filter(|told| std::future::ready(*told)).count().await {
        0 if some => Err(()),
        0 => read,
        told => Ok(told + read.unwrap_or_default()),
    }
}

/// Reads what is unread, and keeps what it says in one commit: senders wait for the same disk.
async fn read_all(host: &Arc<Host>) -> Result<usize, ()> {
    let unread = host
        .store
        .unread_messages(BATCH, BATCH_BYTES)
        .await
        .map_err(|e| error!("the inbox cannot be read: {e}"))?;
    if unread.is_empty() {
        return Ok(0);
    }
    let reading = stream::iter(unread).map(|message| read(host, message)).buffer_unordered(SIDE_BY_SIDE);
    let read: Vec<Change> = reading.filter_map(std::future::ready).collect().await;
    let count = read.len();
    if count == 0 {
        return Err(());
    }
    let kept = host.store.commit(Commit::background(read)).await;
    kept.map(|_| count).map_err(|e| error!("what messages say cannot be kept: {e}"))
}

/// What is to be kept of a message; none when it cannot be read now.
async fn read(host: &Host, message: MessageRow) -> Option<Change> {
    let (position, connection) = (message.summary.position, message.summary.connection.clone());
    match events(host, message).await {
        Ok(events) => {
            log(host, &connection, &events);
            Some(Change::ReadMessage { position, events, at_ms: host.clock.now_ms() })
        }
        Err(Unreadable::Now(why)) => {
            debug!(connection, position, "a message is not read now: {why}");
            None
        }
        Err(Unreadable::Ever(why)) => {
            warn!(connection, "message {position} cannot be read: {why} (CS0024)");
            Some(Change::MarkMessage { position, state: MessageState::Failed, reason: Some(why) })
        }
    }
}

/// Why a message was not read.
enum Unreadable {
    /// It may be later.
    Now(String),
    /// The same bytes will fail again.
    Ever(String),
}

async fn events(host: &Host, message: MessageRow) -> Result<Vec<NewEvent>, Unreadable> {
    let bound = host.connection(&message.summary.connection).map_err(|e| Unreadable::Ever(e.detail))?;
    let head =
        serde_json::from_str::<InboundRequest>(&message.head).map_err(|e| Unreadable::Ever(e.to_string()))?;
    let digest = hex::encode(digest(&head, &message.body));
    let reading = bound.provider.read_event(InboundRequest { body: message.body, ..head }).await;
    let reading = reading.map_err(|failure| match failure {
        Failure::Transient(_) => Unreadable::Now(failure.to_string()),
        other => Unreadable::Ever(format!("its component failed: {other}")),
    })?;
    let reading = reading.map_err(|rejection| match rejection {
        Rejection::Malformed(why) => Unreadable::Ever(format!("it is no message of this provider: {why}")),
        Rejection::Unsupported(why) => {
            Unreadable::Ever(format!("no webhook of the component covers it: {why}"))
        }
    })?;
    let handles = |name: &str| bound.connection.webhook.as_ref().is_none_or(|webhook| webhook.handles(name));
    let event =
        |(number, event): (usize, Event)| kept(&event, format!("{digest}/{number}"), handles(&event.name));
    reading.events.into_iter().enumerate().map(event).collect()
}

fn kept(event: &Event, otherwise: String, is_handled: bool) -> Result<NewEvent, Unreadable> {
    let (kind, is_news) = match event.kind {
        EventKind::DocumentChanged => ("document-changed", true),
        EventKind::RecipientChanged => ("recipient-changed", true),
        EventKind::Ignored => ("ignored", false),
        EventKind::Unknown => ("unknown", false),
    };
    let given = event.id.as_ref().filter(|id| !id.trim().is_empty());
    Ok(NewEvent {
        key: given.map_or(otherwise, |id| format!("id {id}")),
        name: event.name.clone(),
        kind: kind.to_owned(),
        document_id: event.document_id.clone(),
        client_reference: event.client_reference.clone(),
        is_news: is_news && is_handled,
        json: serde_json::to_string(event).map_err(|error| Unreadable::Ever(error.to_string()))?,
    })
}

/// The debug switch of C134: with it, every event is in the log (C135).
fn log(host: &Host, connection: &str, events: &[NewEvent]) {
    if !host.log_webhooks {
        return;
    }
    for event in events {
        let NewEvent { name, kind, document_id, client_reference, is_news, .. } = event;
        info!(
            connection,
            name,
            kind,
            ?document_id,
            ?client_reference,
            handled = is_news,
            "an event of the provider"
        );
    }
}

async fn tell(host: &Arc<Host>, row: EventRow) -> bool {
    let (position, at_ms) = (row.position, host.clock.now_ms());
    let told = |answer: &str| Change::TellEvent { position, at_ms, answer: answer.to_owned() };
    let answer = match &row.instance_id {
        None => "its instance is gone".to_owned(),
        Some(instance_id) => {
            let what = news(&row.event);
            match host.submit(instance_id, Actor::default(), what, vec![told("taken up")]).await {
                Ok(_) => return true,
                Err(SubmitError::Refused(refusal)) => refusal.to_string(),
                Err(e) => {
                    warn!(event = position, "an instance cannot be told of an event now: {e}");
                    return false;
                }
            }
        }
    };
    let kept = host.store.commit(Commit::background(vec![told(&answer)])).await;
    kept.map_err(|e| error!(event = position, "it cannot be kept that an event was told: {e}")).is_ok()
}

fn news(event: &NewEvent) -> What {
    match (&event.document_id, &event.client_reference) {
        (Some(document_id), Some(reference)) => {
            What::DocumentFound { document_id: document_id.clone(), client_reference: reference.clone() }
        }
        _ => What::DocumentChanged,
    }
}

async fn tidy(host: &Host, now_ms: i64) {
    let change = Change::TidyInbox { parked_before_ms: now_ms - PARKED_MS, kept_after_ms: now_ms - KEPT_MS };
    if let Err(e) = host.store.commit(Commit::background(vec![change])).await {
        error!("the inbox cannot be tidied: {e}");
    }
}

/// What makes two messages the same: method, path, query and body, not the headers, which carry signatures and times.
pub(crate) fn digest(head: &InboundRequest, body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    let query = head.query.iter().flat_map(|(name, value)| [name, value]);
    for part in std::iter::once(&head.method).chain(&head.path).chain(query) {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    digest.update(head.path.len().to_be_bytes());
    digest.update(body);
    digest.finalize().into()
}

/// A stored text that should be JSON and is not.
pub(crate) fn damaged(error: &serde_json::Error) -> Problem {
    Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "CS0011", error.to_string())
}

impl Host {
    /// Has a message read once more. One in quarantine is proven once more first, with the secrets of now.
    pub(crate) async fn replay_message(&self, position: i64) -> Result<(), Problem> {
        let row = self.message(position).await?;
        let change = match row.summary.state {
            MessageState::Quarantined => self.proven_after_all(row).await?,
            _ => Change::MarkMessage { position, state: MessageState::Received, reason: None },
        };
        self.store.commit(Commit::command(vec![change])).await?;
        self.inbox.notify_one();
        Ok(())
    }

    /// The message of this number.
    pub(crate) async fn message(&self, position: i64) -> Result<MessageRow, Problem> {
        let found = self.store.message(position).await?;
        found.ok_or_else(|| Problem::not_found(&format!("message {position}")))
    }

    async fn proven_after_all(&self, row: MessageRow) -> Result<Change, Problem> {
        let refused = |why: &str| {
            let detail = format!("message {} stays in quarantine: {why}", row.summary.position);
            Problem::new(axum::http::StatusCode::CONFLICT, "CS0022", detail)
        };
        let bound = self.connection(&row.summary.connection)?;
        let webhook =
            bound.connection.webhook.as_ref().ok_or_else(|| refused("its connection has no webhook"))?;
        if !webhook.can_prove_again() {
            return Err(refused(
                "what was to prove it was not kept, because it was a secret; have it sent again",
            ));
        }
        let head: InboundRequest = serde_json::from_str(&row.head).map_err(|error| damaged(&error))?;
        webhook.prove(&headers(&head), &row.body).await.map_err(|unproven| match unproven {
            Unproven::Refused(why) | Unproven::Undecided(why) => refused(&why),
        })?;
        let digest = digest(&head, &row.body);
        let MessageRow { summary, head, body } = row;
        let at_ms = summary.received_at_ms;
        let message = NewMessage { connection: summary.connection, digest, refused: None, at_ms, head, body };
        Ok(Change::Receive(Box::new(message)))
    }
}

fn headers(head: &InboundRequest) -> axum::http::HeaderMap {
    let pair = |header: &countersign_sandbox::contract::events::InboundHeader| {
        let name = axum::http::HeaderName::try_from(&header.name).ok()?;
        Some((name, axum::http::HeaderValue::try_from(&header.value).ok()?))
    };
    head.headers.iter().filter_map(pair).collect()
}
