//! Route of the audit log: who did what.
//!
//! Not here: what is written to it (`audit.rs` of the host).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use countersign_store::row::audit::AuditRow;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::host::Host;
use crate::problem::Problem;

/// Lines on one page, at most and when nothing is said.
const PAGE_MAX: usize = 1_000;
const PAGE: usize = 100;

/// Which part of the log.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Part {
    /// Only lines before this position.
    before: Option<i64>,
    /// At most so many.
    limit: Option<usize>,
}

/// One page of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AuditPage {
    /// The lines, newest first.
    pub lines: Vec<AuditLine>,
    /// Give it as `before` to see older ones.
    pub next: Option<i64>,
}

/// One act of one person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AuditLine {
    /// Position in the log; counts up.
    pub position: i64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// In whose name.
    pub actor: String,
    /// `start`, `edit`, `attach`, `change-attachment`, `take`, `press`, `retry`, `dismiss` or `resolve`.
    pub verb: String,
    /// To what: `instance 0190…`.
    pub object: String,
    /// The instance's number, the step, the roles, and what belongs to the verb: path, comment, reason, answer.
    pub detail: Value,
}

/// `GET /audit?before=…&limit=…`, newest first.
pub async fn list(
    State(host): State<Arc<Host>>,
    Query(part): Query<Part>,
) -> Result<Json<AuditPage>, Problem> {
    let limit = part.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let rows = host.store.audit_newest(part.before, limit).await?;
    let next = rows.last().filter(|_| rows.len() == limit).map(|row| row.position);
    Ok(Json(AuditPage { lines: rows.into_iter().map(line).collect(), next }))
}

fn line(row: AuditRow) -> AuditLine {
    let AuditRow { position, entry } = row;
    let detail = serde_json::from_str(&entry.detail).unwrap_or(Value::String(entry.detail));
    let (actor, verb, object) = (entry.actor, entry.verb, entry.object);
    AuditLine { position, at_ms: entry.at_ms, actor, verb, object, detail }
}
