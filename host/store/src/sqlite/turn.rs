//! Taking our turn with a database, and noticing what became of the host before us.
//!
//! Two things are marked in the same transaction, so that no later start can miss them: that the disk lost commits it had
//! confirmed, which makes the database one of the past like a restored backup; and that the directory was taken without
//! the lock of the host before, which may still be running. Not here: what a host does about either (`host/server`).

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};

use super::read::record::latest_ms;

/// What lies beside the database.
pub(super) struct Beside {
    /// The number of the last COMMIT that was confirmed, when a host has left it.
    pub(super) acknowledged: Option<i64>,
    /// Nobody ever held the lock that we hold.
    pub(super) lock_is_new: bool,
}

/// Our turn.
pub(super) struct Turn {
    /// One more than the host's before us.
    pub(super) epoch: i64,
    /// The number of the COMMIT that made it ours.
    pub(super) commits: i64,
}

/// Takes our turn.
pub(super) fn take(connection: &Connection, beside: &Beside) -> rusqlite::Result<Turn> {
    let transaction = connection.unchecked_transaction()?;
    let sql = "UPDATE host SET epoch = epoch + 1, commits = commits + 1 RETURNING epoch, commits";
    let turn = transaction.query_row(sql, [], |row| Ok(Turn { epoch: row.get(0)?, commits: row.get(1)? }))?;
    let missing = beside.acknowledged.map_or(0, |confirmed| confirmed - (turn.commits - 1));
    if missing > 0 {
        mark_loss(&transaction, missing)?;
    }
    if beside.lock_is_new && turn.epoch > 1 {
        transaction.execute("UPDATE host SET overtaken_at_ms = ?1", [now_ms()])?;
    }
    transaction.commit()?;
    Ok(turn)
}

/// Whoever has not acknowledged an earlier loss, or a backup, has both before them: from the earlier time on.
fn mark_loss(connection: &Connection, missing: i64) -> rusqlite::Result<()> {
    let known_until_ms = latest_ms(connection)?.unwrap_or(0);
    let sql = "INSERT INTO restore (id, taken_at_ms, missing_commits) VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE SET
                   taken_at_ms = iif(acknowledged_at_ms IS NULL, min(taken_at_ms, excluded.taken_at_ms), excluded.taken_at_ms),
                   missing_commits = excluded.missing_commits
                       + iif(acknowledged_at_ms IS NULL, coalesce(missing_commits, 0), 0),
                   acknowledged_at_ms = NULL, actor = NULL";
    connection.execute(sql, params![known_until_ms, missing]).map(|_| ())
}

/// By the machine's clock, as the times of exchanges are.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
