//! Reading: what was acknowledged before a read begins is seen by it.
//!
//! Not here: SQL (`sqlite/read.rs`).

use countersign_workflow::instance::Instance;

use super::Store;
use crate::error::ReadError;
use crate::row::attachment::AttachmentRow;
use crate::row::audit::AuditRow;
use crate::row::call::{CallRow, ExchangeRow};
use crate::row::counts::Counts;
use crate::row::definition::{DefinitionRow, DefinitionSummary};
use crate::row::event::{Disposition, EventRow};
use crate::row::external_ref::ExternalRef;
use crate::row::history::HistoryRow;
use crate::row::idempotency::IdempotencyRow;
use crate::row::inbox::{MessageRow, MessageState, MessageSummary};
use crate::row::incident::IncidentRow;
use crate::row::instance::{InstanceFilter, InstanceKey, InstancePage, InstanceSummary};
use crate::row::orphan::OrphanRow;
use crate::row::restore::RestoreRow;
use crate::row::timer::TimerRow;
use crate::sqlite::read;

type Answer<T> = Result<T, ReadError>;

/// Instances.
impl Store {
    /// The whole of one instance.
    pub async fn instance(&self, key: &InstanceKey) -> Answer<Option<Instance>> {
        let key = key.clone();
        self.backend.read(move |database| read::instance::load(database, &key)).await
    }

    /// What lists show of one instance.
    pub async fn instance_summary(&self, key: &InstanceKey) -> Answer<Option<InstanceSummary>> {
        let key = key.clone();
        self.backend.read(move |database| read::instance::summary(database, &key)).await
    }

    /// A page of instances, newest first, at most 1,000; `cursor` is the `next` of the page before.
    pub async fn instances(
        &self,
        filter: &InstanceFilter,
        cursor: Option<i64>,
        limit: usize,
    ) -> Answer<InstancePage> {
        let filter = filter.clone();
        self.backend.read(move |database| read::instance::page(database, &filter, cursor, limit)).await
    }

    /// An instance's history after a position, oldest first. From the beginning: 0.
    pub async fn history(&self, instance_id: &str, after: i64, limit: usize) -> Answer<Vec<HistoryRow>> {
        let id = instance_id.to_owned();
        self.backend.read(move |database| read::instance::history(database, &id, after, limit)).await
    }

    /// The files an instance refers to.
    pub async fn attachment_rows(&self, instance_id: &str) -> Answer<Vec<AttachmentRow>> {
        let id = instance_id.to_owned();
        self.backend.read(move |database| read::instance::attachments(database, &id)).await
    }

    /// The instance that a provider's document belongs to.
    pub async fn external_ref(&self, connection: &str, document_id: &str) -> Answer<Option<ExternalRef>> {
        let (connection, document) = (connection.to_owned(), document_id.to_owned());
        self.backend.read(move |database| read::record::by_document(database, &connection, &document)).await
    }

    /// The instance that a client reference belongs to.
    pub async fn external_ref_by_client_reference(
        &self,
        connection: &str,
        client_reference: &str,
    ) -> Answer<Option<ExternalRef>> {
        let (connection, reference) = (connection.to_owned(), client_reference.to_owned());
        self.backend
            .read(move |database| read::record::by_client_reference(database, &connection, &reference))
            .await
    }
}

/// Timers.
impl Store {
    /// Timers due at a time, the longest due first.
    pub async fn due_timers(&self, now_ms: i64, limit: usize) -> Answer<Vec<TimerRow>> {
        self.backend.read(move |database| read::timer::due(database, now_ms, limit)).await
    }

    /// When the next timer is due.
    pub async fn next_due(&self) -> Answer<Option<i64>> {
        self.backend.read(read::timer::next_due).await
    }

    /// An instance's armed timers, the first due first.
    pub async fn timers(&self, instance_id: &str) -> Answer<Vec<TimerRow>> {
        let id = instance_id.to_owned();
        self.backend.read(move |database| read::timer::of_instance(database, &id)).await
    }

    /// Armed timers of all instances after the given time, the first due first.
    pub async fn upcoming_timers(&self, after_ms: i64, limit: usize) -> Answer<Vec<TimerRow>> {
        self.backend.read(move |database| read::timer::upcoming(database, after_ms, limit)).await
    }
}

/// Calls and their journal.
impl Store {
    /// One call.
    pub async fn call(&self, call_id: &str) -> Answer<Option<CallRow>> {
        let id = call_id.to_owned();
        self.backend.read(move |database| read::call::load(database, &id)).await
    }

    /// An instance's calls, oldest first.
    pub async fn calls(&self, instance_id: &str) -> Answer<Vec<CallRow>> {
        let id = instance_id.to_owned();
        self.backend.read(move |database| read::call::of_instance(database, &id)).await
    }

    /// Calls that have not ended, oldest first: after a start, those to replay.
    pub async fn open_calls(&self) -> Answer<Vec<CallRow>> {
        self.backend.read(read::call::open).await
    }

    /// A call's exchanges, in order.
    pub async fn exchanges(&self, call_id: &str) -> Answer<Vec<ExchangeRow>> {
        let id = call_id.to_owned();
        self.backend.read(move |database| read::call::exchanges(database, &id)).await
    }
}

/// Definitions.
impl Store {
    /// One definition by digest.
    pub async fn definition(&self, digest: &str) -> Answer<Option<DefinitionRow>> {
        let digest = digest.to_owned();
        self.backend.read(move |database| read::definition::by_digest(database, &digest)).await
    }

    /// The highest version of a definition; among equals, the one stored last.
    pub async fn definition_latest(&self, name: &str) -> Answer<Option<DefinitionRow>> {
        let name = name.to_owned();
        self.backend.read(move |database| read::definition::latest(database, &name)).await
    }

    /// All definitions by name, the latest version first.
    pub async fn definitions(&self) -> Answer<Vec<DefinitionSummary>> {
        self.backend.read(read::definition::all_of_them).await
    }
}

/// What providers posted.
impl Store {
    /// Messages that were kept and not read, oldest first; no more once their bodies hold so many bytes.
    pub async fn unread_messages(&self, limit: usize, bytes: u64) -> Answer<Vec<MessageRow>> {
        self.backend.read(move |database| read::inbox::unread(database, limit, bytes)).await
    }

    /// Events whose instance is to be told, oldest first.
    pub async fn untold_events(&self, limit: usize) -> Answer<Vec<EventRow>> {
        self.backend.read(move |database| read::inbox::untold(database, limit)).await
    }

    /// One message.
    pub async fn message(&self, position: i64) -> Answer<Option<MessageRow>> {
        self.backend.read(move |database| read::inbox::message(database, position)).await
    }

    /// Messages, newest first; of one state, or all.
    pub async fn messages(&self, state: Option<MessageState>, limit: usize) -> Answer<Vec<MessageSummary>> {
        self.backend.read(move |database| read::inbox::messages(database, state, limit)).await
    }

    /// One event.
    pub async fn event(&self, position: i64) -> Answer<Option<EventRow>> {
        self.backend.read(move |database| read::inbox::event_at(database, position)).await
    }

    /// Events, newest first; of one disposition, or all.
    pub async fn events(&self, disposition: Option<Disposition>, limit: usize) -> Answer<Vec<EventRow>> {
        self.backend.read(move |database| read::inbox::events(database, disposition, limit)).await
    }

    /// Up to when a connection's provider was asked for all that changed; none when it never was.
    pub async fn polled_until(&self, connection: &str) -> Answer<Option<i64>> {
        let connection = connection.to_owned();
        self.backend.read(move |database| read::inbox::polled_until(database, &connection)).await
    }

    /// What a message says, in its order.
    pub async fn events_of_message(&self, message: i64) -> Answer<Vec<EventRow>> {
        self.backend.read(move |database| read::inbox::of_message(database, message)).await
    }
}

/// What the operator looks at.
impl Store {
    /// Incidents, newest first; `open` alone, or closed ones too.
    pub async fn incidents(&self, open_only: bool, limit: usize) -> Answer<Vec<IncidentRow>> {
        self.backend.read(move |database| read::record::incidents(database, open_only, limit)).await
    }

    /// Documents that instances left behind, newest first.
    pub async fn orphans(&self, limit: usize) -> Answer<Vec<OrphanRow>> {
        self.backend.read(move |database| read::record::orphans(database, limit)).await
    }

    /// The answer remembered under a key.
    pub async fn idempotency(&self, key: &str) -> Answer<Option<IdempotencyRow>> {
        let key = key.to_owned();
        self.backend.read(move |database| read::record::idempotency(database, &key)).await
    }

    /// The audit log after a position, oldest first.
    pub async fn audit(&self, after: i64, limit: usize) -> Answer<Vec<AuditRow>> {
        self.backend.read(move |database| read::record::audit(database, after, limit)).await
    }

    /// The audit log before a position, newest first; from its end: none.
    pub async fn audit_newest(&self, before: Option<i64>, limit: usize) -> Answer<Vec<AuditRow>> {
        self.backend.read(move |database| read::record::audit_newest(database, before, limit)).await
    }

    /// Since when this directory may not know what was done: it came out of a backup, or its disk lost commits.
    pub async fn restore(&self) -> Answer<Option<RestoreRow>> {
        self.backend.read(read::record::restore).await
    }

    /// When the directory was last taken without the lock of the host before, which may still be running.
    pub async fn overtaken_at_ms(&self) -> Answer<Option<i64>> {
        self.backend.read(read::record::overtaken_at_ms).await
    }

    /// The latest time written to history, audit log or calls; none in a new directory.
    pub async fn latest_ms(&self) -> Answer<Option<i64>> {
        self.backend.read(|database| Ok(read::record::latest_ms(database)?)).await
    }

    /// How much there is.
    pub async fn counts(&self) -> Answer<Counts> {
        self.backend.read(read::record::counts).await
    }
}
