//! Opening the database: is it ours, and how it is to behave.
//!
//! Not here: the tables (`schema.rs`), whose turn it is (`turn.rs`) and the lock on the directory (`directory.rs`).

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::turn::{self, Beside, Turn};
use super::{error, schema};
use crate::directory;
use crate::error::OpenError;
use crate::options::Options;

/// An opened database.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) turn: Turn,
    /// The first free instance number.
    pub(super) next_number: i64,
}

/// Marks our databases: `Csgn` in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x4373_676e;
/// SQLite folds the log into the database at this size: 16 MiB of pages.
const LOG_PAGES: i64 = 4_096;
const PAGE_BYTES: u64 = 4_096;

/// Opens the database for the writer.
pub(super) fn open(path: &Path, options: &Options, beside: &Beside) -> Result<Opened, OpenError> {
    directory::touch(path)?;
    let fail = |error: rusqlite::Error| error::of_open(path, &error);
    let connection =
        connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, options.busy_timeout_ms).map_err(fail)?;
    let version = identify(&connection, path)?;
    configure(&connection, options).map_err(fail)?;
    if options.check_at_open {
        refuse_damage(&connection, path)?;
    }
    schema::migrate(&connection, version, APPLICATION_ID).map_err(fail)?;
    let turn = turn::take(&connection, beside).map_err(fail)?;
    let next_number = connection
        .query_row("SELECT coalesce(max(number), 0) + 1 FROM instance", [], |row| row.get(0))
        .map_err(fail)?;
    Ok(Opened { connection, turn, next_number })
}

/// Opens the database for reading.
pub(super) fn open_reader(path: &Path, busy_timeout_ms: u64) -> rusqlite::Result<Connection> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, busy_timeout_ms)?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4096; PRAGMA mmap_size = 0;")?;
    Ok(connection)
}

/// Lists what is damaged; empty when nothing is.
pub(super) fn damage(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA quick_check(10)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

fn connect(path: &Path, access: OpenFlags, busy_timeout_ms: u64) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_millis(busy_timeout_ms))?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(connection)
}

/// Tells the schema of the database, before anything in it is touched. A new one has schema 0.
fn identify(connection: &Connection, path: &Path) -> Result<i64, OpenError> {
    let fail = |error: rusqlite::Error| error::of_open(path, &error);
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(fail);
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let empty = number("SELECT count(*) FROM sqlite_schema")? == 0;
    if application != APPLICATION_ID && !(application == 0 && version == 0 && empty) {
        let found = format!("SQLite file of another program, application id {application}");
        return Err(OpenError::NotADatabase { path: path.to_path_buf(), found });
    }
    if version > schema::NEWEST {
        return Err(OpenError::NewerSchema {
            path: path.to_path_buf(),
            found: version,
            known: schema::NEWEST,
        });
    }
    Ok(version)
}

/// Durable before acknowledged: `synchronous = FULL` syncs the log at each COMMIT.
/// No memory map: a read error of the disk stays an error instead of a signal.
fn configure(connection: &Connection, options: &Options) -> rusqlite::Result<()> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(mode, "the file system does not allow a write-ahead log; commits are slower");
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864;",
    )?;
    set(connection, "wal_autocheckpoint", LOG_PAGES)?;
    if let Some(bytes) = options.database_bytes_max {
        set(connection, "max_page_count", i64::try_from(bytes / PAGE_BYTES).unwrap_or(i64::MAX).max(1))?;
    }
    Ok(())
}

fn set(connection: &Connection, pragma: &str, value: i64) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, pragma, value, |_| Ok(()))
}

fn refuse_damage(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let found = damage(connection).map_err(|error| error::of_open(path, &error))?;
    if found.is_empty() {
        return Ok(());
    }
    Err(OpenError::Corrupted { path: path.to_path_buf(), details: found.join("; ") })
}
