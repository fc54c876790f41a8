//! Calls and their exchanges.
//!
//! Not here: writing them (`apply/call.rs`).

use rusqlite::{Connection, Params, Row};

use super::{Answer, all, one};
use crate::row::call::{CallEnd, CallRow, ExchangeRow, NewCall};

const COLUMNS: &str =
    "SELECT c.id, i.id, c.connection, c.action, c.component, c.request, c.opened_at_ms, c.seed,
    c.ended_at_ms, c.result, c.log FROM call AS c JOIN instance AS i ON i.number = c.instance";

/// One call.
pub(crate) fn load(database: &Connection, call_id: &str) -> Answer<Option<CallRow>> {
    one(database, &format!("{COLUMNS} WHERE c.id = ?1"), [call_id], call)
}

/// One instance's calls.
pub(crate) fn of_instance(database: &Connection, instance_id: &str) -> Answer<Vec<CallRow>> {
    calls(database, "WHERE i.id = ?1 ORDER BY c.position", [instance_id])
}

/// Calls without an end.
pub(crate) fn open(database: &Connection) -> Answer<Vec<CallRow>> {
    calls(database, "WHERE c.ended_at_ms IS NULL ORDER BY c.position", [])
}

/// A call's exchanges.
pub(crate) fn exchanges(database: &Connection, call_id: &str) -> Answer<Vec<ExchangeRow>> {
    let sql = "SELECT e.number, e.state, e.json FROM exchange AS e JOIN call AS c ON c.position = e.call
               WHERE c.id = ?1 ORDER BY e.number";
    let read = |row: &Row<'_>| Ok(ExchangeRow { number: row.get(0)?, state: row.get(1)?, json: row.get(2)? });
    all(database, sql, [call_id], read)
}

fn calls(database: &Connection, rest: &str, parameters: impl Params) -> Answer<Vec<CallRow>> {
    all(database, &format!("{COLUMNS} {rest}"), parameters, call)
}

fn call(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    let call = NewCall {
        id: row.get(0)?,
        instance_id: row.get(1)?,
        connection: row.get(2)?,
        action: row.get(3)?,
        component: row.get(4)?,
        request: row.get(5)?,
        opened_at_ms: row.get(6)?,
        seed: row.get::<_, i64>(7)?.cast_unsigned(),
    };
    let ended: Option<i64> = row.get(8)?;
    let end = ended
        .map(|at_ms| Ok::<_, rusqlite::Error>(CallEnd { at_ms, result: row.get(9)?, log: row.get(10)? }));
    Ok(CallRow { call, end: end.transpose()? })
}
