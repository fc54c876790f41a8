//! Routes of calls: what an instance's actions asked of the provider, and what came back.
//!
//! Bodies are not shown here; they are in the journal.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use countersign_sandbox::exchange::{Exchange, RecordedResponse};
use serde::{Deserialize, Serialize};

use crate::host::Host;
use crate::problem::Problem;

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
    /// HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// How long it took.
    pub duration_ms: Option<u64>,
}

/// `GET /instances/{instance}/calls`, oldest first.
pub async fn of_instance(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<Vec<CallView>>, Problem> {
    let instance = host.find(&name).await?;
    let mut calls = Vec::new();
    for row in host.store.calls(&instance.id).await? {
        let exchanges = host.store.exchanges(&row.call.id).await?;
        let exchanges = exchanges.iter().filter_map(|row| serde_json::from_str(&row.json).ok());
        calls.push(CallView {
            id: row.call.id,
            connection: row.call.connection,
            action: row.call.action,
            began_at_ms: row.call.opened_at_ms,
            ended: row.end.is_some(),
            exchanges: exchanges.map(exchange).collect(),
        });
    }
    Ok(Json(calls))
}

fn exchange(exchange: Exchange) -> ExchangeView {
    let (status, failure) = match exchange.response {
        Some(RecordedResponse::Answered { status, .. }) => (Some(status), None),
        Some(RecordedResponse::Failed { kind, message, .. }) => (None, Some(format!("{kind}: {message}"))),
        None => (None, None),
    };
    ExchangeView {
        number: exchange.number,
        method: exchange.request.method,
        path: exchange.request.path,
        repeat: format!("{:?}", exchange.request.repeat).to_lowercase(),
        status,
        failure,
        duration_ms: exchange.duration_ms,
    }
}
