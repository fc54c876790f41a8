//! Torture: hosts are killed at durable boundaries while the provider misbehaves, and the provider's ledger is read.
//!
//! Each run is a real host process, a simulated provider of its own, one document from the form to the signed file or
//! its withdrawal. Runs of seeds let anything happen anywhere; runs of the matrix meet one exchange of one action.
//! What must hold at the end stands in `torture/promises.rs`.

mod act;
mod grid;
mod matrix;
mod plan;
mod play;
mod promises;
mod stand;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Figure, Report, conditions};
use grid::Grid;
use matrix::Combination;
use plan::Plan;
use play::{Course, Outcome};
use stand::Template;

/// Runs at the same time.
const ABREAST: usize = 4;
/// Longest time for one run; one that takes longer is stuck.
const RUN_MAX: Duration = Duration::from_secs(120);
/// Runs when nobody says how many.
const RUNS: usize = 200;

/// Which runs to play.
#[derive(Debug)]
pub struct Which {
    /// How many; of the matrix, all when nothing is said.
    pub runs: Option<usize>,
    /// The first seed; of the matrix, what its sample and its second kills hang on.
    pub seed: u64,
    /// The matrix instead of seeds.
    pub matrix: bool,
    /// One combination of it alone.
    pub only: Option<usize>,
}

/// What came of them.
#[derive(Debug, Serialize)]
pub struct Tortured {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matrix: Vec<grid::Line>,
    #[serde(skip)]
    grid: Grid,
}

/// A run, and where it stands in the matrix.
struct Run {
    plan: Plan,
    combination: Option<Combination>,
}

/// Plays them.
pub async fn torture(which: Which) -> anyhow::Result<Tortured> {
    let runs = which.list();
    ensure!(!runs.is_empty(), "the matrix has {} combinations, from 0", matrix::all().len());
    let template = Arc::new(Template::make().await.context("a host without faults")?);
    let room = Arc::new(Semaphore::new(ABREAST));
    let progress = ProgressBar::new(runs.len() as u64)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} runs · {msg}")?);
    let started = Instant::now();
    let mut playing = JoinSet::new();
    for run in runs {
        let (template, room) = (template.clone(), room.clone());
        playing.spawn(async move {
            let _room = room.acquire_owned().await;
            let course = tokio::time::timeout(RUN_MAX, play::play(&template, &run.plan)).await;
            (run, course.unwrap_or_else(|_| Err(anyhow::anyhow!("stuck for {} s", RUN_MAX.as_secs()))))
        });
    }
    let mut tally = Tally::default();
    while let Some(played) = playing.join_next().await {
        let (run, course) = played?;
        tally.count(&run, course);
        progress.set_position(tally.runs);
        progress.set_message(format!("{} kills, {} broken", tally.kills, tally.broken.len()));
    }
    progress.finish_and_clear();
    Ok(tally.report(started.elapsed()))
}

impl Which {
    fn list(&self) -> Vec<Run> {
        if !self.matrix {
            let seeds = (self.seed..).take(self.runs.unwrap_or(RUNS));
            return seeds.map(|seed| Run { plan: Plan::of(seed), combination: None }).collect();
        }
        let combinations = match (self.only, self.runs) {
            (Some(index), _) => matrix::all().into_iter().filter(|one| one.index == index).collect(),
            (None, Some(runs)) => matrix::sample(runs, self.seed),
            (None, None) => matrix::all(),
        };
        let run = |one: Combination| Run { plan: one.plan(self.seed), combination: Some(one) };
        combinations.into_iter().map(run).collect()
    }
}

impl Tortured {
    /// Prints it.
    pub fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            anstream::println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        self.report.print(false)?;
        if !self.matrix.is_empty() {
            self.grid.print();
        }
        Ok(())
    }
}

#[derive(Default)]
struct Tally {
    runs: u64,
    kills: u64,
    unharmed: Vec<String>,
    /// Incidents though the provider answered well: harmless, and worth a look.
    unexplained: Vec<String>,
    in_doubt: u64,
    incidents: u64,
    broken: Vec<String>,
    grid: Grid,
}

impl Tally {
    fn count(&mut self, run: &Run, course: anyhow::Result<Course>) {
        self.runs += 1;
        let outcome = match course {
            Ok(course) => Some(self.add(run, &course)),
            Err(e) => {
                self.broken.push(told(run, &format!("{e:#}")));
                None
            }
        };
        if let Some(combination) = &run.combination {
            self.grid.count(combination, outcome);
        }
    }

    fn add(&mut self, run: &Run, course: &Course) -> Outcome {
        self.kills += u64::from(course.kills);
        // A seed may ask for a point that its run does not pass; a combination must not.
        if course.kills == 0 && run.combination.is_some_and(Combination::is_certain) {
            self.unharmed.push(told(run, "met no kill"));
        }
        let well = run.combination.is_some_and(Combination::is_answered_well);
        if let Some(said) = course.said.as_ref().filter(|_| well && course.outcome == Outcome::Incident) {
            self.unexplained.push(told(run, said));
        }
        self.in_doubt += u64::from(course.in_doubt);
        self.incidents += u64::from(course.incidents);
        course.outcome
    }

    fn report(self, took: Duration) -> Tortured {
        let mut conditions = conditions();
        conditions
            .push(format!("{ABREAST} runs abreast, each with a host process and a provider of its own"));
        let broken = self.broken.len();
        conditions.extend(self.broken);
        let unharmed = self.unharmed.len();
        conditions.extend(self.unharmed);
        conditions.extend(self.unexplained);
        let report = Report {
            bench: "torture",
            ratio: broken as f64 / (self.runs.max(1)) as f64,
            goal: "no run mails twice, loses what it acknowledged, or gets stuck",
            meets: broken == 0,
            figures: vec![
                Figure::new("runs", self.runs as f64, "runs"),
                Figure::new("hosts killed", self.kills as f64, "kills"),
                Figure::new("combinations that met no kill", unharmed as f64, "runs"),
                Figure::new("incidents a person dealt with", self.incidents as f64, "incidents"),
                Figure::new("of these in doubt", self.in_doubt as f64, "incidents"),
                Figure::new("broken runs", broken as f64, "runs"),
                Figure::new("time", took.as_secs_f64(), "s"),
            ],
            conditions,
        };
        Tortured { report, matrix: self.grid.lines(), grid: self.grid }
    }
}

/// What is to be said of a run, and how to see it again.
fn told(run: &Run, words: &str) -> String {
    let Run { plan, combination } = run;
    let place = combination.map(|combination| format!("{combination}: ")).unwrap_or_default();
    format!("{place}{plan}: {words}\n  again: countersign bench torture {}", plan.again)
}
