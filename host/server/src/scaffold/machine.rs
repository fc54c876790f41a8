//! What this machine lacks for building a provider in a language, and how to get it.
//!
//! Nothing is installed here; the tools are only asked who they are.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Serialize;

use super::Language;

/// A tool that is missing or too old.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What is missing.
    pub what: String,
    /// How to get it.
    pub how: &'static str,
}

/// A tool, the lowest version that serves, and how to get it.
struct Tool {
    program: &'static str,
    lowest: &'static str,
    how: &'static str,
}

/// The SDK wants the Rust that this host was built with at least.
const RUST: Tool = Tool {
    program: "rustc",
    lowest: env!("CARGO_PKG_RUST_VERSION"),
    how: "install or update it with https://rustup.rs",
};
const NODE: Tool = Tool { program: "node", lowest: "20.0", how: "install it from https://nodejs.org" };
const NPM: Tool = Tool { program: "npm", lowest: "9.0", how: "it comes with https://nodejs.org" };
const PYTHON: Tool =
    Tool { program: "python3", lowest: "3.10", how: "install it from https://www.python.org" };

/// What is not there.
pub fn missing(language: Language) -> Vec<Missing> {
    let found: Vec<Option<Missing>> = match language {
        Language::Rust => vec![absent(&RUST), without_target()],
        Language::Js => vec![absent(&NODE), absent(&NPM)],
        Language::Python => vec![absent(&PYTHON), without_venv()],
    };
    // Without the tool itself, what belongs to it need not be told.
    let tool_is_there = found.first().is_some_and(Option::is_none);
    found.into_iter().take(if tool_is_there { usize::MAX } else { 1 }).flatten().collect()
}

fn absent(tool: &Tool) -> Option<Missing> {
    let wanted = format!("`{}` {} or later", tool.program, tool.lowest);
    match answer(tool.program, &["--version"]).and_then(|said| version(&said)) {
        Some(found) if Some(found) >= version(tool.lowest) => None,
        Some([major, minor]) => {
            Some(Missing { what: format!("{wanted}; {major}.{minor} is installed"), how: tool.how })
        }
        None => Some(Missing { what: wanted, how: tool.how }),
    }
}

fn without_target() -> Option<Missing> {
    let folder = answer("rustc", &["--print", "target-libdir", "--target", "wasm32-wasip2"]);
    let there = folder.is_some_and(|folder| Path::new(folder.trim()).is_dir());
    let what = "the target `wasm32-wasip2`".to_owned();
    (!there).then_some(Missing { what, how: "rustup target add wasm32-wasip2" })
}

/// Debian and its kin ship Python without the pieces that make a virtual environment.
fn without_venv() -> Option<Missing> {
    let what = "Python's `venv`".to_owned();
    let there = answer("python3", &["-c", "import venv, ensurepip"]).is_some();
    (!there)
        .then_some(Missing { what, how: "apt install python3-venv, or your system's package of that kind" })
}

/// What a program prints; none when it is not there or fails.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first two numbers: `v20.20.2`, `Python 3.11.7`, `rustc 1.95.0 (…)`.
fn version(said: &str) -> Option<[u32; 2]> {
    let start = said.find(|letter: char| letter.is_ascii_digit())?;
    let mut numbers = said.get(start..)?.split(|letter: char| !letter.is_ascii_digit());
    Some([numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_tools_say() {
        for (said, expected) in [
            ("v20.20.2\n", Some([20, 20])),
            ("Python 3.11.7\n", Some([3, 11])),
            ("rustc 1.95.0 (abc 2026-01-01)", Some([1, 95])),
            ("10.8.2", Some([10, 8])),
            ("no number", None),
        ] {
            assert_eq!(version(said), expected, "{said}");
        }
    }

    #[test]
    fn a_tool_that_is_not_there_is_told_with_how_to_get_it() {
        let tool = Tool { program: "countersign-has-no-such-tool", lowest: "1.0", how: "make one" };
        let missing = absent(&tool).unwrap();
        assert_eq!(missing.what, "`countersign-has-no-such-tool` 1.0 or later");
        let too_new = Tool { program: "rustc", lowest: "9999.0", how: "wait" };
        assert!(absent(&too_new).unwrap().what.contains(" is installed"));
    }
}
