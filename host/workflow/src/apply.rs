//! The pure engine: one event applied to one instance gives the next instance and what the host must do.
//!
//! Same input, same output: time and identity come in with the event, files and choices through the context.
//! Not here: running actions (`automation.rs`), loading definitions (`load.rs`), and performing effects (`host/server`).

mod calls;
mod editing;
mod failing;
mod incidents;
mod moving;
mod outside;
mod rights;
mod taking;
mod turn;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::effect::{Effect, Happening};
use crate::event::{Actor, Event, What};
use crate::form::edit::Choices;
use crate::form::{self, Form, FormEdit};
use crate::instance::{Instance, Phase};
use crate::load::Workflow;
use crate::refusal::Refusal;

pub(crate) use calls::conclude;
pub(crate) use failing::failed;
pub(crate) use moving::finish;
pub(crate) use outside::chosen;
pub use rights::{ADMIN, OPERATOR};
pub(crate) use turn::Turn;

/// Runs a read-only SQL query over an instance's attachments; gives their numbers.
pub type Select<'a> = dyn Fn(&str, &Instance) -> Result<Vec<u32>, String> + 'a;

/// What the host lends the engine. Both functions must be pure for the engine to be.
pub struct Context<'a> {
    /// The attachment ids a read-only SQL query gives over the instance's attachments (C69).
    pub select: &'a Select<'a>,
    /// The ids of a data source's rows; none when the source cannot be asked now.
    pub choices: &'a Choices<'a>,
}

/// An instance that is about to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInstance {
    /// UUIDv7 text.
    pub id: String,
    /// Its running number.
    pub number: i64,
    /// The operator's connection for each connection of the definition.
    pub connections: IndexMap<String, String>,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who starts it.
    pub actor: Actor,
    /// The first values of its form.
    pub edit: FormEdit,
    /// The path to take at once: start and transition are one event, and one cannot happen without the other.
    pub take: Option<Take>,
}

/// A path, and why it is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Take {
    /// Its name.
    pub path: String,
    /// A comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What came of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The next instance.
    pub instance: Instance,
    /// What the host must do or keep, in order.
    pub effects: Vec<Effect>,
}

/// Starts an instance: a form of defaults and the first edit, in the definition's first step or on a path from there.
///
/// # Errors
/// When a connection is not bound, the actor may not act in that step, a value is not right, or the path is refused.
pub fn start(workflow: &Workflow, new: NewInstance, context: &Context<'_>) -> Result<Applied, Refusal> {
    let definition = &workflow.definition;
    let unbound: Vec<String> =
        definition.connections.keys().filter(|name| !new.connections.contains_key(*name)).cloned().collect();
    if !unbound.is_empty() {
        return Err(Refusal::ConnectionsMissing { names: unbound });
    }
    if let Some(step) = definition.steps.get(&definition.start) {
        rights::in_step(step, &new.actor)?;
    }
    let blank = form::edit::blank(definition);
    let edited = form::edit::edit(definition, &blank, 0, &new.edit, context.choices)
        .map_err(|problems| Refusal::ValuesInvalid { problems })?;
    let mut instance = first(workflow, &new, edited.form);
    instance.rows = edited.rows;
    let mut turn = Turn::new(workflow, context, instance, new.at_ms, new.actor);
    turn.record(Happening::Started);
    if !edited.names.is_empty() {
        turn.record(Happening::Edited { names: edited.names });
    }
    moving::begin(&mut turn)?;
    if let Some(Take { path, comment }) = &new.take {
        taking::take(&mut turn, path, comment.as_deref())?;
    }
    Ok(turn.done())
}

/// Applies an event.
///
/// # Errors
/// When the event cannot be applied; then nothing has changed.
pub fn apply(
    workflow: &Workflow,
    instance: &Instance,
    event: &Event,
    context: &Context<'_>,
) -> Result<Applied, Refusal> {
    if instance.definition != workflow.digest {
        return Err(Refusal::OtherDefinition {
            pinned: instance.definition.clone(),
            given: workflow.digest.clone(),
        });
    }
    if matches!(instance.phase, Phase::Ended { .. }) {
        return Err(Refusal::Ended);
    }
    let mut turn = Turn::new(workflow, context, instance.clone(), event.at_ms, event.actor.clone());
    dispatch(&mut turn, &event.what)?;
    outside::take_up_waiting(&mut turn);
    Ok(turn.done())
}

fn dispatch(turn: &mut Turn<'_>, what: &What) -> Result<(), Refusal> {
    match what {
        What::Edit(edit) => editing::edit(turn, edit),
        What::Attach { attachment } => editing::attach(turn, attachment),
        What::ChangeAttachment { id, deleted, attributes, category } => {
            let change = editing::Change {
                id: *id,
                deleted: *deleted,
                attributes: attributes.as_deref(),
                category: category.as_deref(),
            };
            editing::change(turn, &change)
        }
        What::Take { path, comment } => taking::take(turn, path, comment.as_deref()),
        What::Press { button } => taking::press(turn, button),
        What::TimerDue { timer } => outside::timer_due(turn, timer),
        What::DocumentChanged => outside::document_changed(turn),
        What::DocumentFound { document_id, client_reference } => {
            incidents::found(turn, document_id, client_reference)
        }
        What::DocumentCreated { call_id, document_id } => calls::document_created(turn, call_id, document_id),
        What::CallSucceeded { call_id, outcome, attachments } => {
            calls::succeeded(turn, call_id, outcome, attachments)
        }
        What::CallFailed { call_id, failure } => calls::failed(turn, call_id, failure),
        What::RetryIncident { .. } => incidents::retry(turn),
        What::StopRetry { reason } => incidents::stop(turn, reason.as_deref()),
        What::ResolveDoubt { answer, reason } => incidents::resolve(turn, answer, reason.as_deref()),
        What::SkipAction { reason } => incidents::skip(turn, reason),
        What::CorrectForm { fields, reason } => editing::correct(turn, fields, reason),
        What::DismissIncident { reason, abandon } => incidents::dismiss(turn, reason, *abandon),
    }
}

fn first(workflow: &Workflow, new: &NewInstance, form: Form) -> Instance {
    Instance {
        id: new.id.clone(),
        number: new.number,
        workflow: workflow.definition.metadata.name.clone(),
        definition: workflow.digest.clone(),
        connections: new.connections.clone(),
        version: 0,
        step: workflow.definition.start.clone(),
        entered_at_ms: new.at_ms,
        phase: Phase::Resting,
        form,
        timers: IndexMap::new(),
        pressed_at_ms: IndexMap::new(),
        incident: None,
        further_incidents: Vec::new(),
        waiting: Vec::new(),
        unfinished_documents: IndexMap::new(),
        references: IndexMap::new(),
        calls: 0,
        rows: 0,
        sends: 0,
        files: 0,
    }
}

#[cfg(test)]
mod tests;
