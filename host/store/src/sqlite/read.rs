//! Queries: SQL in, rows out.
//!
//! Not here: the connections (`readers.rs`).

pub(crate) mod call;
pub(crate) mod definition;
pub(crate) mod inbox;
pub(crate) mod instance;
pub(crate) mod record;
pub(crate) mod timer;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::error::ReadError;

type Answer<T> = Result<T, ReadError>;

/// Reads all rows of a query.
fn all<T>(
    database: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Answer<Vec<T>> {
    let mut statement = database.prepare_cached(sql)?;
    let rows = statement.query_map(parameters, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads at most one row of a query.
fn one<T>(
    database: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Answer<Option<T>> {
    Ok(database.prepare_cached(sql)?.query_row(parameters, read).optional()?)
}

/// A limit as SQL takes it.
fn limited(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
