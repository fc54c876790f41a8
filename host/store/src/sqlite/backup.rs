//! Copying the database while it is written, and looking into a copy that no host has open.
//!
//! Not here: the files of attachments and the manifest (`backup.rs` of the crate).

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, params};

use super::open::{APPLICATION_ID, damage};

/// Pages copied between two words about the progress: 4 MiB.
const STEP_PAGES: i32 = 1_024;

/// A file that the database refers to.
pub(crate) struct Referenced {
    pub(crate) sha256: String,
    pub(crate) size: u64,
}

/// What a look into a copy found.
pub(crate) struct Looked {
    pub(crate) problems: Vec<String>,
    pub(crate) referenced: Vec<Referenced>,
}

/// Copies what is committed now, marks the copy as one, and leaves a single synced file.
///
/// `told` hears of pages done and of all pages. The read transaction on the source keeps every step on the same
/// state: without it, each commit of the writer would begin the copy again (sqlite.org/backup.html). Answers the epoch.
pub(crate) fn copy(
    source: &Connection,
    path: &Path,
    at_ms: i64,
    mut told: impl FnMut(u64, u64),
) -> rusqlite::Result<i64> {
    source.execute_batch("BEGIN")?;
    let copied = source
        .query_row("SELECT epoch FROM host", [], |row| row.get(0))
        .and_then(|epoch: i64| steps(source, path, &mut told).map(|copy| (epoch, copy)));
    // Nothing was written: ending the transaction cannot lose anything.
    let _ = source.execute_batch("ROLLBACK");
    let (epoch, copy) = copied?;
    mark(&copy, at_ms)?;
    copy.close().map_err(|(_, error)| error)?;
    Ok(epoch)
}

/// Checks a copy and lists the files it refers to.
pub(crate) fn look(path: &Path) -> rusqlite::Result<Looked> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let application: i64 = database.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION_ID {
        let problems = vec![format!("it is no Countersign database (application id {application})")];
        return Ok(Looked { problems, referenced: Vec::new() });
    }
    let mut problems = damage(&database)?;
    let marks: i64 = database.query_row("SELECT count(*) FROM restore", [], |row| row.get(0))?;
    if marks != 1 {
        problems.push("it is not marked as a backup: a host would trust it blindly".to_owned());
    }
    let mut statement = database.prepare("SELECT DISTINCT sha256, size FROM attachment ORDER BY sha256")?;
    let rows = statement.query_map([], |row| {
        Ok(Referenced { sha256: row.get(0)?, size: super::column::count(row.get(1)?) })
    })?;
    Ok(Looked { problems, referenced: rows.collect::<Result<_, _>>()? })
}

fn steps(source: &Connection, path: &Path, told: &mut impl FnMut(u64, u64)) -> rusqlite::Result<Connection> {
    let mut copy = Connection::open(path)?;
    let backup = Backup::new(source, &mut copy)?;
    loop {
        let step = backup.step(STEP_PAGES)?;
        let progress = backup.progress();
        let (all, left) = (pages(progress.pagecount), pages(progress.remaining));
        told(all.saturating_sub(left), all);
        match step {
            StepResult::Done => break,
            // A new file and a connection that only reads are held by nobody for long.
            _ => std::thread::yield_now(),
        }
    }
    drop(backup);
    Ok(copy)
}

/// Out of write-ahead mode first, so that the copy is one file. What nobody has acknowledged yet began earlier.
fn mark(copy: &Connection, at_ms: i64) -> rusqlite::Result<()> {
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.execute_batch("PRAGMA synchronous = FULL")?;
    let sql = "INSERT INTO restore (id, taken_at_ms) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE
               SET taken_at_ms = excluded.taken_at_ms, missing_commits = NULL, acknowledged_at_ms = NULL, actor = NULL
               WHERE acknowledged_at_ms IS NOT NULL";
    copy.execute(sql, params![at_ms]).map(|_| ())
}

fn pages(count: i32) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
