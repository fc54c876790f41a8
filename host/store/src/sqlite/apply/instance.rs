//! Instances and what belongs to one alone: history, timers, references to files.
//!
//! Not here: what must be unique among instances (`correlation.rs`).

use rusqlite::{Connection, params};

use super::super::column::{Outcome, count, integer};
use super::super::error::is_constraint;
use super::{Applied, execute, lookup, missing, number_of};
use crate::error::Conflict;
use crate::row::attachment::AttachmentRow;
use crate::row::history::NewHistory;
use crate::row::instance::InstanceRow;

/// Begins an instance.
pub(super) fn create(database: &Connection, row: &InstanceRow) -> Applied {
    let it = &row.summary;
    let inserted = execute(
        database,
        "INSERT INTO instance (number, id, workflow, definition, version, step, phase, outcome, incident,
             created_at_ms, updated_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            it.number,
            it.id,
            it.workflow,
            it.definition,
            integer(it.version),
            it.step,
            it.phase,
            it.outcome.map(Outcome),
            it.incident,
            it.created_at_ms,
            it.updated_at_ms,
        ],
    );
    match inserted {
        Ok(_) => {}
        Err(error) if is_constraint(&error) => {
            return Err(Conflict::InstanceExists { instance_id: it.id.clone(), number: it.number }.into());
        }
        Err(error) => return Err(error.into()),
    }
    execute(
        database,
        "INSERT INTO instance_body (instance, json) VALUES (?1, ?2)",
        params![it.number, row.json],
    )?;
    Ok(())
}

/// Replaces an instance, if it is still at the version that the change was made from.
pub(super) fn update(database: &Connection, row: &InstanceRow, expected_version: u64) -> Applied {
    let it = &row.summary;
    let updated = execute(
        database,
        "UPDATE instance SET version = ?1, step = ?2, phase = ?3, outcome = ?4, incident = ?5, updated_at_ms = ?6
         WHERE number = ?7 AND id = ?8 AND version = ?9",
        params![
            integer(it.version),
            it.step,
            it.phase,
            it.outcome.map(Outcome),
            it.incident,
            it.updated_at_ms,
            it.number,
            it.id,
            integer(expected_version),
        ],
    )?;
    if updated == 0 {
        return refuse_update(database, row, expected_version);
    }
    execute(
        database,
        "UPDATE instance_body SET json = ?1 WHERE instance = ?2",
        params![row.json, it.number],
    )?;
    Ok(())
}

fn refuse_update(database: &Connection, row: &InstanceRow, expected: u64) -> Applied {
    let it = &row.summary;
    let sql = "SELECT version FROM instance WHERE number = ?1 AND id = ?2";
    let found: Option<i64> = lookup(database, sql, params![it.number, it.id])?;
    let Some(found) = found else { return Err(missing("instance", &it.id)) };
    Err(Conflict::Version { instance_id: it.id.clone(), expected, found: count(found) }.into())
}

/// Adds lines to the history.
pub(super) fn append_history(database: &Connection, instance_id: &str, entries: &[NewHistory]) -> Applied {
    let number = number_of(database, instance_id)?;
    let mut statement =
        database.prepare_cached("INSERT INTO history (instance, at_ms, json) VALUES (?1, ?2, ?3)")?;
    for entry in entries {
        statement.execute(params![number, entry.at_ms, entry.json])?;
    }
    Ok(())
}

/// Arms a timer.
pub(super) fn put_timer(database: &Connection, instance_id: &str, timer: &str, due_ms: i64) -> Applied {
    let number = number_of(database, instance_id)?;
    let sql = "INSERT INTO timer (instance, timer, due_ms) VALUES (?1, ?2, ?3)
               ON CONFLICT (instance, timer) DO UPDATE SET due_ms = excluded.due_ms";
    execute(database, sql, params![number, timer, due_ms])?;
    Ok(())
}

/// Disarms a timer.
pub(super) fn delete_timer(database: &Connection, instance_id: &str, timer: &str) -> Applied {
    let number = number_of(database, instance_id)?;
    execute(database, "DELETE FROM timer WHERE instance = ?1 AND timer = ?2", params![number, timer])?;
    Ok(())
}

/// Refers to a stored file.
pub(super) fn put_attachment(database: &Connection, row: &AttachmentRow) -> Applied {
    let number = number_of(database, &row.instance_id)?;
    let sql = "INSERT INTO attachment (instance, number, sha256, size, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (instance, number) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size";
    execute(database, sql, params![number, row.number, row.sha256, integer(row.size), row.at_ms])?;
    Ok(())
}
