//! The ledger test: real hosts are killed at durable boundaries (SIGKILL) while their provider misbehaves. Nobody is
//! mailed twice, nothing acknowledged is lost, every instance comes to its end (`bench/torture/promises.rs`).
//!
//! Two halves: runs of seeds, in which anything happens anywhere, and a sample of the crash matrix in which every
//! exchange of every action meets every place of a kill, and every action every behaviour of the provider.
//! A broken run prints how to repeat it. Everything: `countersign bench torture --matrix`; thousands:
//! `countersign bench torture --runs 5000`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::process::Command;

use serde_json::Value;

fn torture(arguments: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["bench", "torture", "--json"]).args(arguments).env_remove("RUST_LOG");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
    assert_eq!(report["meets"], true, "{:#}", report["conditions"]);
    report
}

fn figure(report: &Value, name: &str) -> f64 {
    let figures = report["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["name"] == name).unwrap()["value"].as_f64().unwrap()
}

#[test]
fn nobody_is_mailed_twice_wherever_the_host_is_killed() {
    let report = torture(&["--runs", "150"]);
    assert!((figure(&report, "runs") - 150.0).abs() < f64::EPSILON);
    assert!(figure(&report, "hosts killed") > 100.0, "the runs must meet their failpoints: {report:#}");
    assert!(figure(&report, "of these in doubt") > 5.0, "some must come in doubt: {report:#}");
}

#[test]
fn every_exchange_of_every_action_survives_a_kill_at_every_boundary() {
    let report = torture(&["--matrix", "--runs", "350"]);
    assert!((figure(&report, "runs") - 350.0).abs() < f64::EPSILON);
    let cells = report["matrix"].as_array().unwrap();
    assert_eq!(cells.len(), 7 * 6, "every action meets every behaviour: {report:#}");
    assert!(figure(&report, "combinations that met no kill") < 1.0, "each meets its kill: {report:#}");
    let in_doubt = |cell: &&Value| cell["in-doubt"].as_u64().unwrap() > 0;
    let doubted: Vec<&Value> = cells.iter().filter(in_doubt).map(|cell| &cell["action"]).collect();
    assert!(doubted.contains(&&Value::from("send-reminders")), "reminders come in doubt: {report:#}");
}
