//! The journal of calls. What has ended or closed is evidence and never overwritten.
//!
//! Not here: reading it (`read/call.rs`).

use rusqlite::{Connection, params};

use super::super::error::is_constraint;
use super::{Applied, execute, lookup, number_of, position_of};
use crate::error::Conflict;
use crate::row::call::{CallEnd, ExchangeRow, NewCall};

/// Begins a journal.
pub(super) fn open(database: &Connection, call: &NewCall) -> Applied {
    let number = number_of(database, &call.instance_id)?;
    let inserted = execute(
        database,
        "INSERT INTO call (id, instance, connection, action, component, request, opened_at_ms, seed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            call.id,
            number,
            call.connection,
            call.action,
            call.component,
            call.request,
            call.opened_at_ms,
            call.seed.cast_signed(),
        ],
    );
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_constraint(&error) => Err(Conflict::CallExists { call_id: call.id.clone() }.into()),
        Err(error) => Err(error.into()),
    }
}

/// Writes an exchange. The same closed one again is no conflict: a replay may commit what was committed.
pub(super) fn put_exchange(database: &Connection, call_id: &str, exchange: &ExchangeRow) -> Applied {
    let call = position_of(database, call_id)?;
    let written = execute(
        database,
        "INSERT INTO exchange (call, number, state, json) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (call, number) DO UPDATE SET state = excluded.state, json = excluded.json
         WHERE exchange.state = 'open' OR (exchange.state = excluded.state AND exchange.json = excluded.json)",
        params![call, exchange.number, exchange.state, exchange.json],
    )?;
    if written == 0 {
        return Err(Conflict::ExchangeClosed { call_id: call_id.to_owned(), number: exchange.number }.into());
    }
    Ok(())
}

/// Ends a journal.
pub(super) fn close(database: &Connection, call_id: &str, end: &CallEnd) -> Applied {
    let call = position_of(database, call_id)?;
    let ended: Option<Option<i64>> =
        lookup(database, "SELECT ended_at_ms FROM call WHERE position = ?1", [call])?;
    if ended.flatten().is_some() {
        return Err(Conflict::CallEnded { call_id: call_id.to_owned() }.into());
    }
    let sql = "UPDATE call SET ended_at_ms = ?1, result = ?2, log = ?3 WHERE position = ?4";
    execute(database, sql, params![end.at_ms, end.result, end.log, call])?;
    Ok(())
}
