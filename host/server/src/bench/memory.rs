//! How much memory a process has resident, as Linux tells.
//!
//! Not here: what to do with it (`bench/*.rs`).

use anyhow::Context;

/// Bytes resident now; none where `/proc` does not tell.
pub fn resident_bytes(pid: u32) -> Option<f64> {
    line(pid, "VmRSS:")
}

/// Most bytes resident since the last reset.
pub fn peak_bytes(pid: u32) -> Option<f64> {
    line(pid, "VmHWM:")
}

/// Forgets the peak so far (`man 5 proc_pid_clear_refs`).
pub fn reset_peak(pid: u32) -> anyhow::Result<()> {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").context("the peak of memory cannot be reset here")
}

fn line(pid: u32, name: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024.0)
}
