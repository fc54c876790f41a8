//! Armed timers, by when they are due.
//!
//! Not here: arming them (`apply/instance.rs`).

use rusqlite::{Connection, Params, Row};

use super::{Answer, all, limited, one};
use crate::row::timer::TimerRow;

/// Timers due by now.
pub(crate) fn due(database: &Connection, now_ms: i64, limit: usize) -> Answer<Vec<TimerRow>> {
    timers(database, "WHERE t.due_ms <= ?1 ORDER BY t.due_ms LIMIT ?2", (now_ms, limited(limit)))
}

/// Timers due later.
pub(crate) fn upcoming(database: &Connection, after_ms: i64, limit: usize) -> Answer<Vec<TimerRow>> {
    timers(database, "WHERE t.due_ms > ?1 ORDER BY t.due_ms LIMIT ?2", (after_ms, limited(limit)))
}

/// One instance's timers.
pub(crate) fn of_instance(database: &Connection, instance_id: &str) -> Answer<Vec<TimerRow>> {
    timers(database, "WHERE i.id = ?1 ORDER BY t.due_ms, t.timer", [instance_id])
}

/// When the first timer is due.
pub(crate) fn next_due(database: &Connection) -> Answer<Option<i64>> {
    one(database, "SELECT min(due_ms) FROM timer", [], |row| row.get(0)).map(Option::flatten)
}

fn timers(database: &Connection, rest: &str, parameters: impl Params) -> Answer<Vec<TimerRow>> {
    let sql = format!(
        "SELECT i.id, t.timer, t.due_ms FROM timer AS t JOIN instance AS i ON i.number = t.instance {rest}"
    );
    all(database, &sql, parameters, timer)
}

fn timer(row: &Row<'_>) -> rusqlite::Result<TimerRow> {
    Ok(TimerRow { instance_id: row.get(0)?, timer: row.get(1)?, due_ms: row.get(2)? })
}
