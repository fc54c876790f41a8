//! What the host keeps beside instances: documents, incidents, remembered answers, the audit log, counts.
//!
//! Not here: writing them (`apply/record.rs`, `apply/correlation.rs`).

use rusqlite::{Connection, Row, params};

use super::super::column::count;
use super::{Answer, all, limited, one};
use crate::row::audit::{AuditEntry, AuditRow};
use crate::row::counts::Counts;
use crate::row::external_ref::ExternalRef;
use crate::row::idempotency::IdempotencyRow;
use crate::row::incident::{IncidentEnd, IncidentRow, NewIncident};
use crate::row::orphan::OrphanRow;
use crate::row::restore::RestoreRow;

const REFERENCE: &str = "SELECT r.connection, r.document_id, r.client_reference, i.id
    FROM external_ref AS r JOIN instance AS i ON i.number = r.instance";

/// A document by the provider's id.
pub(crate) fn by_document(
    database: &Connection,
    connection: &str,
    document: &str,
) -> Answer<Option<ExternalRef>> {
    let sql = format!("{REFERENCE} WHERE r.connection = ?1 AND r.document_id = ?2");
    one(database, &sql, [connection, document], reference)
}

/// A document by our reference.
pub(crate) fn by_client_reference(
    database: &Connection,
    connection: &str,
    client_reference: &str,
) -> Answer<Option<ExternalRef>> {
    let sql = format!("{REFERENCE} WHERE r.connection = ?1 AND r.client_reference = ?2 LIMIT 1");
    one(database, &sql, [connection, client_reference], reference)
}

/// Incidents, newest first.
pub(crate) fn incidents(database: &Connection, open_only: bool, limit: usize) -> Answer<Vec<IncidentRow>> {
    let which = if open_only { "WHERE n.closed_at_ms IS NULL" } else { "" };
    let sql = format!(
        "SELECT n.position, i.id, n.opened_at_ms, n.call_id, n.in_doubt, n.message, n.json, n.closed_at_ms, n.reason
         FROM incident AS n JOIN instance AS i ON i.number = n.instance {which} ORDER BY n.position DESC LIMIT ?1"
    );
    all(database, &sql, [limited(limit)], incident)
}

/// Documents left behind, newest first.
pub(crate) fn orphans(database: &Connection, limit: usize) -> Answer<Vec<OrphanRow>> {
    let sql = "SELECT i.id, o.connection, o.document_id, o.client_reference, o.standing, o.why, o.at_ms
               FROM orphan AS o JOIN instance AS i ON i.number = o.instance ORDER BY o.position DESC LIMIT ?1";
    all(database, sql, [limited(limit)], |row| {
        Ok(OrphanRow {
            instance_id: row.get(0)?,
            connection: row.get(1)?,
            document_id: row.get(2)?,
            client_reference: row.get(3)?,
            standing: row.get(4)?,
            why: row.get(5)?,
            at_ms: row.get(6)?,
        })
    })
}

/// The backup that the database came out of, or the loss it suffered.
pub(crate) fn restore(database: &Connection) -> Answer<Option<RestoreRow>> {
    let sql = "SELECT taken_at_ms, acknowledged_at_ms, actor, missing_commits FROM restore";
    one(database, sql, [], |row| {
        Ok(RestoreRow {
            taken_at_ms: row.get(0)?,
            acknowledged_at_ms: row.get(1)?,
            actor: row.get(2)?,
            missing_commits: row.get::<_, Option<i64>>(3)?.map(count),
        })
    })
}

/// When the directory was last taken without the lock of the host before.
pub(crate) fn overtaken_at_ms(database: &Connection) -> Answer<Option<i64>> {
    let found = one(database, "SELECT overtaken_at_ms FROM host", [], |row| row.get(0))?;
    Ok(found.flatten())
}

/// The latest time among the last lines of what grows in order of time; none in a new database.
pub(crate) fn latest_ms(database: &Connection) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT max(at_ms) FROM (
                   SELECT (SELECT at_ms FROM history ORDER BY position DESC LIMIT 1) AS at_ms
                   UNION ALL SELECT (SELECT at_ms FROM audit ORDER BY position DESC LIMIT 1)
                   UNION ALL SELECT (SELECT opened_at_ms FROM call ORDER BY position DESC LIMIT 1))";
    database.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// A remembered answer.
pub(crate) fn idempotency(database: &Connection, key: &str) -> Answer<Option<IdempotencyRow>> {
    let sql = "SELECT key, request_digest, response, at_ms FROM idempotency WHERE key = ?1";
    one(database, sql, [key], |row| {
        Ok(IdempotencyRow {
            key: row.get(0)?,
            request_digest: row.get(1)?,
            response: row.get(2)?,
            at_ms: row.get(3)?,
        })
    })
}

/// The audit log after a position.
pub(crate) fn audit(database: &Connection, after: i64, limit: usize) -> Answer<Vec<AuditRow>> {
    let sql = "SELECT position, at_ms, actor, verb, object, detail FROM audit
               WHERE position > ?1 ORDER BY position LIMIT ?2";
    all(database, sql, params![after, limited(limit)], audit_row)
}

/// The audit log before a position, newest first.
pub(crate) fn audit_newest(
    database: &Connection,
    before: Option<i64>,
    limit: usize,
) -> Answer<Vec<AuditRow>> {
    let sql = "SELECT position, at_ms, actor, verb, object, detail FROM audit
               WHERE position < ?1 ORDER BY position DESC LIMIT ?2";
    all(database, sql, params![before.unwrap_or(i64::MAX), limited(limit)], audit_row)
}

/// How much there is.
pub(crate) fn counts(database: &Connection) -> Answer<Counts> {
    let number = |sql: &str| one(database, sql, [], |row| row.get(0)).map(|found| count(found.unwrap_or(0)));
    let mut counts = Counts {
        definitions: number("SELECT count(*) FROM definition")?,
        incidents_open: number("SELECT count(*) FROM incident WHERE closed_at_ms IS NULL")?,
        calls_open: number("SELECT count(*) FROM call WHERE ended_at_ms IS NULL")?,
        timers: number("SELECT count(*) FROM timer")?,
        messages_unread: number("SELECT count(*) FROM inbox WHERE state = 'received'")?,
        events_untold: number(
            "SELECT count(*) FROM event WHERE disposition = 'matched' AND told_at_ms IS NULL",
        )?,
        events_parked: number("SELECT count(*) FROM event WHERE disposition = 'parked'")?,
        ..Counts::default()
    };
    let sql = "SELECT count(*) FILTER (WHERE phase = 'resting'), count(*) FILTER (WHERE phase = 'running'),
               count(*) FILTER (WHERE phase = 'ended') FROM instance";
    let phases = one(database, sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (resting, running, ended) = phases.unwrap_or_default();
    counts.instances_resting = count(resting);
    counts.instances_running = count(running);
    counts.instances_ended = count(ended);
    Ok(counts)
}

fn reference(row: &Row<'_>) -> rusqlite::Result<ExternalRef> {
    Ok(ExternalRef {
        connection: row.get(0)?,
        document_id: row.get(1)?,
        client_reference: row.get(2)?,
        instance_id: row.get(3)?,
    })
}

fn incident(row: &Row<'_>) -> rusqlite::Result<IncidentRow> {
    let incident = NewIncident {
        instance_id: row.get(1)?,
        opened_at_ms: row.get(2)?,
        call_id: row.get(3)?,
        in_doubt: row.get(4)?,
        message: row.get(5)?,
        json: row.get(6)?,
    };
    let closed: Option<i64> = row.get(7)?;
    let end = closed.map(|at_ms| Ok::<_, rusqlite::Error>(IncidentEnd { at_ms, reason: row.get(8)? }));
    Ok(IncidentRow { position: row.get(0)?, incident, end: end.transpose()? })
}

fn audit_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    let entry = AuditEntry {
        at_ms: row.get(1)?,
        actor: row.get(2)?,
        verb: row.get(3)?,
        object: row.get(4)?,
        detail: row.get(5)?,
    };
    Ok(AuditRow { position: row.get(0)?, entry })
}
