//! The deterministic simulation: seeded runs of the real host, store and component in simulated time, with requests that
//! are lost or late, commits that fail, disks that fill up, hosts that are killed and logs that are torn after
//! acknowledgement. What must hold is looked at after every event.
//!
//! A broken run prints its seed and its last events; `COUNTERSIGN_SIMULATION_SEED=N` plays that seed alone. Thousands:
//! `countersign bench simulation --runs 5000`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::process::Command;

use serde_json::Value;

/// Takes about a minute in the dev profile on two cores.
const RUNS: &str = "60";

#[test]
fn whatever_a_seed_makes_happen_nobody_is_mailed_twice_and_nothing_is_forgotten_unnoticed() {
    let seed = std::env::var("COUNTERSIGN_SIMULATION_SEED").ok();
    let (runs, first) = seed.as_deref().map_or((RUNS, "1"), |seed| ("1", seed));
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["bench", "simulation", "--json", "--runs", runs, "--seed", first]).env("RUST_LOG", "off");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
    let conditions = report["conditions"].as_array().unwrap().iter().filter_map(Value::as_str);
    assert_eq!(report["meets"], true, "{}", conditions.collect::<Vec<_>>().join("\n"));
    if seed.is_some() {
        return;
    }
    let figure = |name: &str| {
        let figures = report["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["name"] == name).unwrap()["value"].as_f64().unwrap()
    };
    // The runs must meet what they are for.
    for (name, at_least) in [
        ("runs", 60.0),
        ("seeds played twice", 4.0),
        ("requests lost or refused", 200.0),
        ("requests late after a crash", 30.0),
        ("hosts killed", 200.0),
        ("store faults", 50.0),
        ("torn logs that lost commits", 50.0),
        ("of these in doubt", 20.0),
    ] {
        assert!(figure(name) >= at_least, "{name}: {report:#}");
    }
}
