//! Everything that can happen to an instance. A closed list.
//!
//! Not here: what it leads to (`apply.rs`, `effect.rs`).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::form::{Attachment, FormEdit};

/// Something that happened, when, and through whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    /// When, milliseconds since 1970. The engine knows no other time.
    pub at_ms: i64,
    /// Through whom.
    pub actor: Actor,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// Who acts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Actor {
    /// E-mail address or another name; empty for the host itself.
    pub name: String,
    /// Roles the host vouches for.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum What {
    /// A person changed the form.
    Edit(FormEdit),
    /// A file was added; its bytes are already durable. Its id is given by the engine.
    Attach {
        /// The file; `id` is ignored.
        attachment: Attachment,
    },
    /// A file was marked deleted or not, or got other attributes or another category.
    ChangeAttachment {
        /// Its number.
        id: u32,
        /// Set or clear the deleted flag.
        #[serde(default)]
        deleted: Option<bool>,
        /// All attributes that shall be set.
        #[serde(default)]
        attributes: Option<Vec<String>>,
        /// The new category.
        #[serde(default)]
        category: Option<String>,
    },
    /// A path was chosen.
    Take {
        /// Its name.
        path: String,
        /// A comment.
        #[serde(default)]
        comment: Option<String>,
    },
    /// A button was pressed.
    Press {
        /// Its name.
        button: String,
    },
    /// A timer is due.
    TimerDue {
        /// Its name.
        timer: String,
    },
    /// The outside reports a change of this instance's document.
    DocumentChanged,
    /// The provider names a document together with our reference, without being asked.
    DocumentFound {
        /// The provider's id.
        document_id: String,
        /// Our reference, which the provider keeps with it.
        client_reference: String,
    },
    /// A component reported the provider's id of a document before its call ended.
    DocumentCreated {
        /// The call.
        call_id: String,
        /// The provider's id.
        document_id: String,
    },
    /// A call ended well.
    CallSucceeded {
        /// The call.
        call_id: String,
        /// The outcome, as the contract's JSON.
        outcome: Value,
        /// Files it made; ids are those the call used, category is empty.
        #[serde(default)]
        attachments: Vec<Attachment>,
    },
    /// A call failed.
    CallFailed {
        /// The call.
        call_id: String,
        /// The failure, as the contract's JSON: `{"not-ready": "…"}`.
        failure: Value,
    },
    /// A person wants the failed work tried again.
    RetryIncident {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// A person does not want a failed action tried again by itself.
    StopRetry {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// A person, or a webhook with our reference, says what became of a send in doubt.
    ResolveDoubt {
        /// What.
        answer: Answer,
        /// How it is known.
        #[serde(default)]
        reason: Option<String>,
    },
    /// A person says that the failed action is not needed: the run goes on after it.
    SkipAction {
        /// Why.
        reason: String,
    },
    /// An operator corrects fields of an instance with an incident, also technical ones and in a step of others.
    CorrectForm {
        /// Fields to set; null empties.
        fields: IndexMap<String, Value>,
        /// Why.
        reason: String,
    },
    /// A person has dealt with the incident otherwise.
    DismissIncident {
        /// Why.
        reason: String,
        /// Give up the document of the unfinished send: the next send is a new one.
        #[serde(default)]
        abandon: bool,
    },
}

/// What became of a send in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Answer {
    /// It was sent; the interrupted run goes on after it.
    Sent {
        /// The provider's id.
        document_id: String,
    },
    /// It was not sent; it is sent now, under the same client reference.
    NotSent,
}
