//! Everything an applied event asks of the host. A closed list, performed after the commit.
//!
//! Not here: deciding on them (`apply.rs`) and performing them (`host/server`).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::Actor;

/// What the host must do or keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Effect {
    /// Run one action.
    Call(Box<CallRequest>),
    /// The timer fires at this time (replaces an earlier one of the same name).
    ArmTimer {
        /// Its name.
        timer: String,
        /// When.
        due_ms: i64,
    },
    /// The timer no longer fires.
    DisarmTimer {
        /// Its name.
        timer: String,
    },
    /// A line of the history.
    Record(Entry),
    /// Send the person who acted to this address. A secret: not for the log.
    Redirect {
        /// The address.
        url: String,
    },
    /// A document of the provider belongs to this instance from now on.
    Correlate {
        /// The operator's connection.
        connection: String,
        /// The provider's id.
        document_id: String,
        /// Our reference.
        client_reference: Option<String>,
    },
    /// A document, or what may be one, lies at the provider and no instance follows it any more.
    Orphan(Orphan),
}

/// A document that the instance leaves behind at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Orphan {
    /// The operator's connection.
    pub connection: String,
    /// The provider's id, once known.
    pub document_id: Option<String>,
    /// Our reference.
    pub client_reference: String,
    /// How far its sending came: `unsent`, `in-doubt` or `sent`.
    pub standing: String,
    /// Why nobody follows it.
    pub why: String,
}

/// One run of one action, as the workflow asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CallRequest {
    /// `{instance}-{number}`.
    pub call_id: String,
    /// The operator's connection.
    pub connection: String,
    /// `send-for-signature`.
    pub action: String,
    /// Its input as the contract's JSON.
    pub input: Value,
    /// In whose context; none takes the connection's.
    pub acting_user: Option<String>,
    /// Files the call may see.
    pub attachments: Vec<u32>,
    /// The number its first new attachment gets.
    pub next_attachment: u32,
}

/// One line of an instance's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// When.
    pub at_ms: i64,
    /// Through whom.
    pub actor: Actor,
    /// The step it happened in.
    pub step: String,
    /// What.
    pub what: Happening,
}

/// What a history line tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Happening {
    /// The instance began.
    Started,
    /// The form changed; names of fields and lists.
    Edited {
        /// What changed.
        names: Vec<String>,
    },
    /// An operator corrected the form of an instance with an incident.
    Corrected {
        /// Fields that changed.
        names: Vec<String>,
        /// Why.
        reason: String,
    },
    /// A file was added.
    Attached {
        /// Its number.
        id: u32,
        /// Its name.
        name: String,
        /// Its category.
        category: String,
    },
    /// A file's flags changed.
    AttachmentChanged {
        /// Its number.
        id: u32,
    },
    /// A path was chosen; it moves when its actions succeed.
    PathChosen {
        /// Its name.
        path: String,
        /// The comment.
        comment: Option<String>,
    },
    /// A button was pressed.
    ButtonPressed {
        /// Its name.
        button: String,
    },
    /// A timer fired.
    TimerFired {
        /// Its name.
        timer: String,
    },
    /// The outside reported a change.
    DocumentChanged,
    /// An action began.
    ActionStarted {
        /// `sign.send-for-signature`.
        action: String,
        /// The call.
        call_id: String,
    },
    /// An action was skipped: its condition was false, or a person said that it is not needed.
    ActionSkipped {
        /// The action.
        action: String,
        /// The person's word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The provider's id of a document is known.
    DocumentCreated {
        /// The id.
        document_id: String,
    },
    /// An action ended well.
    ActionSucceeded {
        /// The action.
        action: String,
        /// The call.
        call_id: String,
        /// Fields and lists written.
        saved: Vec<String>,
    },
    /// An action was not run again: its document was sent in an earlier attempt.
    ActionReused {
        /// The action.
        action: String,
        /// The provider's id of that document.
        document_id: String,
    },
    /// The draft or document of an unfinished send was given up; the next send is a new one.
    DocumentAbandoned {
        /// Our reference.
        client_reference: String,
        /// The provider's id, once known.
        document_id: Option<String>,
    },
    /// Rows for which the provider did nothing, and why.
    RowsSkipped {
        /// The action.
        action: String,
        /// One reason for each row key.
        reasons: IndexMap<String, String>,
    },
    /// An action failed.
    ActionFailed {
        /// The action.
        action: String,
        /// The call; none when it failed before any.
        call_id: Option<String>,
        /// The failure, as the contract's JSON.
        failure: Value,
    },
    /// A failed action will be tried again by itself.
    RetryPlanned {
        /// The action.
        action: String,
        /// Tries so far.
        tries: u32,
        /// When it is tried again.
        due_ms: i64,
    },
    /// A person ended the waiting for the next try.
    RetryStopped {
        /// The action.
        action: String,
        /// Why.
        reason: Option<String>,
    },
    /// A decision chose.
    Decided {
        /// The decision step.
        decision: String,
        /// The case that was true; none for `else`.
        case: Option<String>,
        /// The next step.
        to: String,
    },
    /// The instance moved.
    Moved {
        /// From.
        from: String,
        /// To.
        to: String,
    },
    /// A timer found that it is too early; it tries again at its next firing.
    TimerTooEarly {
        /// Its name.
        timer: String,
        /// What it waits for.
        reason: String,
    },
    /// A timer failed and will try again.
    TimerErred {
        /// Its name.
        timer: String,
        /// Consecutive errors.
        errors: u32,
        /// What went wrong.
        message: String,
    },
    /// A timer gave up after too many errors.
    TimerStopped {
        /// Its name.
        timer: String,
    },
    /// Something needs a person.
    IncidentOpened {
        /// What a person reads.
        message: String,
    },
    /// A person has what failed tried again.
    IncidentRetried,
    /// It no longer does.
    IncidentClosed {
        /// How.
        reason: String,
    },
    /// The instance ended.
    Ended {
        /// `success` or `failure`.
        outcome: crate::definition::step::EndOutcome,
    },
}
