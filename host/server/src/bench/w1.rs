//! The work W1: start → action with one POST → wait → outside event → action with one GET → final, over the real API,
//! beside a ceiling in the same run: the same component and HTTP, commits by hand, no workflow.
//!
//! Not here: the ceiling (`w1/bare.rs`), the stand-in of the provider (`w1/stand_in.rs`).

mod bare;
mod contestant;
mod stand_in;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

use self::contestant::{Contestant, Kind};
use self::stand_in::StandIn;
use super::closed_loop::{self, LEVELS, Measured, median};
use super::{Figure, Report, conditions, cpu};

/// How long one loop is counted.
const LASTS: Duration = Duration::from_secs(1);
/// The name of the threads of callers and stand-in, whose processor time is nobody's.
const LOAD: &str = "bench-load";

/// Measures in alternating rounds, so that a machine that slows down slows all.
pub async fn w1(rounds: usize) -> anyhow::Result<Report> {
    // Runtimes of their own may be made and dropped only outside of one.
    tokio::task::spawn_blocking(move || run(rounds.max(1))).await?
}

fn run(rounds: usize) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let load = runtime(LOAD)?;
    let provider = load.block_on(StandIn::start())?;
    let mut standings = Vec::new();
    for kind in Kind::ALL {
        let contestant = Contestant::start(kind, folder.path(), &provider)?;
        standings.push(Standing { contestant, levels: vec![Vec::new(); LEVELS.len()] });
    }
    for _ in 0..rounds {
        for (place, level) in LEVELS.into_iter().enumerate() {
            for standing in &mut standings {
                let measured = load.block_on(measure(&standing.contestant, level))?;
                standing.levels.get_mut(place).context("levels")?.push(measured);
            }
        }
    }
    let results = standings.into_iter().map(Standing::end).collect::<anyhow::Result<Vec<_>>>()?;
    let mut report = report(&results, rounds);
    let taken = provider.connections.load(Ordering::Relaxed) as f64;
    report.figures.push(Figure::new("connections the provider's stand-in took from all", taken, ""));
    Ok(report)
}

async fn measure(contestant: &Contestant, level: usize) -> anyhow::Result<Measured> {
    let callers = contestant.callers(level).await?;
    let measured = closed_loop::run(callers, LASTS, || cpu::seconds_without(LOAD)).await;
    measured.with_context(|| format!("{} at {level}", contestant.kind.name()))
}

/// A contestant and its rounds at each level.
struct Standing {
    contestant: Contestant,
    levels: Vec<Vec<Measured>>,
}

/// What a contestant reached.
struct Reached {
    kind: Kind,
    levels: Vec<Measured>,
    bytes: f64,
}

impl Standing {
    fn end(self) -> anyhow::Result<Reached> {
        let kind = self.contestant.kind;
        let levels = self.levels.iter().map(|rounds| median(rounds)).collect();
        Ok(Reached { kind, levels, bytes: self.contestant.end()? })
    }
}

fn report(results: &[Reached], rounds: usize) -> Report {
    let rate = |kind: Kind, place: usize| {
        let found = results.iter().find(|reached| reached.kind == kind);
        found.and_then(|reached| reached.levels.get(place)).map_or(f64::NAN, |measured| measured.per_second)
    };
    let ratio = |place: usize| rate(Kind::Host, place) / rate(Kind::Ceiling, place);
    let mut figures = Vec::new();
    for (place, level) in LEVELS.into_iter().enumerate() {
        figures.extend(results.iter().flat_map(|reached| of_level(reached, level, place)));
        figures.push(Figure::new(format!("{level}: host / ceiling"), ratio(place), ""));
    }
    for reached in results {
        figures.push(Figure::new(
            format!("{}: on disk per instance", reached.kind.name()),
            reached.bytes,
            "B",
        ));
    }
    let (alone, busy) = (ratio(0), ratio(2));
    Report {
        bench: "w1",
        ratio: busy,
        goal: "at least 70 % of the ceiling at 64, 80 % at 1",
        meets: busy >= 0.7 && alone >= 0.8,
        figures,
        conditions: told(rounds),
    }
}

fn of_level(reached: &Reached, level: usize, place: usize) -> Vec<Figure> {
    let Some(it) = reached.levels.get(place) else { return Vec::new() };
    let name = |what: &str| format!("{level}: {}, {what}", reached.kind.name());
    vec![
        Figure::new(name("instances"), it.per_second, "1/s"),
        Figure::new(name("p50"), it.p50_ms, "ms"),
        Figure::new(name("p99"), it.p99_ms, "ms"),
        Figure::new(name("CPU per instance"), it.cpu_ms, "ms"),
    ]
}

fn told(rounds: usize) -> Vec<String> {
    let mut conditions = conditions();
    conditions.extend([
        format!("closed loop; medians of {rounds} rounds of {LASTS:?} each, both in every round, one process"),
        "the POST is Autenti's get-signing-link, the GET its get-document-status; the outside event is a path taken"
            .to_owned(),
        "both: 2 requests and 4 commits an instance (start with the POST's intent, its answer, its end, event with the GET)"
            .to_owned(),
        "all: bundled Autenti component, fresh for each action; SQLite WAL, synchronous=FULL; the store's group commit"
            .to_owned(),
        "CPU without the callers and the provider's stand-in, which share the cores".to_owned(),
    ]);
    conditions
}

/// Two threads of this name.
fn runtime(name: &str) -> anyhow::Result<Runtime> {
    Ok(Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build()?)
}

/// Bytes of the files directly in a folder.
fn bytes_of(folder: &Path) -> anyhow::Result<f64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let data = entry?.metadata()?;
        bytes += if data.is_file() { data.len() } else { 0 };
    }
    Ok(bytes as f64)
}

/// The data directory of a contestant.
fn data_of(folder: &Path, kind: Kind) -> PathBuf {
    folder.join(kind.name().replace(' ', "-"))
}
