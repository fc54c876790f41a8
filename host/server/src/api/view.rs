//! The API's own JSON: what callers see of instances, timers, workflows and data sources.
//!
//! Not here: the routes (`api/*.rs`) and the engine's types (`workflow`), which may change underneath.

use countersign_workflow::definition::Definition;
use countersign_workflow::definition::step::{EndOutcome, Stay, Step};
use countersign_workflow::failure::Failure;
use countersign_workflow::form::{Attachment, Row};
use countersign_workflow::instance::{Incident, Instance, Phase, Trigger};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InstanceView {
    /// UUID.
    pub id: String,
    /// Running number.
    pub number: i64,
    /// Name of the workflow.
    pub workflow: String,
    /// Counts up with every event; compare it to see a change.
    pub version: u64,
    /// The step it is in.
    pub step: String,
    /// What people read for the step.
    pub step_title: String,
    /// `resting`, `running` or `ended`.
    pub phase: String,
    /// `success` or `failure` once it has ended.
    pub outcome: Option<EndOutcome>,
    /// The form's fields.
    pub fields: IndexMap<String, Value>,
    /// The form's lists.
    pub lists: IndexMap<String, Vec<Row>>,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// Paths that lead on from here, in order.
    pub paths: Vec<Choice>,
    /// Buttons offered here.
    pub buttons: Vec<Choice>,
    /// What went wrong and is not mended.
    pub incident: Option<IncidentView>,
    /// The connection that rests, when its action waits for that to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delayed_by: Option<String>,
    /// A failed action that will be tried again by itself; the instance is `running` until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryView>,
    /// Where the person who acted should be sent; only in the answer to that act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// A path or a button.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Choice {
    /// Its name, for `take` and `press`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Roles of which one is needed; empty means anybody.
    pub roles: Vec<String>,
}

/// A failed action that will be tried again by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RetryView {
    /// The action.
    pub action: String,
    /// Tries so far.
    pub tries: u32,
    /// When the first began, milliseconds since 1970.
    pub first_at_ms: i64,
    /// When the next begins, milliseconds since 1970.
    pub due_ms: i64,
    /// Why the last one failed, for a person.
    pub message: String,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct IncidentView {
    /// What a person reads.
    pub message: String,
    /// What was being done: `path accept`.
    pub during: String,
    /// The action that failed.
    pub action: Option<String>,
    /// The call that failed.
    pub call_id: Option<String>,
    /// The failure as the contract words it.
    pub failure: Value,
    /// True when it may have happened all the same.
    pub in_doubt: bool,
    /// When, milliseconds since 1970.
    pub opened_at_ms: i64,
}

/// One planned firing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FiringView {
    /// The instance's number.
    pub instance: i64,
    /// The timer.
    pub timer: String,
    /// When, milliseconds since 1970.
    pub due_ms: i64,
}

/// One offered workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct WorkflowView {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Its digest.
    pub digest: String,
    /// The connections it needs.
    pub connections: Vec<String>,
    /// Its steps, in order.
    pub steps: Vec<String>,
}

/// One page of instances.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InstancePage {
    /// The instances, newest first.
    pub instances: Vec<InstanceRowView>,
    /// Give it as `before` to see older ones.
    pub next: Option<i64>,
}

/// One line of a list of instances.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InstanceRowView {
    /// UUID.
    pub id: String,
    /// Running number.
    pub number: i64,
    /// Name of the workflow.
    pub workflow: String,
    /// The step it is in.
    pub step: String,
    /// `resting`, `running` or `ended`.
    pub phase: String,
    /// Whether something needs a person.
    pub incident: bool,
    /// Last change, milliseconds since 1970.
    pub updated_at_ms: i64,
}

/// The instance as its callers see it.
pub fn instance(definition: &Definition, instance: &Instance, redirect: Option<String>) -> InstanceView {
    let stay = match definition.steps.get(&instance.step) {
        Some(Step::User(stay) | Step::External(stay)) => Some(stay),
        _ => None,
    };
    let (phase, outcome) = phase(&instance.phase);
    InstanceView {
        id: instance.id.clone(),
        number: instance.number,
        workflow: instance.workflow.clone(),
        version: instance.version,
        step: instance.step.clone(),
        step_title: step_title(definition, &instance.step),
        phase: phase.to_owned(),
        outcome,
        fields: instance.form.fields.clone(),
        lists: instance.form.lists.clone(),
        attachments: instance.form.attachments.clone(),
        paths: stay.map(paths).unwrap_or_default(),
        buttons: stay.map(buttons).unwrap_or_default(),
        incident: instance.incident.as_ref().map(incident),
        delayed_by: None,
        retry: retry(instance),
        redirect,
    }
}

/// `resting`, `running` or `ended`, and how it ended.
pub fn phase(phase: &Phase) -> (&'static str, Option<EndOutcome>) {
    match phase {
        Phase::Resting => ("resting", None),
        Phase::Running(_) => ("running", None),
        Phase::Ended { outcome } => ("ended", Some(*outcome)),
    }
}

/// What people read for a step: its title, or its name in words.
pub fn step_title(definition: &Definition, step: &str) -> String {
    let title = match definition.steps.get(step) {
        Some(Step::User(stay) | Step::External(stay)) => stay.title.clone(),
        Some(Step::Decision(decision)) => decision.title.clone(),
        Some(Step::Final(end)) => end.title.clone(),
        None => None,
    };
    title.unwrap_or_else(|| in_words(step))
}

fn paths(stay: &Stay) -> Vec<Choice> {
    let roles = |own: &[String]| if own.is_empty() { stay.roles.clone() } else { own.to_vec() };
    let path = |(name, path): (&String, &countersign_workflow::definition::step::Path)| Choice {
        name: name.clone(),
        title: path.title.clone().unwrap_or_else(|| in_words(name)),
        roles: roles(&path.roles),
    };
    stay.paths.iter().map(path).collect()
}

fn buttons(stay: &Stay) -> Vec<Choice> {
    let roles = |own: &[String]| if own.is_empty() { stay.roles.clone() } else { own.to_vec() };
    let button = |(name, button): (&String, &countersign_workflow::definition::step::Button)| Choice {
        name: name.clone(),
        title: button.title.clone().unwrap_or_else(|| in_words(name)),
        roles: roles(&button.roles),
    };
    stay.buttons.iter().map(button).collect()
}

/// What an instance waits for before it tries again.
pub fn retry(instance: &Instance) -> Option<RetryView> {
    let tries = instance.waits()?;
    let last = tries.last.as_ref()?;
    Some(RetryView {
        action: tries.action.clone(),
        tries: tries.count,
        first_at_ms: tries.first_at_ms,
        due_ms: tries.due_ms?,
        message: Failure::new(last.failure.clone()).message(),
    })
}

/// What went wrong, as its callers see it.
pub fn incident(incident: &Incident) -> IncidentView {
    let during = match &incident.trigger {
        Trigger::Path(name) => format!("path {name}"),
        Trigger::Button(name) => format!("button {name}"),
        Trigger::Timer(name) => format!("timer {name}"),
        Trigger::Outside(event) => format!("event {}", event.word()),
    };
    IncidentView {
        message: incident.message.clone(),
        during,
        action: incident.action.clone(),
        call_id: incident.call_id.clone(),
        failure: incident.failure.clone(),
        in_doubt: incident.in_doubt,
        opened_at_ms: incident.opened_at_ms,
    }
}

/// `is-it-signed` → `Is it signed`.
fn in_words(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
