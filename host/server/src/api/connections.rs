//! Routes of connections: list, data sources, rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use countersign_sandbox::contract::data_sources::{Row, Source};
use serde_json::{Value, json};

use crate::host::Host;
use crate::problem::Problem;

/// `GET /connections`
pub async fn list(State(host): State<Arc<Host>>) -> Json<Value> {
    let lines: Vec<Value> = host
        .connections()
        .map(|(name, bound)| {
            json!({"name": name, "provider": bound.provider.manifest.id, "digest": bound.provider.digest,
                   "actions": bound.provider.manifest.actions.iter().map(|a| &a.name).collect::<Vec<_>>()})
        })
        .collect();
    Json(Value::Array(lines))
}

/// `GET /connections/{connection}/sources`
pub async fn sources(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<Vec<Source>>, Problem> {
    Ok(Json(host.connection(&name)?.sources.clone()))
}

/// `GET /connections/{connection}/sources/{source}?filter=…`
pub async fn rows(
    State(host): State<Arc<Host>>,
    Path((name, source)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Json<Vec<Row>>, Problem> {
    let rows = host.rows(&name, &source, query.get("filter").cloned()).await?;
    let refused = |failure| {
        Problem::new(
            StatusCode::BAD_GATEWAY,
            "CS0008",
            format!("`{name}.{source}` could not be read: {failure}"),
        )
    };
    rows.map(Json).map_err(refused)
}
