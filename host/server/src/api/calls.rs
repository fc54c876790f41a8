//! Routes of calls: what an instance's actions asked of the provider, and what came back.
//!
//! Lists show an exchange as a line; one call shows headers and bodies, recorded before credentials were added and
//! masked where a provider echoed them. Not here: recording (`sandbox`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use countersign_sandbox::exchange::{Exchange, Header, RecordedBody, RecordedResponse};
use countersign_store::row::call::CallRow;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::host::Host;
use crate::problem::Problem;
use crate::recorded::{self, CallRecord, json};

/// One call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CallView {
    /// Its id.
    pub id: String,
    /// The connection.
    pub connection: String,
    /// The action.
    pub action: String,
    /// When it began, milliseconds since 1970.
    pub began_at_ms: i64,
    /// Whether it has ended.
    pub ended: bool,
    /// Its exchanges, in order.
    pub exchanges: Vec<ExchangeView>,
}

/// One exchange.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExchangeView {
    /// Position in the call, from 1.
    pub number: u32,
    /// `POST`.
    pub method: String,
    /// Below the connection role's base URL.
    pub path: String,
    /// `read`, `repeatable` or `once`.
    pub repeat: String,
    /// When it began, milliseconds since 1970.
    pub started_at_ms: i64,
    /// SHA-256 of the recorded request: equal requests have equal digests.
    pub request_sha256: String,
    /// HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// How long it took.
    pub duration_ms: Option<u64>,
}

/// One call with everything that is known of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CallDetail {
    /// Its id.
    pub id: String,
    /// The instance's number.
    pub instance: i64,
    /// The connection.
    pub connection: String,
    /// The action.
    pub action: String,
    /// SHA-256 of the component that ran it.
    pub component: String,
    /// When it began, milliseconds since 1970.
    pub began_at_ms: i64,
    /// When it ended; none while it is under way.
    pub ended_at_ms: Option<i64>,
    /// What came of it, as the event that the main loop took.
    pub result: Option<Value>,
    /// What the component logged.
    pub log: Option<Value>,
    /// Its exchanges, in order.
    pub exchanges: Vec<ExchangeDetail>,
}

/// One exchange with headers and bodies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExchangeDetail {
    /// Its line.
    #[serde(flatten)]
    pub line: ExchangeView,
    /// The connection's role.
    pub role: String,
    /// Query pairs, decoded.
    pub query: Vec<(String, String)>,
    /// Headers the component set.
    pub request_headers: Vec<Header>,
    /// What was sent.
    pub request_body: RecordedBody,
    /// Headers of the answer.
    pub response_headers: Vec<Header>,
    /// What came back; none without an answer.
    pub response_body: Option<RecordedBody>,
}

/// `GET /instances/{instance}/calls`, oldest first.
pub async fn of_instance(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<Vec<CallView>>, Problem> {
    let instance = host.find(&name).await?;
    let mut calls = Vec::new();
    for row in host.store.calls(&instance.id).await? {
        calls.push(view(&host, row).await?);
    }
    Ok(Json(calls))
}

/// `GET /calls/{call}`: by its id, or by the instance's number and its own: `12-3`.
pub async fn show(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<CallDetail>, Problem> {
    let row = recorded::find(&host.store, &name).await?;
    let exchanges = recorded::exchanges(&host.store, &row.call.id).await?;
    let (ended_at_ms, result, log) = match &row.end {
        None => (None, None, None),
        Some(end) => {
            (Some(end.at_ms), Some(json(&row.call.id, &end.result)?), Some(json(&row.call.id, &end.log)?))
        }
    };
    Ok(Json(CallDetail {
        instance: host.load(&row.call.instance_id).await?.number,
        id: row.call.id,
        connection: row.call.connection,
        action: row.call.action,
        component: row.call.component,
        began_at_ms: row.call.opened_at_ms,
        ended_at_ms,
        result,
        log,
        exchanges: exchanges.into_iter().map(detail).collect(),
    }))
}

/// `GET /calls/{call}/record`: a call that has ended, with what is needed to run it again.
pub async fn record(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<CallRecord>, Problem> {
    let row = recorded::find(&host.store, &name).await?;
    let bound = host.connection(&row.call.connection)?;
    Ok(Json(recorded::read(&host.store, row, &bound.connection.config).await?))
}

/// A call as lists show it.
pub(super) async fn view(host: &Host, row: CallRow) -> Result<CallView, Problem> {
    let exchanges = recorded::exchanges(&host.store, &row.call.id).await?;
    Ok(CallView {
        id: row.call.id,
        connection: row.call.connection,
        action: row.call.action,
        began_at_ms: row.call.opened_at_ms,
        ended: row.end.is_some(),
        exchanges: exchanges.iter().map(line).collect(),
    })
}

fn line(exchange: &Exchange) -> ExchangeView {
    let (status, failure) = match &exchange.response {
        Some(RecordedResponse::Answered { status, .. }) => (Some(*status), None),
        Some(RecordedResponse::Failed { kind, message, .. }) => (None, Some(format!("{kind}: {message}"))),
        None => (None, None),
    };
    let request = serde_json::to_vec(&exchange.request).unwrap_or_default();
    ExchangeView {
        number: exchange.number,
        method: exchange.request.method.clone(),
        path: exchange.request.path.clone(),
        repeat: format!("{:?}", exchange.request.repeat).to_lowercase(),
        started_at_ms: exchange.started_at_ms,
        request_sha256: hex::encode(Sha256::digest(request)),
        status,
        failure,
        duration_ms: exchange.duration_ms,
    }
}

fn detail(exchange: Exchange) -> ExchangeDetail {
    let line = line(&exchange);
    let (response_headers, response_body) = match exchange.response {
        Some(RecordedResponse::Answered { headers, body, .. }) => (headers, Some(body)),
        _ => (Vec::new(), None),
    };
    ExchangeDetail {
        line,
        role: exchange.request.role,
        query: exchange.request.query,
        request_headers: exchange.request.headers,
        request_body: exchange.request.body,
        response_headers,
        response_body,
    }
}
