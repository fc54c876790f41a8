//! Routes of the inbox: messages that providers posted, the events in them, and what a person may do about them.
//!
//! Not here: receiving (`webhook.rs`) and reading them (`inbox.rs`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use countersign_sandbox::contract::events::InboundRequest;
use countersign_store::change::{Change, Commit};
use countersign_store::row::audit::AuditEntry;
use countersign_store::row::event::{Disposition, EventRow};
use countersign_store::row::inbox::{MessageState, MessageSummary};
use countersign_store::row::instance::InstanceKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caller::Caller;
use crate::host::Host;
use crate::inbox::damaged;
use crate::problem::Problem;

/// Lines in one answer, at most and when nothing is said.
const PAGE_MAX: usize = 1_000;
const PAGE: usize = 100;

/// Which messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Messages {
    /// `received`, `read`, `failed` or `quarantined`.
    state: Option<String>,
    /// At most so many.
    limit: Option<usize>,
}

/// Which events.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Events {
    /// `matched`, `parked`, `unmatched` or `ignored`.
    disposition: Option<String>,
    /// At most so many.
    limit: Option<usize>,
}

/// Which instance an event is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attach {
    /// Its number, id or the beginning of its id.
    pub instance: String,
}

/// A message in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MessageLine {
    /// Its number.
    pub message: i64,
    /// The operator's connection.
    pub connection: String,
    /// `received`, `read`, `failed` or `quarantined`.
    pub state: String,
    /// When it came first, milliseconds since 1970.
    pub received_at_ms: i64,
    /// When it came last, milliseconds since 1970.
    pub last_at_ms: i64,
    /// How often the same bytes came.
    pub times: u64,
    /// Bytes of its body.
    pub body_bytes: u64,
    /// Why it is in quarantine, or could not be read.
    pub reason: Option<String>,
}

/// A message with its content.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MessageView {
    /// The line of the list.
    #[serde(flatten)]
    pub line: MessageLine,
    /// Method, path, query and headers, without those that carry secrets.
    pub head: InboundRequest,
    /// The body, when it is text, with the connection's secrets masked.
    pub body: Option<String>,
    /// What it says.
    pub events: Vec<EventView>,
}

/// One event.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EventView {
    /// Its number.
    pub event: i64,
    /// The operator's connection.
    pub connection: String,
    /// The message it came in first.
    pub message: Option<i64>,
    /// The provider's word.
    pub name: String,
    /// `document-changed`.
    pub kind: String,
    /// The provider's document.
    pub document_id: Option<String>,
    /// Our reference.
    pub client_reference: Option<String>,
    /// The number of its instance.
    pub instance: Option<i64>,
    /// `matched`, `parked`, `unmatched` or `ignored`.
    pub disposition: String,
    /// How often it came.
    pub times: u64,
    /// When it came first, milliseconds since 1970.
    pub at_ms: i64,
    /// When its instance was told, milliseconds since 1970.
    pub told_at_ms: Option<i64>,
    /// What the instance said.
    pub answer: Option<String>,
    /// The whole event.
    pub whole: Value,
}

/// `GET /inbox?state=…&limit=…`, newest first.
pub async fn list(
    State(host): State<Arc<Host>>,
    Query(which): Query<Messages>,
) -> Result<Json<Vec<MessageLine>>, Problem> {
    let state = which.state.as_deref().map(state_of).transpose()?;
    let messages = host.store.messages(state, page(which.limit)).await?;
    Ok(Json(messages.into_iter().map(line).collect()))
}

/// `GET /inbox/{message}`
pub async fn show(
    State(host): State<Arc<Host>>,
    Path(message): Path<i64>,
) -> Result<Json<MessageView>, Problem> {
    Ok(Json(view(&host, message).await?))
}

/// `POST /inbox/{message}/replay`
pub async fn replay(
    State(host): State<Arc<Host>>,
    Path(message): Path<i64>,
    caller: Caller,
) -> Result<Json<MessageView>, Problem> {
    let actor = caller.into_admin()?;
    host.replay_message(message).await?;
    audit(&host, &actor.name, ("replay-message", format!("message {message}")), json!({})).await?;
    Ok(Json(view(&host, message).await?))
}

/// `GET /events?disposition=…&limit=…`, newest first.
pub async fn events(
    State(host): State<Arc<Host>>,
    Query(which): Query<Events>,
) -> Result<Json<Vec<EventView>>, Problem> {
    let disposition = which.disposition.as_deref().map(disposition_of).transpose()?;
    let rows = host.store.events(disposition, page(which.limit)).await?;
    Ok(Json(views(&host, rows).await?))
}

/// `POST /events/{event}/attach`
pub async fn attach(
    State(host): State<Arc<Host>>,
    Path(event): Path<i64>,
    caller: Caller,
    Json(attach): Json<Attach>,
) -> Result<Json<Vec<EventView>>, Problem> {
    let actor = caller.into_admin()?;
    let instance_id = host.find(&attach.instance).await?.id;
    let detail = json!({"instance": instance_id});
    let change = Change::AttachEvent { position: event, instance_id };
    host.store.commit(Commit::command(vec![change])).await?;
    host.inbox.notify_one();
    audit(&host, &actor.name, ("attach-event", format!("event {event}")), detail).await?;
    let row = host.store.event(event).await?;
    Ok(Json(views(&host, row.into_iter().collect()).await?))
}

async fn audit(
    host: &Host,
    actor: &str,
    (verb, object): (&str, String),
    detail: Value,
) -> Result<(), Problem> {
    let entry = AuditEntry {
        at_ms: host.clock.now_ms(),
        actor: actor.to_owned(),
        verb: verb.to_owned(),
        object,
        detail: detail.to_string(),
    };
    host.store.commit(Commit::command(vec![Change::Audit(Box::new(entry))])).await?;
    Ok(())
}

async fn view(host: &Host, message: i64) -> Result<MessageView, Problem> {
    let row = host.message(message).await?;
    let text = String::from_utf8(row.body).ok();
    let connection = host.connection(&row.summary.connection).ok();
    let masked = text.map(|text| match connection {
        Some(bound) => bound.connection.mask(&text).into_owned(),
        None => text,
    });
    Ok(MessageView {
        line: line(row.summary),
        head: serde_json::from_str(&row.head).map_err(|error| damaged(&error))?,
        body: masked,
        events: views(host, host.store.events_of_message(message).await?).await?,
    })
}

async fn views(host: &Host, rows: Vec<EventRow>) -> Result<Vec<EventView>, Problem> {
    let mut views = Vec::new();
    for row in rows {
        let summary = match &row.instance_id {
            Some(id) => host.store.instance_summary(&InstanceKey::id(id)).await?,
            None => None,
        };
        let (told_at_ms, answer) = row.told.unzip();
        views.push(EventView {
            event: row.position,
            connection: row.connection,
            message: row.message,
            name: row.event.name,
            kind: row.event.kind,
            document_id: row.event.document_id,
            client_reference: row.event.client_reference,
            instance: summary.map(|instance| instance.number),
            disposition: format!("{:?}", row.disposition).to_lowercase(),
            times: row.times,
            at_ms: row.at_ms,
            told_at_ms,
            answer,
            whole: serde_json::from_str(&row.event.json).map_err(|error| damaged(&error))?,
        });
    }
    Ok(views)
}

fn line(summary: MessageSummary) -> MessageLine {
    MessageLine {
        message: summary.position,
        connection: summary.connection,
        state: format!("{:?}", summary.state).to_lowercase(),
        received_at_ms: summary.received_at_ms,
        last_at_ms: summary.last_at_ms,
        times: summary.times,
        body_bytes: summary.body_bytes,
        reason: summary.reason,
    }
}

fn page(limit: Option<usize>) -> usize {
    limit.unwrap_or(PAGE).clamp(1, PAGE_MAX)
}

fn state_of(word: &str) -> Result<MessageState, Problem> {
    Ok(match word {
        "received" => MessageState::Received,
        "read" => MessageState::Read,
        "failed" => MessageState::Failed,
        "quarantined" => MessageState::Quarantined,
        _ => return Err(unknown("state", word, "`received`, `read`, `failed` or `quarantined`")),
    })
}

fn disposition_of(word: &str) -> Result<Disposition, Problem> {
    Ok(match word {
        "matched" => Disposition::Matched,
        "parked" => Disposition::Parked,
        "unmatched" => Disposition::Unmatched,
        "ignored" => Disposition::Ignored,
        _ => return Err(unknown("disposition", word, "`matched`, `parked`, `unmatched` or `ignored`")),
    })
}

fn unknown(what: &str, word: &str, known: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "CS0002", format!("`{word}` is no {what}; write {known}"))
}
