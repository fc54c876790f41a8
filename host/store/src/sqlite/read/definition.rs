//! Definitions, by digest and by name.
//!
//! Not here: storing them (`apply/record.rs`).

use rusqlite::{Connection, Row};

use super::{Answer, all, one};
use crate::row::definition::{DefinitionRow, DefinitionSummary};

/// One definition.
pub(crate) fn by_digest(database: &Connection, digest: &str) -> Answer<Option<DefinitionRow>> {
    let sql = "SELECT digest, name, version, stored_at_ms, text FROM definition WHERE digest = ?1";
    one(database, sql, [digest], definition)
}

/// The highest version.
pub(crate) fn latest(database: &Connection, name: &str) -> Answer<Option<DefinitionRow>> {
    let sql = "SELECT digest, name, version, stored_at_ms, text FROM definition WHERE name = ?1
               ORDER BY version DESC, position DESC LIMIT 1";
    one(database, sql, [name], definition)
}

/// All definitions.
pub(crate) fn all_of_them(database: &Connection) -> Answer<Vec<DefinitionSummary>> {
    let sql = "SELECT digest, name, version, stored_at_ms FROM definition ORDER BY name, version DESC, position DESC";
    all(database, sql, [], summary)
}

fn definition(row: &Row<'_>) -> rusqlite::Result<DefinitionRow> {
    let DefinitionSummary { digest, name, version, stored_at_ms } = summary(row)?;
    Ok(DefinitionRow { digest, name, version, stored_at_ms, text: row.get(4)? })
}

fn summary(row: &Row<'_>) -> rusqlite::Result<DefinitionSummary> {
    Ok(DefinitionSummary {
        digest: row.get(0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        stored_at_ms: row.get(3)?,
    })
}
