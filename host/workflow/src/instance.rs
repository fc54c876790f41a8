//! One running workflow: where it is, what it holds, what it waits for.
//!
//! Not here: how it moves (`apply.rs`) and what becomes of it on disk (`host/store`).

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::automation::sending;
use crate::definition::step::{EndOutcome, OutsideEvent};
use crate::event::Actor;
use crate::form::Form;
use crate::form::written::Written;

/// One instance. The whole of it is stored as one value, guarded by `version`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Instance {
    /// UUIDv7 text.
    pub id: String,
    /// A running number for people and for `{WFD_ID}` in attachment queries (C70).
    pub number: i64,
    /// Name of its definition.
    pub workflow: String,
    /// Digest of its definition.
    pub definition: String,
    /// The operator's connection for each connection of the definition.
    pub connections: IndexMap<String, String>,
    /// Counts up with every event applied.
    pub version: u64,
    /// The step it is in.
    pub step: String,
    /// When it entered that step from elsewhere; coming back through a decision does not count.
    pub entered_at_ms: i64,
    /// What it is doing.
    pub phase: Phase,
    /// Its data.
    pub form: Form,
    /// Timers of the current step, by name.
    pub timers: IndexMap<String, TimerState>,
    /// When each button of the current step was last pressed.
    pub pressed_at_ms: IndexMap<String, i64>,
    /// What went wrong and is not mended yet; one in doubt comes first.
    pub incident: Option<Incident>,
    /// What else went wrong meanwhile, by another trigger; moves up when `incident` closes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_incidents: Vec<Incident>,
    /// Timer and outside events that came while a run was going on; taken up right after it.
    pub waiting: Vec<Waiting>,
    /// Sends that were begun and whose run did not end well, by the place of the send (`approval/path accept/0`).
    pub unfinished_documents: IndexMap<String, UnfinishedDocument>,
    /// The client reference under which each document was sent, by the provider's id.
    #[serde(default)]
    pub references: IndexMap<String, String>,
    /// Calls so far; numbers the next call.
    pub calls: u32,
    /// Rows so far; numbers the next row key.
    pub rows: u32,
    /// Client references so far; numbers the next one.
    #[serde(default)]
    pub sends: u32,
    /// Highest number an attachment ever had; numbers the next one.
    #[serde(default)]
    pub files: u32,
}

/// What an instance is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "phase")]
pub enum Phase {
    /// Waiting in its step.
    Resting,
    /// Running an automation; a path is *transitioning*.
    Running(Box<Run>),
    /// Over.
    Ended {
        /// How.
        outcome: EndOutcome,
    },
}

/// What began a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// A path, taken by a person, or by an outside event.
    Path(String),
    /// A button.
    Button(String),
    /// A timer.
    Timer(String),
    /// News from outside that ask before they choose a path.
    Outside(OutsideEvent),
}

/// An event that must wait until the run under way is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waiting {
    /// A timer of the current step is due.
    Timer(String),
    /// The outside reported something; the step that the run leads to reacts to it.
    Outside(OutsideEvent),
}

/// One automation under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Run {
    /// What began it.
    pub trigger: Trigger,
    /// Who began it.
    pub actor: Actor,
    /// The comment given with a path.
    pub comment: Option<String>,
    /// The path to take afterwards (of a path, or of a timer's `take`).
    pub path: Option<String>,
    /// Whether the trigger's own actions are done and the path's actions are running.
    pub on_path: bool,
    /// Position of the action under way in its automation.
    pub position: usize,
    /// The call under way.
    pub call_id: Option<String>,
    /// How often the action at hand was tried; none before its first call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries: Option<Tries>,
    /// Actions that a person has skipped in an earlier attempt, by their place (`approval/path accept/0`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// Outcomes so far, by action id.
    pub outcomes: IndexMap<String, Value>,
    /// The form as the run has changed it; becomes the form when the run succeeds.
    pub form: Form,
    /// Nobody waits for it: a timer or the outside began it.
    #[serde(default)]
    pub unattended: bool,
    /// The document that the call under way reported.
    #[serde(default)]
    pub reported: Option<String>,
    /// Where the person who began it is sent when it succeeds. A secret.
    #[serde(default)]
    pub redirect: Option<String>,
}

/// How often one action of a run was tried, and whether it waits for the next try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tries {
    /// The action: `sign.send-for-signature`.
    pub action: String,
    /// Calls so far.
    pub count: u32,
    /// When the first began.
    pub first_at_ms: i64,
    /// When the next is due; none while one is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<i64>,
    /// The last one that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<FailedTry>,
}

/// One try that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FailedTry {
    /// The call; none when it failed before any.
    pub call_id: Option<String>,
    /// When.
    pub at_ms: i64,
    /// The failure, as the contract's JSON.
    pub failure: Value,
}

/// State of a timer while the instance stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TimerState {
    /// Start of its schedule; regular firings are counted from here, so that none drifts.
    pub anchor_ms: i64,
    /// Next firing; none when it is firing, spent or stopped.
    pub due_ms: Option<i64>,
    /// Firings so far.
    pub fired: u32,
    /// Consecutive errors.
    pub errors: u32,
}

/// Something that a person must look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Incident {
    /// What was being done.
    pub trigger: Trigger,
    /// The action that failed, when it was one.
    pub action: Option<String>,
    /// The call that failed.
    pub call_id: Option<String>,
    /// The failure, as the contract's JSON.
    pub failure: Value,
    /// True when it may have happened all the same.
    pub in_doubt: bool,
    /// What a person reads.
    pub message: String,
    /// When.
    pub opened_at_ms: i64,
    /// Who began it: a retry goes on in that name.
    #[serde(default)]
    pub actor: Actor,
    /// The comment of the path, for the next try.
    #[serde(default)]
    pub comment: Option<String>,
    /// The run that the failed action interrupted; it can go on after that action. Its form is what `written` makes of
    /// the instance's, where that is kept.
    #[serde(default)]
    pub interrupted: Option<Box<Run>>,
    /// What that run had written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
}

/// What one send left behind when its run did not end well; the next attempt goes on from there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct UnfinishedDocument {
    /// The operator's connection it went through.
    pub connection: String,
    /// The client reference of that send; the same in every attempt.
    pub client_reference: String,
    /// The provider's id, once known.
    pub document_id: Option<String>,
    /// In whose context it is sent; none takes the connection's.
    #[serde(default)]
    pub acting_user: Option<String>,
    /// SHA-256 of what was to be sent; another digest is another send.
    pub input_sha256: String,
    /// How far it came.
    pub standing: Standing,
}

/// How far an unfinished send came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Standing {
    /// Not sent: at most a draft exists. Another input may start anew.
    Unsent,
    /// Nobody knows. Only a person may start anew.
    InDoubt,
    /// Sent; a later action of the run failed. It is not sent again, and only a person may start anew.
    Sent {
        /// Its outcome, used again instead of a second call.
        outcome: Value,
    },
}

impl Standing {
    /// The word for it: `unsent`, `in-doubt` or `sent`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::InDoubt => "in-doubt",
            Self::Sent { .. } => "sent",
        }
    }
}

impl Incident {
    /// Whether nothing else may happen until a person has answered: people may have been invited to sign, and the form
    /// may be what they were shown.
    #[must_use]
    pub fn freezes(&self) -> bool {
        let verb = self.action.as_deref().and_then(|action| action.split_once('.')).map(|(_, verb)| verb);
        self.in_doubt && verb == Some(sending::VERB)
    }
}

impl Run {
    /// What it waits for, when its action failed and will be tried again.
    #[must_use]
    pub fn waits(&self) -> Option<&Tries> {
        self.tries.as_ref().filter(|tries| tries.due_ms.is_some())
    }
}

impl Instance {
    /// What its run waits for, when an action failed and will be tried again.
    #[must_use]
    pub fn waits(&self) -> Option<&Tries> {
        match &self.phase {
            Phase::Running(run) => run.waits(),
            Phase::Resting | Phase::Ended { .. } => None,
        }
    }

    /// Every open incident, the one that matters most first.
    pub fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incident.iter().chain(&self.further_incidents)
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(name) => write!(formatter, "path `{name}`"),
            Self::Button(name) => write!(formatter, "button `{name}`"),
            Self::Timer(name) => write!(formatter, "timer `{name}`"),
            Self::Outside(event) => write!(formatter, "event `{}`", event.word()),
        }
    }
}
