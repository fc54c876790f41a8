//! Routes of the host as a whole: how it is, taking over what a restored one cannot know, letting a connection go on.
//!
//! Not here: whether it can write at all (`/healthz`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use countersign_store::RestoreRow;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use crate::gate::GateView;
use crate::host::Host;
use crate::problem::Problem;

/// How the host is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StatusView {
    /// Whether it can write.
    pub writable: bool,
    /// Why it cannot.
    pub reason: Option<String>,
    /// Instances waiting in a step.
    pub instances_resting: u64,
    /// Instances running an automation.
    pub instances_running: u64,
    /// Incidents not closed.
    pub incidents_open: u64,
    /// Calls not ended.
    pub calls_open: u64,
    /// Messages of providers not read yet.
    #[serde(default)]
    pub messages_unread: u64,
    /// Events whose instance is not told yet.
    #[serde(default)]
    pub events_untold: u64,
    /// Events that wait for their document.
    #[serde(default)]
    pub events_parked: u64,
    /// How its connections stand.
    pub connections: Vec<GateView>,
    /// Why its data may not know what was sent.
    pub restored: Option<RestoredView>,
}

/// A backup that a host's data came out of, or a loss that they suffered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RestoredView {
    /// What was sent after this time is unknown.
    pub taken_at_ms: i64,
    /// When somebody took that over.
    pub acknowledged_at_ms: Option<i64>,
    /// Who.
    pub acknowledged_by: Option<String>,
    /// How many confirmed commits the disk lost; none for a backup.
    #[serde(default)]
    pub missing_commits: Option<u64>,
    /// What to do, until somebody has.
    pub warning: Option<String>,
}

/// `GET /status`
pub async fn show(State(host): State<Arc<Host>>) -> Result<Json<StatusView>, Problem> {
    Ok(Json(status(&host).await?))
}

/// `POST /restore/acknowledge`
pub async fn acknowledge(State(host): State<Arc<Host>>, caller: Caller) -> Result<Json<StatusView>, Problem> {
    host.acknowledge_restore(&caller.into_admin()?).await?;
    Ok(Json(status(&host).await?))
}

/// `POST /connections/{connection}/breaker/close`
pub async fn close_breaker(
    State(host): State<Arc<Host>>,
    Path(connection): Path<String>,
    caller: Caller,
) -> Result<Json<StatusView>, Problem> {
    host.close_breaker(&connection, &caller.into_admin()?).await?;
    Ok(Json(status(&host).await?))
}

async fn status(host: &Host) -> Result<StatusView, Problem> {
    let (health, counts) = (host.store.health(), host.store.counts().await?);
    let warning = host.restore_warning();
    let restored = |row: RestoreRow| RestoredView {
        taken_at_ms: row.taken_at_ms,
        acknowledged_at_ms: row.acknowledged_at_ms,
        acknowledged_by: row.actor,
        missing_commits: row.missing_commits,
        warning,
    };
    Ok(StatusView {
        writable: health.writable,
        reason: health.reason,
        instances_resting: counts.instances_resting,
        instances_running: counts.instances_running,
        incidents_open: counts.incidents_open,
        calls_open: counts.calls_open,
        messages_unread: counts.messages_unread,
        events_untold: counts.events_untold,
        events_parked: counts.events_parked,
        connections: host.gates.view(),
        restored: host.restored().map(restored),
    })
}
