//! Applies changes inside the writer's transaction: one function per change.
//!
//! Not here: transactions (`batch.rs`).

mod call;
mod correlation;
mod inbox;
mod instance;
mod record;

use rusqlite::{Connection, OptionalExtension, Params};

use crate::change::Change;
use crate::error::{CommitError, Conflict};

/// Why a change was not applied.
pub(super) enum Refusal {
    /// It contradicts what is stored.
    Commit(CommitError),
    /// The database said no, or worse.
    Database(rusqlite::Error),
}

type Applied = Result<(), Refusal>;

/// Applies changes in their order, up to the first refusal.
pub(super) fn apply(database: &Connection, changes: &[Change]) -> Applied {
    changes.iter().try_for_each(|change| apply_one(database, change))
}

fn apply_one(database: &Connection, change: &Change) -> Applied {
    match change {
        Change::PutDefinition(definition) => record::put_definition(database, definition),
        Change::CreateInstance(instance) => instance::create(database, instance),
        Change::UpdateInstance { instance, expected_version } => {
            instance::update(database, instance, *expected_version)
        }
        Change::AppendHistory { instance_id, entries } => {
            instance::append_history(database, instance_id, entries)
        }
        Change::PutTimer { instance_id, timer, due_ms } => {
            instance::put_timer(database, instance_id, timer, *due_ms)
        }
        Change::DeleteTimer { instance_id, timer } => instance::delete_timer(database, instance_id, timer),
        Change::OpenCall(new) => call::open(database, new),
        Change::PutExchange { call_id, exchange } => call::put_exchange(database, call_id, exchange),
        Change::CloseCall { call_id, end } => call::close(database, call_id, end),
        Change::Correlate(reference) => correlation::correlate(database, reference),
        Change::Orphan(orphan) => correlation::leave(database, orphan),
        Change::Unique { instance_id, workflow, field, value } => {
            let place = correlation::UniqueField { workflow, field };
            correlation::set_unique(database, instance_id, &place, value.as_deref())
        }
        Change::PutIncident(incident) => record::put_incident(database, incident),
        Change::CloseIncident { instance_id, end } => record::close_incident(database, instance_id, end),
        Change::Idempotency(answer) => record::remember(database, answer),
        Change::Answer { key, response } => record::answer(database, key, response),
        Change::PutAttachment(attachment) => instance::put_attachment(database, attachment),
        Change::Receive(message) => inbox::receive(database, message),
        Change::ReadMessage { position, events, at_ms } => inbox::read(database, *position, events, *at_ms),
        Change::MarkMessage { position, state, reason } => {
            inbox::mark(database, *position, *state, reason.as_deref())
        }
        Change::Polled { connection, events, until_ms, at_ms } => {
            inbox::polled(database, connection, (events, *at_ms), *until_ms)
        }
        Change::TellEvent { position, at_ms, answer } => inbox::told(database, *position, *at_ms, answer),
        Change::AttachEvent { position, instance_id } => inbox::attach(database, *position, instance_id),
        Change::TidyInbox { parked_before_ms, kept_after_ms } => {
            inbox::tidy(database, *parked_before_ms, *kept_after_ms)
        }
        Change::AcknowledgeRestore { at_ms, actor } => record::acknowledge_restore(database, *at_ms, actor),
        Change::Audit(entry) => record::audit(database, entry),
    }
}

/// The number of an instance that must be there.
fn number_of(database: &Connection, instance_id: &str) -> Result<i64, Refusal> {
    let found = lookup(database, "SELECT number FROM instance WHERE id = ?1", [instance_id])?;
    found.ok_or_else(|| missing("instance", instance_id))
}

/// The position of a call that must be there.
fn position_of(database: &Connection, call_id: &str) -> Result<i64, Refusal> {
    let found = lookup(database, "SELECT position FROM call WHERE id = ?1", [call_id])?;
    found.ok_or_else(|| missing("call", call_id))
}

/// Reads one column of at most one row.
fn lookup<T: rusqlite::types::FromSql>(
    database: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Option<T>, Refusal> {
    Ok(database.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()?)
}

/// Runs a statement and tells how many rows it changed.
fn execute(database: &Connection, sql: &str, parameters: impl Params) -> rusqlite::Result<usize> {
    database.prepare_cached(sql)?.execute(parameters)
}

fn missing(what: &'static str, id: &str) -> Refusal {
    Refusal::Commit(CommitError::Missing { what, id: id.to_owned() })
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Conflict> for Refusal {
    fn from(conflict: Conflict) -> Self {
        Self::Commit(CommitError::Conflict(conflict))
    }
}
