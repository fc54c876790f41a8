//! What the host keeps beside instances: definitions, incidents, remembered answers, the audit log.
//!
//! Not here: instances and calls.

use rusqlite::{Connection, params};

use super::{Applied, execute, missing, number_of};
use crate::error::Conflict;
use crate::row::audit::AuditEntry;
use crate::row::definition::DefinitionRow;
use crate::row::idempotency::IdempotencyRow;
use crate::row::incident::{IncidentEnd, NewIncident};

/// Keeps a definition.
pub(super) fn put_definition(database: &Connection, row: &DefinitionRow) -> Applied {
    let sql = "INSERT INTO definition (digest, name, version, text, stored_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (digest) DO NOTHING";
    execute(database, sql, params![row.digest, row.name, row.version, row.text, row.stored_at_ms])?;
    Ok(())
}

/// Opens an incident, or replaces the open one.
pub(super) fn put_incident(database: &Connection, incident: &NewIncident) -> Applied {
    let number = number_of(database, &incident.instance_id)?;
    execute(
        database,
        "INSERT INTO incident (instance, opened_at_ms, call_id, in_doubt, message, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (instance) WHERE closed_at_ms IS NULL DO UPDATE SET opened_at_ms = excluded.opened_at_ms,
             call_id = excluded.call_id, in_doubt = excluded.in_doubt, message = excluded.message,
             json = excluded.json",
        params![
            number,
            incident.opened_at_ms,
            incident.call_id,
            incident.in_doubt,
            incident.message,
            incident.json,
        ],
    )?;
    Ok(())
}

/// Closes the open incident.
pub(super) fn close_incident(database: &Connection, instance_id: &str, end: &IncidentEnd) -> Applied {
    let number = number_of(database, instance_id)?;
    let sql =
        "UPDATE incident SET closed_at_ms = ?1, reason = ?2 WHERE instance = ?3 AND closed_at_ms IS NULL";
    execute(database, sql, params![end.at_ms, end.reason, number])?;
    Ok(())
}

/// Remembers an answer.
pub(super) fn remember(database: &Connection, row: &IdempotencyRow) -> Applied {
    let sql = "INSERT INTO idempotency (key, request_digest, response, at_ms) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (key) DO NOTHING";
    if execute(database, sql, params![row.key, row.request_digest, row.response, row.at_ms])? == 0 {
        return Err(Conflict::Idempotency { key: row.key.clone() }.into());
    }
    Ok(())
}

/// Completes a remembered answer.
pub(super) fn answer(database: &Connection, key: &str, response: &str) -> Applied {
    let sql = "UPDATE idempotency SET response = ?1 WHERE key = ?2";
    match execute(database, sql, params![response, key])? {
        0 => Err(missing("idempotency key", key)),
        _ => Ok(()),
    }
}

/// Closes the question that a restore opened. The first answer stays.
pub(super) fn acknowledge_restore(database: &Connection, at_ms: i64, actor: &str) -> Applied {
    let sql = "UPDATE restore SET acknowledged_at_ms = ?1, actor = ?2 WHERE acknowledged_at_ms IS NULL";
    execute(database, sql, params![at_ms, actor])?;
    Ok(())
}

/// Writes to the audit log.
pub(super) fn audit(database: &Connection, entry: &AuditEntry) -> Applied {
    let sql = "INSERT INTO audit (at_ms, actor, verb, object, detail) VALUES (?1, ?2, ?3, ?4, ?5)";
    execute(database, sql, params![entry.at_ms, entry.actor, entry.verb, entry.object, entry.detail])?;
    Ok(())
}
