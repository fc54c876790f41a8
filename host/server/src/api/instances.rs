//! Routes of instances: start, list, show, edit, take, press.
//!
//! Acts wait until the actions they began have ended, so that a caller sees the outcome (`once.rs`).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use countersign_workflow::apply::Take;
use countersign_workflow::effect::Entry;
use countersign_workflow::event::What;
use countersign_workflow::form::FormEdit;
use serde::{Deserialize, Serialize};
use tracing::Instrument;

use super::caller::Caller;
use super::view::{InstancePage, InstanceView};
use crate::host::Host;
use crate::once::{Answer, Asked};
use crate::problem::Problem;

/// What starts an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NewInstance {
    /// Name of the workflow.
    pub workflow: String,
    /// The operator's connection for a connection of the definition; the default has the same name.
    #[serde(default)]
    pub connections: BTreeMap<String, String>,
    /// The form's first values.
    #[serde(default)]
    pub form: FormEdit,
    /// A path of the first step to take at once; when it is refused, nothing has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Take>,
}

/// What takes a path.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TakePath {
    /// Why.
    #[serde(default)]
    pub comment: Option<String>,
}

/// Which instances to list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Listing {
    /// Name of the workflow.
    pub workflow: Option<String>,
    /// The step.
    pub step: Option<String>,
    /// Only with an incident.
    #[serde(default)]
    pub incidents: bool,
    /// Only tasks of the caller's roles: instances resting in a person's step in which they may act (C122).
    #[serde(default)]
    pub tasks: bool,
    /// Only numbers below this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// `POST /instances`
pub async fn start(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Json(new): Json<NewInstance>,
) -> Result<Answer, Problem> {
    once(&host, caller, Asked::Start(new)).await
}

/// `GET /instances`
pub async fn list(
    State(host): State<Arc<Host>>,
    Query(listing): Query<Listing>,
    caller: Caller,
) -> Result<Json<InstancePage>, Problem> {
    Ok(Json(host.list(listing, &caller.actor.roles).await?))
}

/// `GET /instances/{instance}`
pub async fn show(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<InstanceView>, Problem> {
    let instance = host.find(&name).await?;
    Ok(Json(host.view(&instance, None).await?))
}

/// `GET /instances/{instance}/history`
pub async fn history(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<Vec<Entry>>, Problem> {
    let instance = host.find(&name).await?;
    Ok(Json(host.history(&instance.id).await?))
}

/// `PATCH /instances/{instance}/form`
pub async fn edit(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(name): Path<String>,
    Json(edit): Json<FormEdit>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::Edit(edit)).await
}

/// `POST /instances/{instance}/paths/{path}`
pub async fn take(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path((name, path)): Path<(String, String)>,
    Json(body): Json<TakePath>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::Take { path, comment: body.comment }).await
}

/// `POST /instances/{instance}/buttons/{button}`
pub async fn press(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path((name, button)): Path<(String, String)>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::Press { button }).await
}

/// `GET /healthz`
pub async fn health(State(host): State<Arc<Host>>) -> Result<&'static str, Problem> {
    host.healthy()?;
    Ok("ok\n")
}

/// Does something with an instance.
pub(super) async fn act(host: &Arc<Host>, caller: Caller, name: &str, what: What) -> Result<Answer, Problem> {
    let instance_id = host.id_of(name).await?;
    once(host, caller, Asked::Act { instance_id, what }).await
}

/// Does it beside the connection: a caller that hangs up does not stop its act between commit and effects.
async fn once(host: &Arc<Host>, caller: Caller, asked: Asked) -> Result<Answer, Problem> {
    let host = host.clone();
    let task = tokio::spawn(async move { host.once(caller, asked).await }.in_current_span());
    task.await.unwrap_or_else(|_| {
        let detail = "the host stops or has failed; look at the instance, or ask again under the same key";
        Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0011", detail))
    })
}
