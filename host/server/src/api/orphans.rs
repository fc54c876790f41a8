//! The route of orphans: documents at providers that no instance follows any more. A list; nothing is deleted there.
//!
//! Not here: what makes one (`workflow/automation/sending.rs`, `orphans.rs`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use countersign_store::row::instance::InstanceKey;
use serde::{Deserialize, Serialize};

use crate::host::Host;
use crate::problem::Problem;

/// Orphans in one answer, at most and when nothing is said.
const PAGE_MAX: usize = 1_000;
const PAGE: usize = 100;

/// How many to list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Which {
    /// At most so many.
    limit: Option<usize>,
}

/// One document left behind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OrphanView {
    /// The operator's connection.
    pub connection: String,
    /// The provider's id; none when the answer that would have told it was lost.
    pub document_id: Option<String>,
    /// Our reference, where the provider keeps it.
    pub client_reference: String,
    /// The number of the instance that left it.
    pub instance: i64,
    /// How far its sending came: `unsent`, `in-doubt` or `sent`.
    pub standing: String,
    /// Since when, milliseconds since 1970.
    pub since_ms: i64,
    /// Why nobody follows it.
    pub why: String,
}

/// `GET /orphans?limit=…`, newest first.
pub async fn list(
    State(host): State<Arc<Host>>,
    Query(which): Query<Which>,
) -> Result<Json<Vec<OrphanView>>, Problem> {
    let limit = which.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let mut orphans = Vec::new();
    for row in host.store.orphans(limit).await? {
        let instance = host.store.instance_summary(&InstanceKey::id(&row.instance_id)).await?;
        orphans.push(OrphanView {
            connection: row.connection,
            document_id: row.document_id,
            client_reference: row.client_reference,
            instance: instance.map_or(0, |instance| instance.number),
            standing: row.standing,
            since_ms: row.at_ms,
            why: row.why,
        });
    }
    Ok(Json(orphans))
}
