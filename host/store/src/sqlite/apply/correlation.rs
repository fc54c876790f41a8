//! What belongs to one instance only: documents of providers, also those it left behind, and values of unique fields.
//!
//! Not here: the instances themselves (`instance.rs`).

use rusqlite::{Connection, params};

use super::{Applied, execute, inbox, lookup, number_of};
use crate::error::Conflict;
use crate::row::external_ref::ExternalRef;
use crate::row::orphan::OrphanRow;

/// A field whose values are unique within a workflow.
pub(super) struct UniqueField<'a> {
    pub(super) workflow: &'a str,
    pub(super) field: &'a str,
}

/// Gives a document to an instance, with the events that wait for it. Once more for the same instance adds the client
/// reference.
pub(super) fn correlate(database: &Connection, reference: &ExternalRef) -> Applied {
    let number = number_of(database, &reference.instance_id)?;
    let (connection, document_id) = (&reference.connection, &reference.document_id);
    let written = execute(
        database,
        "INSERT INTO external_ref (connection, document_id, client_reference, instance) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (connection, document_id) DO UPDATE
         SET client_reference = coalesce(excluded.client_reference, client_reference)
         WHERE instance = excluded.instance",
        params![connection, document_id, reference.client_reference, number],
    )?;
    if written > 0 {
        return inbox::claim(database, reference, number);
    }
    let sql = "SELECT i.id FROM external_ref AS r JOIN instance AS i ON i.number = r.instance
               WHERE r.connection = ?1 AND r.document_id = ?2";
    let holder: Option<String> = lookup(database, sql, params![connection, document_id])?;
    Err(Conflict::Document {
        connection: connection.clone(),
        document_id: document_id.clone(),
        holder: holder.unwrap_or_default(),
    }
    .into())
}

/// Notes a document that an instance left behind.
pub(super) fn leave(database: &Connection, orphan: &OrphanRow) -> Applied {
    let number = number_of(database, &orphan.instance_id)?;
    let OrphanRow { connection, document_id, client_reference, standing, why, at_ms, .. } = orphan;
    execute(
        database,
        "INSERT INTO orphan (instance, connection, document_id, client_reference, standing, why, at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![number, connection, document_id, client_reference, standing, why, at_ms],
    )?;
    Ok(())
}

/// Gives a value to an instance and takes its earlier one away.
pub(super) fn set_unique(
    database: &Connection,
    instance_id: &str,
    place: &UniqueField<'_>,
    value: Option<&str>,
) -> Applied {
    let number = number_of(database, instance_id)?;
    let UniqueField { workflow, field } = place;
    let sql = "DELETE FROM unique_value WHERE instance = ?1 AND workflow = ?2 AND field = ?3";
    execute(database, sql, params![number, workflow, field])?;
    let Some(value) = value else { return Ok(()) };
    let sql = "SELECT i.id FROM unique_value AS u JOIN instance AS i ON i.number = u.instance
               WHERE u.workflow = ?1 AND u.field = ?2 AND u.value = ?3";
    let holder: Option<String> = lookup(database, sql, params![workflow, field, value])?;
    if let Some(holder) = holder {
        let (workflow, field) = ((*workflow).to_owned(), (*field).to_owned());
        return Err(Conflict::Unique { workflow, field, value: value.to_owned(), holder }.into());
    }
    let sql = "INSERT INTO unique_value (workflow, field, value, instance) VALUES (?1, ?2, ?3, ?4)";
    execute(database, sql, params![workflow, field, value, number])?;
    Ok(())
}
