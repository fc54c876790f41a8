//! Faults of the store, injected for real: a COMMIT that fails, a disk that is full, a log whose end was not kept.
//!
//! Another connection to the same file arms a trigger; the host's own commit then meets it. Not here: when (`moves.rs`).

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, ensure};
use rusqlite::Connection;

/// The database file must not grow beyond this: the ballast does not fit, everything else does.
pub const DATABASE_BYTES_MAX: u64 = 8 * 1024 * 1024;
const BALLAST_BYTES: u64 = 2 * DATABASE_BYTES_MAX;

/// What goes wrong with the next commit that writes a certain thing.
#[derive(Debug, Clone, Copy)]
pub enum StoreFault {
    /// A deferred constraint that is violated makes the COMMIT itself fail.
    CommitFails,
    /// The database has no room for the ballast.
    DiskFull,
}

/// Which writes meet a fault.
pub const WRITES: [&str; 4] =
    ["INSERT ON history", "INSERT ON exchange", "UPDATE ON exchange", "UPDATE ON call"];

/// Switches a fault on.
pub fn arm(dir: &Path, fault: StoreFault, write: &str) -> anyhow::Result<()> {
    let does = match fault {
        StoreFault::CommitFails => "INSERT INTO simulated_fault (parent) VALUES (-1)".to_owned(),
        StoreFault::DiskFull => {
            format!("INSERT INTO simulated_fault (ballast) VALUES (zeroblob({BALLAST_BYTES}))")
        }
    };
    let sql = format!(
        "CREATE TABLE IF NOT EXISTS simulated_fault (
             parent INTEGER REFERENCES definition (position) DEFERRABLE INITIALLY DEFERRED, ballast BLOB);
         DROP TRIGGER IF EXISTS simulated_fault_armed;
         CREATE TRIGGER simulated_fault_armed AFTER {write} BEGIN {does}; END;"
    );
    Ok(other_program(dir)?.execute_batch(&sql)?)
}

/// Switches every fault off.
pub fn disarm(dir: &Path) -> anyhow::Result<()> {
    Ok(other_program(dir)?.execute_batch("DROP TRIGGER IF EXISTS simulated_fault_armed")?)
}

/// How many commits the writer has made.
pub fn commits(dir: &Path) -> anyhow::Result<i64> {
    Ok(other_program(dir)?.query_row("SELECT commits FROM host", [], |row| row.get(0))?)
}

/// The files as a killed host leaves them. Stored files never change, so they may share their bytes.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            self::copy(&path, &copy)?;
        } else if name.starts_with("countersign.db") || name == "acknowledged" || name == "lock" {
            if !name.ends_with("-shm") {
                fs::copy(&path, &copy)?;
            }
        } else {
            fs::hard_link(&path, &copy)?;
        }
    }
    Ok(())
}

/// Where in the log each commit ends (sqlite.org/fileformat2.html#the_write_ahead_log).
pub fn log_commits(dir: &Path) -> anyhow::Result<Vec<u64>> {
    const HEAD: usize = 32;
    const FRAME_HEAD: usize = 24;
    let Ok(log) = fs::read(log(dir)) else { return Ok(Vec::new()) };
    let Some(head) = log.get(..HEAD) else { return Ok(Vec::new()) };
    let number = |bytes: &[u8], at: usize| -> Option<u32> {
        Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
    };
    let page = number(head, 8).context("the log has no page size")? as usize;
    let mut ends = Vec::new();
    for (index, frame) in log.get(HEAD..).unwrap_or_default().chunks_exact(FRAME_HEAD + page).enumerate() {
        // Frames of an earlier round through the log carry another salt.
        if frame.get(8..16) != head.get(16..24) {
            break;
        }
        if number(frame, 4).is_some_and(|pages| pages > 0) {
            ends.push((HEAD + (index + 1) * (FRAME_HEAD + page)) as u64);
        }
    }
    Ok(ends)
}

/// Tears the log somewhere in the commit after this place: cut there, or a bit of it flipped.
pub fn tear(dir: &Path, place: u64, chance: &mut fastrand::Rng) -> anyhow::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(log(dir))?;
    let length = file.metadata()?.len();
    ensure!(place < length, "nothing of the log comes after {place}");
    // In the first frame after the place, whose checksum then is wrong. What follows it goes, too: SQLite reads none of
    // it, but `log_commits` would count it until other commits have come to lie there.
    let frame = (24 + 4_096).min(length - place);
    let at = place + chance.u64(0..frame);
    file.set_len(place + frame)?;
    if chance.bool() {
        return Ok(file.set_len(at)?);
    }
    let mut byte = [0];
    file.read_exact_at(&mut byte, at)?;
    byte.iter_mut().for_each(|byte| *byte ^= 1 << chance.u32(0..8));
    Ok(file.write_all_at(&byte, at)?)
}

fn log(dir: &Path) -> std::path::PathBuf {
    dir.join("countersign.db-wal")
}

/// A connection that is not the host's. The host has the file open, so closing this one folds nothing.
fn other_program(dir: &Path) -> anyhow::Result<Connection> {
    Ok(Connection::open(dir.join("countersign.db"))?)
}
