//! Steps, paths, timers, buttons and decision cases of a definition.
//!
//! Not here: the actions on them (`automation.rs`).

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::automation::ActionStep;

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Step {
    /// A person's task.
    User(Stay),
    /// Nobody's task: waits for the outside (C117, C122).
    External(Stay),
    /// Chooses the next step at once (C19).
    Decision(Decision),
    /// The end.
    Final(End),
}

impl Step {
    /// Whether it is a task of somebody with these roles: a person's step, in which they may act. An external step is
    /// nobody's task (C122).
    #[must_use]
    pub fn is_task_of(&self, roles: &[String]) -> bool {
        let Self::User(stay) = self else { return false };
        let mut named = stay.roles.iter().chain(stay.paths.values().flat_map(|path| &path.roles));
        stay.roles.is_empty() || named.any(|role| roles.contains(role))
    }

    /// The step as one in which an instance stays.
    #[must_use]
    pub fn stay(&self) -> Option<&Stay> {
        match self {
            Self::User(stay) | Self::External(stay) => Some(stay),
            Self::Decision(_) | Self::Final(_) => None,
        }
    }
}

/// A step in which an instance stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stay {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who may act here; empty means anybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Ways out, by name, in order.
    #[serde(default)]
    pub paths: IndexMap<String, Path>,
    /// Timers that run while the instance stays.
    #[serde(default)]
    pub timers: IndexMap<String, Timer>,
    /// Menu buttons: actions without a transition (C31).
    #[serde(default)]
    pub buttons: IndexMap<String, Button>,
    /// What to do when the outside reports something.
    #[serde(default)]
    #[schemars(extend("propertyNames" = {"enum": ["document-changed"]}))]
    pub on: IndexMap<OutsideEvent, Reaction>,
}

impl Stay {
    /// Every action of its paths, timers, buttons and reactions.
    pub fn actions(&self) -> impl Iterator<Item = &ActionStep> {
        let paths = self.paths.values().flat_map(|path| &path.automation);
        let timers = self.timers.values().flat_map(|timer| &timer.automation);
        let buttons = self.buttons.values().flat_map(|button| &button.automation);
        let reactions = self.on.values().flat_map(|reaction| &reaction.automation);
        paths.chain(timers).chain(buttons).chain(reactions)
    }
}

/// What the outside can report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutsideEvent {
    /// The document changed at the provider.
    DocumentChanged,
}

impl OutsideEvent {
    /// The word that definitions use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DocumentChanged => "document-changed",
        }
    }
}

/// What to do on an outside event: take a path, or ask how the document stands and let its state choose the path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reaction {
    /// A path of the same step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<String>,
    /// Actions, in order, before the path is chosen.
    #[serde(rename = "do", default, skip_serializing_if = "Vec::is_empty")]
    pub automation: Vec<ActionStep>,
    /// The path for each state of the document, as the last `get-document-status` of `do` answered it (C120). A state
    /// that is not named moves nothing.
    #[schemars(extend("examples" = [{"completed": "archive", "declined": "revise"}]))]
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub outcomes: IndexMap<DocumentState, String>,
}

impl Reaction {
    /// The action whose outcome chooses the path.
    #[must_use]
    pub fn asking(&self) -> Option<&ActionStep> {
        self.automation.iter().rfind(|action| action.verb() == "get-document-status")
    }
}

/// How a document stands at its provider, in the contract's neutral words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum DocumentState {
    Draft,
    Processing,
    InProgress,
    AwaitingCompletion,
    Completed,
    Declined,
    Expired,
    Cancelled,
    Failed,
    Other,
}

/// A way from one step to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Path {
    /// The next step.
    pub to: String,
    /// What people read on the button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// CEL: must be true before the path is taken.
    #[schemars(extend("examples" = ["size(lists.signers) > 0 && attachments.count('to-sign') > 0"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// What people read when `check` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_message: Option<String>,
    /// Who may take it; empty means the step's roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// A comment is demanded.
    #[serde(default)]
    pub require_comment: bool,
    /// Actions, in order. The path moves only when all succeeded (C25).
    #[serde(rename = "do", default, skip_serializing_if = "Vec::is_empty")]
    pub automation: Vec<ActionStep>,
}

/// A timer of a step (C27–C34).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Timer {
    /// ISO 8601 duration between firings; none fires once.
    #[schemars(extend("examples" = ["PT1H", "P2D"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// ISO 8601 duration from step entry to the first firing; the default is `every`, `PT0S` fires at once.
    #[schemars(extend("examples" = ["PT0S", "PT30M"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// A date or date-time field that holds the first firing instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<String>,
    /// CEL, evaluated at step entry: the timer is armed only when true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Actions, in order.
    #[serde(rename = "do", default, skip_serializing_if = "Vec::is_empty")]
    pub automation: Vec<ActionStep>,
    /// A path to take after the actions (C28), or without any (C29).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<String>,
    /// At most so many firings while the instance stays.
    #[schemars(range(max = 1_000_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// What errors do.
    #[serde(default)]
    pub errors: TimerErrors,
    /// Fire only in business hours; a firing outside moves to the next opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<BusinessHours>,
}

/// How a timer bears errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TimerErrors {
    /// After so many consecutive errors the timer stops with an incident.
    #[schemars(range(max = 1_000))]
    #[serde(default = "TimerErrors::default_max")]
    pub max: u32,
    /// ISO 8601 duration from an error to the next try; none waits for the next period.
    #[schemars(extend("examples" = ["PT10M"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
}

impl TimerErrors {
    fn default_max() -> u32 {
        10
    }
}

impl Default for TimerErrors {
    fn default() -> Self {
        Self { max: Self::default_max(), retry_after: None }
    }
}

/// When people work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BusinessHours {
    /// IANA time zone: `Europe/Warsaw`.
    #[schemars(extend("examples" = ["Europe/Warsaw"]))]
    pub zone: String,
    /// `monday` … `sunday`.
    pub days: Vec<Weekday>,
    /// Opening, `09:00`.
    #[schemars(extend("examples" = ["09:00"]))]
    pub from: String,
    /// Closing, `17:00`.
    #[schemars(extend("examples" = ["17:00"]))]
    pub to: String,
    /// Days without work, `2026-12-25`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A menu button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Button {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who may press it; empty means the step's roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// CEL: offered only when true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Actions, in order.
    #[serde(rename = "do")]
    pub automation: Vec<ActionStep>,
    /// ISO 8601 duration before it may be pressed again.
    #[schemars(extend("examples" = ["PT1H"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<String>,
}

/// A step that chooses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Decision {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The first case that is true decides.
    pub cases: Vec<Case>,
    /// The step when no case is true.
    #[serde(rename = "else")]
    pub otherwise: String,
}

/// One case of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// CEL.
    #[schemars(extend("examples" = ["fields.document_state == 'completed'"]))]
    pub when: String,
    /// The step when true.
    pub to: String,
}

/// The end of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct End {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Good or bad.
    pub outcome: EndOutcome,
}

/// How an instance ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndOutcome {
    /// As hoped.
    Success,
    /// Not as hoped.
    Failure,
}
