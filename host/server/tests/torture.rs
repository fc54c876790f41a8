//! The ledger test: 500 seeded runs, each a real host that is killed at durable boundaries (SIGKILL) while its provider
//! misbehaves. Nobody is mailed twice, nothing acknowledged is lost, every instance comes to its end.
//!
//! A broken run prints its seed and how to repeat it. Thousands: `countersign bench torture --runs 5000`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::process::Command;

const RUNS: &str = "500";

#[test]
fn nobody_is_mailed_twice_wherever_the_host_is_killed() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output =
        command.args(["bench", "torture", "--json", "--runs", RUNS]).env_remove("RUST_LOG").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
    let figure = |name: &str| {
        let figures = report["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["name"] == name).unwrap()["value"].as_f64().unwrap()
    };
    assert_eq!(report["meets"], true, "{:#}", report["conditions"]);
    assert!((figure("runs") - 500.0).abs() < f64::EPSILON);
    assert!(figure("hosts killed") > 250.0, "the runs must meet their failpoints: {report:#}");
    assert!(figure("of these in doubt") > 10.0, "some sends must come in doubt: {report:#}");
}
