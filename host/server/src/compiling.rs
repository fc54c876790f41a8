//! How a component is compiled: in a child process, kept for the next time, with a sign of life on a terminal.
//!
//! Large components (JavaScript and Python carry an engine) take many seconds once, and milliseconds from then on. Not
//! here: compiling itself and the cache's format (`sandbox/engine`), and the child's limits (`cli/compile_component.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use countersign_sandbox::{CompileWith, Sandbox, SandboxConfig};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// Calls at once of a command that looks at a component: it makes them one after another.
const CALLS_MAX: u32 = 4;
/// Compiled components kept for the commands. Whoever writes a provider makes a new one with every build, 40 MB each.
const KEPT_MAX: usize = 12;
/// How often the sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// A sign of life on a terminal for as long as it is held.
pub struct SignOfLife(ProgressBar);

/// Components are compiled by a child of this very program, so that a compiler gone wild harms nobody.
pub fn in_child() -> anyhow::Result<CompileWith> {
    let program = std::env::current_exe().context("the program does not know its own path")?;
    Ok(CompileWith::Command { program, arguments: vec!["compile-component".to_owned()] })
}

/// A sandbox for a command that looks at components; what it compiles is kept in this folder, or in the user's cache.
pub fn sandbox(cache: Option<PathBuf>) -> anyhow::Result<Arc<Sandbox>> {
    Sandbox::new(SandboxConfig {
        cache_dir: cache.or_else(users_cache),
        max_calls: CALLS_MAX,
        compile_with: in_child()?,
        ..SandboxConfig::default()
    })
}

/// Shows that a component is being prepared; gone when the answer is dropped, and never there without a terminal.
pub fn sign_of_life(component: &str, bytes: &[u8]) -> SignOfLife {
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    let bar =
        ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let words = format!(
        "preparing `{component}` ({}); it is compiled once, then kept",
        HumanBytes(bytes.len() as u64)
    );
    if bar.is_hidden() {
        tracing::info!("{words}");
    }
    bar.set_message(words);
    bar.enable_steady_tick(TICK);
    SignOfLife(bar)
}

impl Drop for SignOfLife {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// `$XDG_CACHE_HOME/countersign`, or `.cache/countersign` in the home folder; none when it cannot be written.
fn users_cache() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    let folder = caches.join("countersign");
    let usable = fs::create_dir_all(&folder).and_then(|()| tempfile::tempfile_in(&folder));
    usable.ok()?;
    forget_the_oldest(&folder);
    Some(folder)
}

/// Leaves the youngest. What cannot be removed stays; the next command tries again.
fn forget_the_oldest(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let compiled = entries.filter(|entry| entry.path().extension().is_some_and(|it| it == "cwasm"));
    let changed = |entry: &fs::DirEntry| {
        entry.metadata().and_then(|it| it.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
    };
    let mut known: Vec<_> = compiled.map(|entry| (changed(&entry), entry.path())).collect();
    known.sort_unstable_by(|one, other| other.cmp(one));
    for (_, path) in known.iter().skip(KEPT_MAX) {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("host.key"), "key").unwrap();
        for age in 0..KEPT_MAX + 3 {
            let file = fs::File::create(folder.path().join(format!("{age}.cwasm"))).unwrap();
            let seconds = 1_000 - u64::try_from(age).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        }
        forget_the_oldest(folder.path());
        let mut left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let mut expected: Vec<_> = (0..KEPT_MAX).map(|age| format!("{age}.cwasm")).collect();
        expected.push("host.key".to_owned());
        expected.sort();
        assert_eq!(left, expected);
    }
}
