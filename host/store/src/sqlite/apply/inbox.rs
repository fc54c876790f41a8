//! Messages of providers and the events in them. Matching happens here, in the transaction: an event that comes before
//! its document's id is parked, and whoever commits that id takes it along.
//!
//! Not here: reading messages (`host/server/inbox.rs`).

use rusqlite::{Connection, params};

use super::{Applied, Refusal, execute, lookup, missing, number_of};
use crate::row::event::{Disposition, NewEvent};
use crate::row::external_ref::ExternalRef;
use crate::row::inbox::{MessageState, NewMessage};

/// How many messages without proof are kept for each connection, the newest: whoever sends them must not fill the disk.
const QUARANTINE_MAX: i64 = 1_000;

/// Keeps a message, or counts one up that is kept already. One that could not be read is tried again.
pub(super) fn receive(database: &Connection, message: &NewMessage) -> Applied {
    let verified = message.refused.is_none();
    let state = if verified { MessageState::Received } else { MessageState::Quarantined };
    execute(
        database,
        "INSERT INTO inbox (connection, digest, verified, state, received_at_ms, last_at_ms, head, body, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)
         ON CONFLICT (connection, digest, verified) DO UPDATE
         SET times = times + 1, last_at_ms = excluded.last_at_ms,
             state = CASE state WHEN 'failed' THEN 'received' ELSE state END",
        params![
            message.connection,
            message.digest,
            verified,
            state,
            message.at_ms,
            message.head,
            message.body,
            message.refused,
        ],
    )?;
    if !verified {
        forget_oldest(database, &message.connection)?;
    }
    Ok(())
}

fn forget_oldest(database: &Connection, connection: &str) -> Applied {
    execute(
        database,
        "DELETE FROM inbox WHERE state = 'quarantined' AND connection = ?1 AND position <=
             (SELECT position FROM inbox WHERE state = 'quarantined' AND connection = ?1
              ORDER BY position DESC LIMIT 1 OFFSET ?2)",
        params![connection, QUARANTINE_MAX],
    )?;
    Ok(())
}

/// Keeps what a message says, and marks it read.
pub(super) fn read(database: &Connection, position: i64, events: &[NewEvent], at_ms: i64) -> Applied {
    let connection: Option<String> =
        lookup(database, "SELECT connection FROM inbox WHERE position = ?1", [position])?;
    let connection = connection.ok_or_else(|| missing("message", &position.to_string()))?;
    for event in events {
        keep(database, (position, &connection), event, at_ms)?;
    }
    mark(database, position, MessageState::Read, None)
}

/// Keeps what a provider answered that is about one of ours: the list of an account holds everybody's documents.
pub(super) fn polled(
    database: &Connection,
    connection: &str,
    (events, at_ms): (&[NewEvent], i64),
    until_ms: Option<i64>,
) -> Applied {
    for event in events {
        if let Some(instance) = holder(database, connection, event)? {
            let matched = (Some(instance), Disposition::Matched);
            insert(database, (None, connection), (event, at_ms), matched)?;
        }
    }
    if let Some(until_ms) = until_ms {
        let sql = "INSERT INTO polled (connection, until_ms) VALUES (?1, ?2)
                   ON CONFLICT (connection) DO UPDATE SET until_ms = excluded.until_ms";
        execute(database, sql, params![connection, until_ms])?;
    }
    Ok(())
}

/// Marks a message and says why.
pub(super) fn mark(
    database: &Connection,
    position: i64,
    state: MessageState,
    reason: Option<&str>,
) -> Applied {
    let sql = "UPDATE inbox SET state = ?2, reason = ?3 WHERE position = ?1";
    match execute(database, sql, params![position, state, reason])? {
        0 => Err(missing("message", &position.to_string())),
        _ => Ok(()),
    }
}

/// Keeps one event. Read once more from the same message, it takes the place of what was read before; in another
/// message, it is the same event again.
fn keep(database: &Connection, (message, connection): (i64, &str), event: &NewEvent, at_ms: i64) -> Applied {
    let sql = "DELETE FROM event WHERE connection = ?1 AND key = ?2 AND message = ?3";
    execute(database, sql, params![connection, event.key, message])?;
    let sql = "UPDATE event SET times = times + 1 WHERE connection = ?1 AND key = ?2";
    if execute(database, sql, params![connection, event.key])? > 0 {
        return Ok(());
    }
    let instance = if event.is_news { holder(database, connection, event)? } else { None };
    let disposition = match (event.is_news, instance) {
        (false, _) => Disposition::Ignored,
        (true, Some(_)) => Disposition::Matched,
        (true, None) => Disposition::Parked,
    };
    insert(database, (Some(message), connection), (event, at_ms), (instance, disposition))
}

/// One that is there already stays as it is.
fn insert(
    database: &Connection,
    (message, connection): (Option<i64>, &str),
    (event, at_ms): (&NewEvent, i64),
    (instance, disposition): (Option<i64>, Disposition),
) -> Applied {
    execute(
        database,
        "INSERT INTO event (connection, key, message, name, kind, document_id, client_reference, instance,
             disposition, at_ms, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (connection, key) DO NOTHING",
        params![
            connection,
            event.key,
            message,
            event.name,
            event.kind,
            event.document_id,
            event.client_reference,
            instance,
            disposition,
            at_ms,
            event.json,
        ],
    )?;
    Ok(())
}

/// The instance an event is about: by the provider's document, or else by our reference, which begins with the
/// instance's id and so is known before any document is.
fn holder(database: &Connection, connection: &str, event: &NewEvent) -> Result<Option<i64>, Refusal> {
    let sql = "SELECT instance FROM external_ref WHERE connection = ?1 AND document_id = ?2";
    let by_document = match &event.document_id {
        Some(document) => lookup(database, sql, params![connection, document])?,
        None => None,
    };
    if by_document.is_some() {
        return Ok(by_document);
    }
    let reference = event.client_reference.as_deref().and_then(|reference| reference.split_once('/'));
    let Some((instance_id, _)) = reference else { return Ok(None) };
    lookup(database, "SELECT number FROM instance WHERE id = ?1", [instance_id])
}

/// Gives the events that wait for a document to its instance.
pub(super) fn claim(database: &Connection, reference: &ExternalRef, instance: i64) -> Applied {
    let sql = "UPDATE event SET disposition = 'matched', instance = ?3
               WHERE connection = ?1 AND document_id = ?2 AND disposition = 'parked'";
    execute(database, sql, params![reference.connection, reference.document_id, instance])?;
    Ok(())
}

/// Notes that an event's instance was told, and what it said.
pub(super) fn told(database: &Connection, position: i64, at_ms: i64, answer: &str) -> Applied {
    let sql = "UPDATE event SET told_at_ms = ?2, answer = ?3 WHERE position = ?1";
    match execute(database, sql, params![position, at_ms, answer])? {
        0 => Err(missing("event", &position.to_string())),
        _ => Ok(()),
    }
}

/// Gives an event to an instance, on a person's word; the instance is told, also once more.
pub(super) fn attach(database: &Connection, position: i64, instance_id: &str) -> Applied {
    let number = number_of(database, instance_id)?;
    let sql = "UPDATE event SET disposition = 'matched', instance = ?2, told_at_ms = NULL, answer = NULL
               WHERE position = ?1";
    match execute(database, sql, params![position, number])? {
        0 => Err(missing("event", &position.to_string())),
        _ => Ok(()),
    }
}

/// Ends the waiting of events parked before a time, and forgets read messages and their events from before another.
pub(super) fn tidy(database: &Connection, parked_before_ms: i64, kept_after_ms: i64) -> Applied {
    let sql = "UPDATE event SET disposition = 'unmatched' WHERE disposition = 'parked' AND at_ms < ?1";
    execute(database, sql, [parked_before_ms])?;
    let sql = "DELETE FROM event WHERE at_ms < ?1 AND disposition <> 'parked'
               AND (disposition <> 'matched' OR told_at_ms IS NOT NULL)";
    execute(database, sql, [kept_after_ms])?;
    let sql = "DELETE FROM inbox WHERE last_at_ms < ?1 AND state <> 'received'";
    execute(database, sql, [kept_after_ms])?;
    Ok(())
}
