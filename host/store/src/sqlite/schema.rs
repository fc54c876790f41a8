//! The tables, one step per schema version, oldest first.
//!
//! Not here: what is written into them (`apply.rs`). A step that was released is never changed again.

use rusqlite::Connection;

/// Step N leads from schema N to N + 1.
const STEPS: [&str; 5] = [
    include_str!("schema/0001.sql"),
    include_str!("schema/0002-restore.sql"),
    include_str!("schema/0003-orphan.sql"),
    include_str!("schema/0004-acknowledged.sql"),
    include_str!("schema/0005-inbox.sql"),
];

/// The schema this host works with.
pub(super) const NEWEST: i64 = STEPS.len() as i64;

/// Brings a database up to the newest schema, each step whole or not at all.
pub(super) fn migrate(connection: &Connection, version: i64, application_id: i64) -> rusqlite::Result<()> {
    for (found, step) in (0_i64..).zip(STEPS).filter(|(found, _)| *found >= version) {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "application_id", application_id)?;
        transaction.pragma_update(None, "user_version", found + 1)?;
        transaction.commit()?;
    }
    Ok(())
}
