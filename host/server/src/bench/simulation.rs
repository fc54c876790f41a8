//! Simulation: the real host, store and component, while one seed decides everything that happens around them.
//!
//! Time stands until it is moved on; a request is answered, lost or late when the scheduler says so; commits fail, the
//! disk fills up, the host is killed, and what the disk confirmed is torn away. After every step the host is brought to
//! rest and looked at (`simulation/check.rs`). The same seed does the same again. Not here: real processes that are
//! killed at each boundary (`torture.rs`).

mod check;
mod course;
mod faults;
mod gate;
mod moves;
mod people;
mod stage;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use countersign_simulators::demo_credentials;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinSet;

use super::{Figure, Report, conditions};
use course::{Course, Played};
use stage::Stage;

/// Runs at the same time, each on a stage of its own.
const ABREAST: usize = 4;
/// So many seeds, the first ones, are played twice and compared.
const TWICE: usize = 4;
/// Longest real time for one run; one that takes longer is stuck.
const RUN_MAX: Duration = Duration::from_secs(180);

/// Plays so many seeds, from `seed` on.
pub async fn simulation(runs: usize, seed: u64) -> anyhow::Result<Report> {
    let credentials = Arc::new(tokio::task::spawn_blocking(demo_credentials).await??);
    let shared = tempfile::tempdir()?;
    let progress =
        ProgressBar::new(runs as u64).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} runs")?);
    let started = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut playing = JoinSet::new();
    for _ in 0..ABREAST.min(runs) {
        // One after the other: the first compiles the component, the others find it.
        let stage = Stage::set(&credentials, shared.path()).await.context("a stage for the simulation")?;
        let (next, progress) = (next.clone(), progress.clone());
        playing.spawn(async move {
            let mut played = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= runs {
                    return played;
                }
                played.extend(play(&stage, seed + index as u64, index < TWICE).await);
                progress.inc(1);
            }
        });
    }
    let mut tally = Tally::default();
    while let Some(played) = playing.join_next().await {
        played?.into_iter().for_each(|played| tally.count(played));
    }
    progress.finish_and_clear();
    Ok(tally.report(started.elapsed()))
}

/// Plays a seed once, or twice to see that it does the same again.
async fn play(stage: &Stage, seed: u64, twice: bool) -> Vec<Played> {
    let mut all = vec![play_once(stage, seed).await];
    if twice {
        let mut again = play_once(stage, seed).await;
        if let (Some(first), true) = (all.first(), again.broken.is_none()) {
            again.broken = first.course.difference(&again.course);
        }
        again.is_repeat = true;
        all.push(again);
    }
    all
}

async fn play_once(stage: &Stage, seed: u64) -> Played {
    let mut course = Course::default();
    let run = world::run(stage, seed, &mut course);
    let broken = match tokio::time::timeout(RUN_MAX, run).await {
        Ok(Ok(())) => None,
        Ok(Err(e)) => Some(format!("{e:#}")),
        Err(_) => Some(format!("stuck for {} s", RUN_MAX.as_secs())),
    };
    Played { seed, course, broken, is_repeat: false }
}

#[derive(Default)]
struct Tally {
    runs: usize,
    repeats: usize,
    total: Course,
    broken: Vec<String>,
}

impl Tally {
    fn count(&mut self, played: Played) {
        if let Some(words) = played.words() {
            self.broken.push(words);
        }
        if played.is_repeat {
            self.repeats += 1;
            return;
        }
        self.runs += 1;
        self.total.add(&played.course);
    }

    fn report(self, took: Duration) -> Report {
        let (total, broken) = (&self.total, self.broken.len());
        let figure = |name: &str, value: usize, unit| Figure::new(name, value as f64, unit);
        let figures = vec![
            figure("runs", self.runs, "runs"),
            figure("seeds played twice", self.repeats, "runs"),
            figure("steps", total.steps, "steps"),
            figure("instances", total.instances, "instances"),
            figure("requests lost or refused", total.lost_requests, "requests"),
            figure("requests late after a crash", total.late_requests, "requests"),
            figure("hosts killed", total.crashes, "kills"),
            figure("store faults", total.store_faults, "faults"),
            figure("torn logs that lost commits", total.losses, "losses"),
            figure("incidents a person dealt with", total.incidents, "incidents"),
            figure("of these in doubt", total.in_doubt, "incidents"),
            figure("instances left alone after a loss", total.left_alone, "instances"),
            figure("broken runs", broken, "runs"),
            Figure::new("time", took.as_secs_f64(), "s"),
        ];
        let mut conditions = conditions();
        conditions.push(format!("{ABREAST} runs abreast, one process, real files, simulated time"));
        conditions.extend(self.broken);
        Report {
            bench: "simulation",
            ratio: broken as f64 / self.runs.max(1) as f64,
            goal: "no run mails twice, forgets what it acknowledged unnoticed, or gets stuck",
            meets: broken == 0,
            figures,
            conditions,
        }
    }
}
