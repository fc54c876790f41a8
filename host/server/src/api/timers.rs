//! Routes of timers: what is due, and previews.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::view::FiringView;
use crate::host::Host;
use crate::problem::Problem;

/// Most timers in one answer.
const TIMERS_MAX: usize = 200;

/// How much to preview.
#[derive(Debug, Clone, Deserialize)]
pub struct Preview {
    /// Firings of each timer.
    preview: Option<usize>,
}

/// `GET /timers`: the next firings of all instances, soonest first.
pub async fn all(State(host): State<Arc<Host>>) -> Result<Json<Vec<FiringView>>, Problem> {
    Ok(Json(host.next_firings(TIMERS_MAX).await?))
}

/// `GET /instances/{instance}/timers`
pub async fn of_instance(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
    Query(preview): Query<Preview>,
) -> Result<Json<Vec<FiringView>>, Problem> {
    let instance = host.find(&name).await?;
    Ok(Json(host.preview(&instance, preview.preview.unwrap_or(1).min(1_000)).await?))
}
