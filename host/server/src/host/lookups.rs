//! Questions about instances, workflows and connections. Nothing here changes anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use countersign_sandbox::connection::webhook::Webhook;
use countersign_store::row::instance::{InstanceFilter, InstanceKey, InstanceSummary, PhaseName};
use countersign_workflow::effect::Entry;
use countersign_workflow::instance::Instance;
use countersign_workflow::load::{Workflow, load};
use countersign_workflow::timer;
use indexmap::IndexMap;

use super::{BoundConnection, Host};
use crate::api::instances::Listing;
use crate::api::view::{self, FiringView, InstancePage, InstanceRowView, InstanceView, WorkflowView};
use crate::error::SubmitError;
use crate::problem::Problem;

/// Instances on one page, at most.
const PAGE_MAX: usize = 500;
/// Lines of a history in one answer.
const HISTORY_MAX: usize = 10_000;

impl Host {
    /// The instance of this id.
    pub(crate) async fn load(&self, id: &str) -> Result<Instance, SubmitError> {
        let found = self.store.instance(&InstanceKey::id(id)).await?;
        found.ok_or_else(|| SubmitError::Problem(Problem::not_found(&format!("instance `{id}`"))))
    }

    /// The instance of this number, id or beginning of an id.
    pub async fn find(&self, name: &str) -> Result<Instance, Problem> {
        let key = name.parse::<InstanceKey>().unwrap_or_else(|never| match never {});
        self.store.instance(&key).await?.ok_or_else(|| Problem::not_found(&format!("instance `{name}`")))
    }

    /// The id of the instance of this number, id or beginning of an id. A whole id is taken as it is, unlooked.
    pub async fn id_of(&self, name: &str) -> Result<String, Problem> {
        match name.parse().unwrap_or_else(|never| match never {}) {
            InstanceKey::Id(id) => Ok(id),
            key => {
                let found = self.store.instance_summary(&key).await?;
                found.map(|row| row.id).ok_or_else(|| Problem::not_found(&format!("instance `{name}`")))
            }
        }
    }

    /// An instance as callers see it.
    pub async fn view(&self, instance: &Instance, redirect: Option<String>) -> Result<InstanceView, Problem> {
        let workflow = self.workflow(&instance.definition).await?;
        let mut view = view::instance(&workflow.definition, instance, redirect);
        view.delayed_by = self.gates.delaying(&instance.id).map(str::to_owned);
        Ok(view)
    }

    /// A page of instances, newest first; of somebody's tasks, when that is asked for.
    pub async fn list(&self, listing: Listing, roles: &[String]) -> Result<InstancePage, Problem> {
        let steps = if listing.tasks { Some(self.task_steps(roles).await?) } else { None };
        let filter = InstanceFilter {
            phase: listing.tasks.then_some(PhaseName::Resting),
            steps,
            workflow: listing.workflow,
            step: listing.step,
            incident: listing.incidents.then_some(true),
            ..InstanceFilter::default()
        };
        let limit = listing.limit.unwrap_or(50).clamp(1, PAGE_MAX);
        let page = self.store.instances(&filter, listing.before, limit).await?;
        let row = |row: InstanceSummary| InstanceRowView {
            id: row.id,
            number: row.number,
            workflow: row.workflow,
            step: row.step,
            phase: format!("{:?}", row.phase).to_lowercase(),
            incident: row.incident,
            updated_at_ms: row.updated_at_ms,
        };
        Ok(InstancePage { instances: page.instances.into_iter().map(row).collect(), next: page.next })
    }

    /// The steps, with their definitions, that are tasks of somebody with these roles.
    async fn task_steps(&self, roles: &[String]) -> Result<Vec<(String, String)>, Problem> {
        let mut steps = Vec::new();
        for row in self.store.definitions().await? {
            let workflow = self.workflow(&row.digest).await?;
            let tasks = workflow.definition.steps.iter().filter(|(_, step)| step.is_task_of(roles));
            steps.extend(tasks.map(|(name, _)| (row.digest.clone(), name.clone())));
        }
        Ok(steps)
    }

    /// An instance's history, oldest first.
    pub async fn history(&self, id: &str) -> Result<Vec<Entry>, Problem> {
        let rows = self.store.history(id, 0, HISTORY_MAX).await?;
        Ok(rows.into_iter().map(|row| row.entry).collect())
    }

    /// The next firings of all timers, soonest first.
    pub async fn next_firings(&self, limit: usize) -> Result<Vec<FiringView>, Problem> {
        let mut firings = Vec::new();
        for row in self.store.upcoming_timers(0, limit).await? {
            let number = self.load(&row.instance_id).await?.number;
            firings.push(FiringView { instance: number, timer: row.timer, due_ms: row.due_ms });
        }
        Ok(firings)
    }

    /// Planned firings of an instance's timers, as if nothing else happened.
    pub async fn preview(&self, instance: &Instance, each: usize) -> Result<Vec<FiringView>, Problem> {
        let workflow = self.workflow(&instance.definition).await?;
        let planned = timer::preview(&workflow, instance, each);
        let view =
            |p: timer::Planned| FiringView { instance: instance.number, timer: p.timer, due_ms: p.due_ms };
        Ok(planned.into_iter().map(view).collect())
    }

    /// The definition of this digest: from memory, or from the store.
    pub async fn workflow(&self, digest: &str) -> Result<Arc<Workflow>, Problem> {
        if let Some(known) = self.definitions.read().ok().and_then(|known| known.get(digest).cloned()) {
            return Ok(known);
        }
        let row = self.store.definition(digest).await?;
        let row = row.ok_or_else(|| Problem::not_found(&format!("the definition `{digest}`")))?;
        let workflow = load(&row.text).map_err(|problems| {
            let detail =
                format!("the stored definition `{digest}` cannot be read by this version of the host");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0005", detail)
                .with_problems(problems.iter().map(ToString::to_string).collect())
        })?;
        let workflow = Arc::new(workflow);
        if let Ok(mut known) = self.definitions.write() {
            known.insert(digest.to_owned(), workflow.clone());
        }
        Ok(workflow)
    }

    /// The newest definition of this name.
    pub fn workflow_by_name(&self, name: &str) -> Result<Arc<Workflow>, Problem> {
        self.offered.get(name).cloned().ok_or_else(|| {
            let names: Vec<&str> = self.offered.keys().map(String::as_str).collect();
            Problem::not_found(&format!("workflow `{name}` (offered: {})", names.join(", ")))
        })
    }

    /// The workflows on offer.
    pub fn workflows(&self) -> Vec<WorkflowView> {
        let view = |workflow: &Arc<Workflow>| WorkflowView {
            name: workflow.definition.metadata.name.clone(),
            version: workflow.definition.metadata.version,
            digest: workflow.digest.clone(),
            connections: workflow.definition.connections.keys().cloned().collect(),
            steps: workflow.definition.steps.keys().cloned().collect(),
        };
        self.offered.values().map(view).collect()
    }

    /// The connections, by name.
    pub fn connections(&self) -> impl Iterator<Item = (&String, &BoundConnection)> {
        self.connections.iter()
    }

    /// The connection whose provider posts here. The provider's name has no case (C127: `/webhooks/OneSpan`).
    pub(crate) fn webhook(
        &self,
        provider: &str,
        endpoint: &str,
    ) -> Option<(&str, &BoundConnection, &Webhook)> {
        self.connections.iter().find_map(|(name, bound)| {
            let webhook = bound.connection.webhook.as_ref()?;
            let is_it = bound.provider.manifest.id.eq_ignore_ascii_case(provider) && webhook.is_at(endpoint);
            is_it.then_some((name.as_str(), bound, webhook))
        })
    }

    /// A connection by name.
    pub fn connection(&self, name: &str) -> Result<&BoundConnection, Problem> {
        self.connections.get(name).ok_or_else(|| {
            let detail = format!(
                "connection `{name}` is not configured; add it under `connections` in countersign.yaml"
            );
            Problem::new(StatusCode::NOT_FOUND, "CS0007", detail)
        })
    }

    /// Which connection of the operator stands for each connection of the definition.
    pub(crate) fn bind(
        &self,
        workflow: &Workflow,
        mut chosen: BTreeMap<String, String>,
    ) -> Result<IndexMap<String, String>, Problem> {
        let mut bound = IndexMap::new();
        for name in workflow.definition.connections.keys() {
            let connection = chosen.remove(name).unwrap_or_else(|| name.clone());
            self.connection(&connection)?;
            bound.insert(name.clone(), connection);
        }
        match chosen.into_keys().next() {
            None => Ok(bound),
            Some(stranger) => {
                let detail =
                    format!("the workflow has no connection `{stranger}`; it has {:?}", bound.keys());
                Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "CS0007", detail))
            }
        }
    }

    /// The ids a choice may hold, when its source needs no connection: `sign.recipient-roles`.
    pub(crate) fn choices(
        &self,
        connections: &IndexMap<String, String>,
        source: &str,
    ) -> Option<Vec<String>> {
        let (name, source) = source.split_once('.')?;
        let connection = connections.get(name)?;
        self.connections.get(connection)?.choices.get(source).cloned()
    }
}
