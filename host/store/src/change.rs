//! What can be written. A closed list.
//!
//! Not here: how it is written (`sqlite/apply.rs`) and grouped (`sqlite/writer.rs`).

use countersign_workflow::effect::Entry;
use countersign_workflow::instance::{Incident, Instance};

use crate::error::EncodeError;
use crate::row::attachment::AttachmentRow;
use crate::row::audit::AuditEntry;
use crate::row::call::{CallEnd, ExchangeRow, NewCall};
use crate::row::definition::DefinitionRow;
use crate::row::event::NewEvent;
use crate::row::external_ref::ExternalRef;
use crate::row::history::NewHistory;
use crate::row::idempotency::IdempotencyRow;
use crate::row::inbox::{MessageState, NewMessage};
use crate::row::incident::{IncidentEnd, NewIncident};
use crate::row::instance::InstanceRow;
use crate::row::orphan::OrphanRow;

/// One logical transaction: all its changes, in order, or none.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Who waits for it.
    pub lane: Lane,
    /// What to write, in this order. An instance comes before whatever belongs to it.
    pub changes: Vec<Change>,
}

/// Which commits go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Somebody waits: a person, a webhook sender, a call.
    Command,
    /// Nobody waits: timers, outbox, tidying.
    Background,
}

/// An acknowledged commit: it is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// How many logical transactions shared the COMMIT.
    pub batch_transactions: usize,
}

/// One thing to write.
#[derive(Debug, Clone)]
pub enum Change {
    /// Keeps a definition; nothing happens when its digest is known.
    PutDefinition(DefinitionRow),
    /// Begins an instance.
    CreateInstance(Box<InstanceRow>),
    /// Replaces an instance.
    UpdateInstance {
        /// The new state.
        instance: Box<InstanceRow>,
        /// The version it was made from; another one stored is a conflict.
        expected_version: u64,
    },
    /// Adds to an instance's history.
    AppendHistory {
        /// The instance.
        instance_id: String,
        /// The lines, oldest first.
        entries: Vec<NewHistory>,
    },
    /// Arms a timer, in place of one of the same name.
    PutTimer {
        /// The instance.
        instance_id: String,
        /// Its name.
        timer: String,
        /// When it fires.
        due_ms: i64,
    },
    /// Disarms a timer; nothing happens when there is none.
    DeleteTimer {
        /// The instance.
        instance_id: String,
        /// Its name.
        timer: String,
    },
    /// Begins a call's journal.
    OpenCall(Box<NewCall>),
    /// Writes an exchange of a call, or closes an open one. A closed one stays as it is.
    PutExchange {
        /// The call.
        call_id: String,
        /// The exchange.
        exchange: ExchangeRow,
    },
    /// Ends a call. A second end is a conflict.
    CloseCall {
        /// The call.
        call_id: String,
        /// How it ended.
        end: CallEnd,
    },
    /// A provider's document belongs to an instance. One of another instance is a conflict.
    Correlate(ExternalRef),
    /// An instance left a document behind at its provider.
    Orphan(Box<OrphanRow>),
    /// Sets an instance's value of a unique field and frees its earlier one. A value of another instance is a conflict.
    Unique {
        /// The instance.
        instance_id: String,
        /// The workflow whose instances share the field.
        workflow: String,
        /// The field.
        field: String,
        /// The value; none only frees.
        value: Option<String>,
    },
    /// Opens an incident, or replaces the open one of the instance.
    PutIncident(Box<NewIncident>),
    /// Closes the instance's open incident; nothing happens when there is none.
    CloseIncident {
        /// The instance.
        instance_id: String,
        /// When and how.
        end: IncidentEnd,
    },
    /// Remembers the answer to a request. A key in use is a conflict.
    Idempotency(IdempotencyRow),
    /// Completes the answer remembered under a key, once it is known. An unknown key is missing.
    Answer {
        /// The key.
        key: String,
        /// The answer, as JSON.
        response: String,
    },
    /// Remembers that an instance refers to a stored file, which must be durable before.
    PutAttachment(AttachmentRow),
    /// Keeps a message that a provider posted, before anybody has read it.
    Receive(Box<NewMessage>),
    /// Keeps what a message says and marks it read. Events are matched with instances here; those seen before count up.
    ReadMessage {
        /// The message.
        position: i64,
        /// What it says.
        events: Vec<NewEvent>,
        /// When it was read.
        at_ms: i64,
    },
    /// Marks a message as failed, or to be read again.
    MarkMessage {
        /// The message.
        position: i64,
        /// How far it has come.
        state: MessageState,
        /// Why.
        reason: Option<String>,
    },
    /// Keeps what a provider answered when it was asked what changed. What is about no instance is not kept, and what was
    /// seen before is not kept again.
    Polled {
        /// The operator's connection.
        connection: String,
        /// What changed.
        events: Vec<NewEvent>,
        /// Up to when everything is known now; none while there is more to ask for.
        until_ms: Option<i64>,
        /// When it was asked.
        at_ms: i64,
    },
    /// An event's instance was told.
    TellEvent {
        /// The event.
        position: i64,
        /// When.
        at_ms: i64,
        /// What the instance said.
        answer: String,
    },
    /// Gives an event to an instance on a person's word; the instance will be told.
    AttachEvent {
        /// The event.
        position: i64,
        /// The instance.
        instance_id: String,
    },
    /// Ends the waiting of parked events, and forgets what was dealt with long ago.
    TidyInbox {
        /// Events parked before this time are unmatched.
        parked_before_ms: i64,
        /// Messages and events from before this time are forgotten.
        kept_after_ms: i64,
    },
    /// An operator has taken over what a restored database cannot know; nothing happens when there is nothing to.
    AcknowledgeRestore {
        /// When.
        at_ms: i64,
        /// Who.
        actor: String,
    },
    /// Writes to the audit log.
    Audit(Box<AuditEntry>),
}

impl Commit {
    /// A commit somebody waits for.
    #[must_use]
    pub fn command(changes: Vec<Change>) -> Self {
        Self { lane: Lane::Command, changes }
    }

    /// A commit nobody waits for.
    #[must_use]
    pub fn background(changes: Vec<Change>) -> Self {
        Self { lane: Lane::Background, changes }
    }
}

impl Change {
    /// Begins an instance.
    pub fn create_instance(instance: &Instance, at_ms: i64) -> Result<Self, EncodeError> {
        Ok(Self::CreateInstance(Box::new(InstanceRow::of(instance, at_ms)?)))
    }

    /// Replaces an instance that was loaded at `expected_version`.
    pub fn update_instance(
        instance: &Instance,
        expected_version: u64,
        at_ms: i64,
    ) -> Result<Self, EncodeError> {
        Ok(Self::UpdateInstance { instance: Box::new(InstanceRow::of(instance, at_ms)?), expected_version })
    }

    /// Adds to an instance's history.
    pub fn append_history<'a>(
        instance_id: &str,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<Self, EncodeError> {
        let entries = entries.into_iter().map(NewHistory::of).collect::<Result<_, _>>()?;
        Ok(Self::AppendHistory { instance_id: instance_id.to_owned(), entries })
    }

    /// Opens an incident, or replaces the open one of the instance.
    pub fn put_incident(instance_id: &str, incident: &Incident) -> Result<Self, EncodeError> {
        Ok(Self::PutIncident(Box::new(NewIncident::of(instance_id, incident)?)))
    }
}
