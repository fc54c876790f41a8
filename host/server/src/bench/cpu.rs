//! How much processor time this process has used, as Linux tells; threads of one name can be left out.
//!
//! Not here: what to do with it (`bench/*.rs`).

use std::fs;

/// Ticks a second in `/proc` (`man 5 proc_pid_stat`: USER_HZ, 100 on every Linux).
const TICKS: f64 = 100.0;

/// Seconds used by all threads so far, ended ones included, but for the living threads of this name.
pub fn seconds_without(thread: &str) -> f64 {
    let all = ticks("/proc/self/stat").unwrap_or_default() / TICKS;
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return all };
    let left_out: f64 = threads.flatten().filter_map(|entry| named(&entry.path(), thread)).sum();
    all - left_out
}

/// Seconds of a thread, when it has this name.
fn named(folder: &std::path::Path, name: &str) -> Option<f64> {
    let found = fs::read_to_string(folder.join("comm")).ok()?;
    if found.trim_end() != name {
        return None;
    }
    // The first number is nanoseconds on a processor, far finer than ticks.
    let text = fs::read_to_string(folder.join("schedstat")).ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// User and system time; the fields are counted after the name, which may hold spaces.
fn ticks(path: &str) -> Option<f64> {
    let text = fs::read_to_string(path).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11);
    let user: f64 = times.next()?.parse().ok()?;
    let system: f64 = times.next()?.parse().ok()?;
    Some(user + system)
}
