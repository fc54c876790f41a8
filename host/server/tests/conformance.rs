//! `countersign conformance` and `schema` as a third party runs them: what they print, and the exit codes.
//!
//! Not here: what is found in a case (`host/conformance`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const CASE: &str = "get-document-status/completed";

/// The provider's folder with one case, outside the repository.
struct Bench {
    root: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { root: tempfile::tempdir().unwrap() };
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/autenti");
        fs::create_dir_all(bench.provider().join(CASE)).unwrap();
        for file in ["connection.json", &format!("{CASE}/case.json"), &format!("{CASE}/01-read.json")] {
            fs::copy(from.join(file), bench.provider().join(file)).unwrap();
        }
        bench
    }

    fn provider(&self) -> PathBuf {
        self.root.path().join("autenti")
    }

    fn rewrite(&self, change: impl Fn(String) -> String) {
        let path = self.provider().join(CASE).join("case.json");
        fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let cache = self.root.path().join("cache");
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(["conformance", "autenti", "--fixtures"]).arg(self.root.path());
        command.arg("--cache").arg(cache).args(arguments).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_exit_code_says_whose_fault_it_is() {
    let bench = Bench::new();
    let good = bench.run(&[]);
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stderr));
    assert!(text(&good.stdout).contains("1 passed in "), "{}", text(&good.stdout));
    assert!(text(&good.stdout).contains("still to write before the suite is complete"));

    let none = bench.run(&["--case", "get-poem"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(
        text(&none.stderr).contains("holds no case whose name contains `get-poem`"),
        "{}",
        text(&none.stderr)
    );

    bench.rewrite(|case| case.replace("\"COMPLETED\"", "\"DONE\""));
    let differs = bench.run(&[]);
    assert_eq!(differs.status.code(), Some(1));
    assert!(text(&differs.stdout).contains("case.json, outcome.status.code"), "{}", text(&differs.stdout));

    bench.rewrite(|case| case.replace("\"docs\"", "\"dcos\""));
    let wrong = bench.run(&[]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stdout).contains("case.json`: key `dcos`: unknown field"), "{}", text(&wrong.stdout));
}

#[test]
fn reports_for_programs_are_json_and_xml() {
    let bench = Bench::new();
    let json = bench.run(&["--report", "json"]);
    let report: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(report["cases"][0]["verdict"], "passed");
    assert_eq!(report["groups"][0]["group"], "get-document-status");
    let junit = text(&bench.run(&["--report", "junit"]).stdout);
    assert!(junit.starts_with("<?xml") && junit.contains(&format!("<testcase name=\"{CASE}\"")), "{junit}");
}

#[test]
fn schemas_are_printed_by_their_names() {
    let schema = |of: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_countersign")).arg("schema").args(of).output().unwrap();
        (output.status.code(), text(&output.stdout))
    };
    let title = |of: &[&str]| serde_json::from_str::<Value>(&schema(of).1).unwrap()["title"].clone();
    assert_eq!(title(&[]), "Countersign workflow");
    assert_eq!(title(&["exchange"]), "Countersign exchange");
    assert_eq!(schema(&["poem"]).0, Some(2));
}
