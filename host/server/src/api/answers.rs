//! Routes of people's answers to incidents and to waiting: each an act, with why a person gives it.
//!
//! Not here: what can be answered and the evidence (`api/incidents.rs`), and what an answer does (`workflow/apply`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use countersign_workflow::event::{self, What};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::caller::Caller;
use super::instances::act;
use crate::host::Host;
use crate::once::Answer;
use crate::problem::Problem;

/// Why somebody answers so; needs no body at all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reason {
    /// Why; kept in the audit log.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What closes an incident.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dismissal {
    /// Why.
    pub reason: String,
    /// Give up the document of an unfinished send: the next send is a new one.
    #[serde(default)]
    pub abandon: bool,
}

/// What goes on without the failed action.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Skip {
    /// Why it is not needed.
    pub reason: String,
}

/// What mends the form of an instance with an incident.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Correction {
    /// Fields to set, technical ones too; null empties.
    pub fields: IndexMap<String, Value>,
    /// Why.
    pub reason: String,
}

/// What a person found out about a send in doubt.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Resolution {
    /// `{"sent": {"document-id": "…"}}` or `"not-sent"`.
    pub answer: event::Answer,
    /// How it is known.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `POST /instances/{instance}/incident/retry`
pub async fn retry(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(name): Path<String>,
    body: Option<Json<Reason>>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::RetryIncident { reason: given(body) }).await
}

/// `POST /instances/{instance}/incident/stop`
pub async fn stop(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(name): Path<String>,
    body: Option<Json<Reason>>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::StopRetry { reason: given(body) }).await
}

/// `POST /instances/{instance}/incident/skip`
pub async fn skip(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(name): Path<String>,
    Json(body): Json<Skip>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::SkipAction { reason: body.reason }).await
}

/// `POST /instances/{instance}/incident/set`
pub async fn set(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(name): Path<String>,
    Json(body): Json<Correction>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::CorrectForm { fields: body.fields, reason: body.reason }).await
}

/// `POST /instances/{instance}/incident/dismiss`
pub async fn dismiss(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(name): Path<String>,
    Json(body): Json<Dismissal>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::DismissIncident { reason: body.reason, abandon: body.abandon }).await
}

/// `POST /instances/{instance}/incident/resolve`
pub async fn resolve(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(name): Path<String>,
    Json(body): Json<Resolution>,
) -> Result<Answer, Problem> {
    act(&host, caller, &name, What::ResolveDoubt { answer: body.answer, reason: body.reason }).await
}

fn given(body: Option<Json<Reason>>) -> Option<String> {
    body.and_then(|Json(body)| body.reason)
}
