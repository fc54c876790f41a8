//! Routes of incidents: what needs a person, and the evidence to decide by.
//!
//! Not here: the answers themselves (`api/answers.rs`) and when an incident opens (`workflow/apply/incidents`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use countersign_store::row::incident::IncidentRow;
use countersign_store::row::instance::InstanceKey;
use countersign_workflow::instance::{Incident, Instance};
use serde::{Deserialize, Serialize};

use super::calls::{self, CallView};
use super::view::{self, IncidentView, RetryView};
use crate::host::Host;
use crate::problem::Problem;

/// Incidents in one answer, at most and when nothing is said.
const PAGE_MAX: usize = 500;
const PAGE: usize = 50;

/// Which incidents to list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Which {
    /// Closed ones too.
    #[serde(default)]
    all: bool,
    /// At most so many.
    limit: Option<usize>,
}

/// One line of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct IncidentLine {
    /// The instance's number.
    pub instance: i64,
    /// Name of its workflow.
    pub workflow: String,
    /// The step it stands in now.
    pub step: String,
    /// What went wrong.
    #[serde(flatten)]
    pub incident: IncidentView,
    /// When it was closed; none while it is open.
    pub closed_at_ms: Option<i64>,
    /// How.
    pub closed: Option<String>,
}

/// Everything a person needs to decide.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// The instance's number.
    pub instance: i64,
    /// Name of its workflow.
    pub workflow: String,
    /// The step it stands in.
    pub step: String,
    /// The open incidents; an answer concerns the first.
    pub incidents: Vec<Case>,
    /// A failed action that waits to be tried again; then the answer concerns the waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryView>,
    /// Documents that this instance has, or may have, at its providers.
    pub documents: Vec<Candidate>,
    /// What can be answered now: `retry`, `stop`, `skip`, `set`, `dismiss`, `dismiss-abandon`,
    /// `sent`, `not-sent`.
    pub answers: Vec<String>,
}

/// One incident with the call that failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// What went wrong.
    #[serde(flatten)]
    pub incident: IncidentView,
    /// The call with its exchanges.
    pub call: Option<CallView>,
}

/// A document at the provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Candidate {
    /// Which send made it: `approval/path accept/0`; none when its run ended well.
    pub send: Option<String>,
    /// The operator's connection, where it is known.
    pub connection: Option<String>,
    /// The provider's id, once known.
    pub document_id: Option<String>,
    /// Our reference: look for it at the provider.
    pub client_reference: String,
    /// `unsent`, `in-doubt` or `sent`.
    pub standing: String,
}

/// `GET /incidents?all=…&limit=…`, newest first.
pub async fn list(
    State(host): State<Arc<Host>>,
    Query(which): Query<Which>,
) -> Result<Json<Vec<IncidentLine>>, Problem> {
    let limit = which.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let mut lines = Vec::new();
    for row in host.store.incidents(!which.all, limit).await? {
        lines.extend(line(&host, row).await?);
    }
    Ok(Json(lines))
}

/// `GET /instances/{instance}/incident`
pub async fn show(
    State(host): State<Arc<Host>>,
    Path(name): Path<String>,
) -> Result<Json<Evidence>, Problem> {
    let instance = host.find(&name).await?;
    let mut incidents = Vec::new();
    for incident in instance.incidents() {
        let row = match &incident.call_id {
            None => None,
            Some(call_id) => host.store.call(call_id).await?,
        };
        let call = match row {
            None => None,
            Some(row) => Some(calls::view(&host, row).await?),
        };
        incidents.push(Case { incident: view::incident(incident), call });
    }
    Ok(Json(Evidence {
        instance: instance.number,
        workflow: instance.workflow.clone(),
        step: instance.step.clone(),
        incidents,
        retry: view::retry(&instance),
        documents: candidates(&instance),
        answers: answers(&instance).into_iter().map(str::to_owned).collect(),
    }))
}

async fn line(host: &Host, row: IncidentRow) -> Result<Option<IncidentLine>, Problem> {
    let Some(instance) = host.store.instance_summary(&InstanceKey::id(&row.incident.instance_id)).await?
    else {
        return Ok(None);
    };
    let incident: Incident = serde_json::from_str(&row.incident.json).map_err(|e| {
        let detail = format!("an incident of instance `{}` cannot be read: {e}", instance.number);
        Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "CS0303", detail)
    })?;
    let (closed_at_ms, closed) = row.end.map(|end| (end.at_ms, end.reason)).unzip();
    Ok(Some(IncidentLine {
        instance: instance.number,
        workflow: instance.workflow,
        step: instance.step,
        incident: view::incident(&incident),
        closed_at_ms,
        closed,
    }))
}

/// Documents of unfinished sends, then those known from sends that ended well.
fn candidates(instance: &Instance) -> Vec<Candidate> {
    let unfinished = instance.unfinished_documents.iter().map(|(send, document)| Candidate {
        send: Some(send.clone()),
        connection: Some(document.connection.clone()),
        document_id: document.document_id.clone(),
        client_reference: document.client_reference.clone(),
        standing: document.standing.word().to_owned(),
    });
    let known = instance.references.iter().map(|(document_id, client_reference)| Candidate {
        send: None,
        connection: None,
        document_id: Some(document_id.clone()),
        client_reference: client_reference.clone(),
        standing: "sent".to_owned(),
    });
    let unfinished: Vec<Candidate> = unfinished.collect();
    let is_new = |known: &Candidate| unfinished.iter().all(|other| other.document_id != known.document_id);
    let known: Vec<Candidate> = known.filter(is_new).collect();
    unfinished.into_iter().chain(known).collect()
}

/// What the workflow would take now (`workflow/apply/incidents`).
fn answers(instance: &Instance) -> Vec<&'static str> {
    if instance.waits().is_some() {
        return vec!["retry", "stop"];
    }
    let Some(incident) = &instance.incident else { return Vec::new() };
    if incident.freezes() {
        return vec!["sent", "not-sent", "dismiss", "dismiss-abandon"];
    }
    let unfinished = !instance.unfinished_documents.is_empty();
    let answers = [
        ("retry", !incident.in_doubt),
        ("skip", incident.interrupted.is_some()),
        ("set", true),
        ("dismiss", true),
        ("dismiss-abandon", unfinished && !incident.in_doubt),
    ];
    answers.into_iter().filter(|(_, now)| *now).map(|(answer, _)| answer).collect()
}
