//! Messages of providers and the events in them.
//!
//! Not here: writing and matching them (`apply/inbox.rs`).

use rusqlite::{Connection, Row, params};

use super::super::column::{count, integer};
use super::{Answer, all, limited, one};
use crate::row::event::{Disposition, EventRow, NewEvent};
use crate::row::inbox::{MessageRow, MessageState, MessageSummary};

const SUMMARY: &str = "position, connection, state, received_at_ms, last_at_ms, times, length(body), reason";
const EVENT: &str = "SELECT e.position, e.connection, e.message, e.key, e.name, e.kind, e.document_id,
    e.client_reference, i.id, e.disposition, e.times, e.at_ms, e.told_at_ms, e.answer, e.json
    FROM event AS e LEFT JOIN instance AS i ON i.number = e.instance";

/// Messages not read, oldest first: so many, and of their bodies about so many bytes, but at least one message.
pub(crate) fn unread(database: &Connection, limit: usize, bytes: u64) -> Answer<Vec<MessageRow>> {
    let sql = format!(
        "WITH waiting AS (SELECT position, length(body) AS bytes FROM inbox WHERE state = 'received'
                          ORDER BY position LIMIT ?1),
              counted AS (SELECT position, sum(bytes) OVER (ORDER BY position) - bytes AS before FROM waiting)
         SELECT {SUMMARY}, head, body FROM inbox
         WHERE position IN (SELECT position FROM counted WHERE before < ?2) ORDER BY position"
    );
    all(database, &sql, params![limited(limit), integer(bytes)], whole)
}

/// One message.
pub(crate) fn message(database: &Connection, position: i64) -> Answer<Option<MessageRow>> {
    let sql = format!("SELECT {SUMMARY}, head, body FROM inbox WHERE position = ?1");
    one(database, &sql, [position], whole)
}

/// Messages, newest first.
pub(crate) fn messages(
    database: &Connection,
    state: Option<MessageState>,
    limit: usize,
) -> Answer<Vec<MessageSummary>> {
    let sql =
        format!("SELECT {SUMMARY} FROM inbox WHERE ?1 IS NULL OR state = ?1 ORDER BY position DESC LIMIT ?2");
    all(database, &sql, params![state, limited(limit)], summary)
}

/// Events whose instance is to be told, oldest first.
pub(crate) fn untold(database: &Connection, limit: usize) -> Answer<Vec<EventRow>> {
    let which = "WHERE e.disposition = 'matched' AND e.told_at_ms IS NULL";
    all(database, &format!("{EVENT} {which} ORDER BY e.position LIMIT ?1"), [limited(limit)], event)
}

/// One event.
pub(crate) fn event_at(database: &Connection, position: i64) -> Answer<Option<EventRow>> {
    one(database, &format!("{EVENT} WHERE e.position = ?1"), [position], event)
}

/// Events, newest first.
pub(crate) fn events(
    database: &Connection,
    disposition: Option<Disposition>,
    limit: usize,
) -> Answer<Vec<EventRow>> {
    let which = "WHERE ?1 IS NULL OR e.disposition = ?1 ORDER BY e.position DESC LIMIT ?2";
    all(database, &format!("{EVENT} {which}"), params![disposition, limited(limit)], event)
}

/// What a message says, in its order.
pub(crate) fn of_message(database: &Connection, message: i64) -> Answer<Vec<EventRow>> {
    all(database, &format!("{EVENT} WHERE e.message = ?1 ORDER BY e.position"), [message], event)
}

/// Up to when a connection's provider was asked for all that changed.
pub(crate) fn polled_until(database: &Connection, connection: &str) -> Answer<Option<i64>> {
    one(database, "SELECT until_ms FROM polled WHERE connection = ?1", [connection], |row| row.get(0))
}

fn summary(row: &Row<'_>) -> rusqlite::Result<MessageSummary> {
    Ok(MessageSummary {
        position: row.get(0)?,
        connection: row.get(1)?,
        state: row.get(2)?,
        received_at_ms: row.get(3)?,
        last_at_ms: row.get(4)?,
        times: count(row.get(5)?),
        body_bytes: count(row.get(6)?),
        reason: row.get(7)?,
    })
}

fn whole(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow { summary: summary(row)?, head: row.get(8)?, body: row.get(9)? })
}

fn event(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    let disposition: Disposition = row.get(9)?;
    let told_at_ms: Option<i64> = row.get(12)?;
    let answer: Option<String> = row.get(13)?;
    let event = NewEvent {
        key: row.get(3)?,
        name: row.get(4)?,
        kind: row.get(5)?,
        document_id: row.get(6)?,
        client_reference: row.get(7)?,
        is_news: disposition != Disposition::Ignored,
        json: row.get(14)?,
    };
    Ok(EventRow {
        position: row.get(0)?,
        connection: row.get(1)?,
        message: row.get(2)?,
        event,
        instance_id: row.get(8)?,
        disposition,
        times: count(row.get(10)?),
        at_ms: row.get(11)?,
        told: told_at_ms.map(|at_ms| (at_ms, answer.unwrap_or_default())),
    })
}
