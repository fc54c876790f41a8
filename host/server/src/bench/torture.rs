//! Torture: hosts are killed at durable boundaries while the provider misbehaves, and the provider's ledger is read.
//!
//! Each run is a real host process, a simulated provider of its own, one document from the form to the signed file. A
//! seed decides where the host is killed and what the provider does; the same seed does the same again.
//! Invariants: at most one invitation for each recipient, nothing acknowledged is lost, every instance comes to its end.

mod definition;
mod plan;
mod play;
mod stand;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Figure, Report, conditions};
use plan::Plan;
use play::Course;
use stand::Template;

/// Runs at the same time.
const ABREAST: usize = 4;
/// Longest time for one run; one that takes longer is stuck.
const RUN_MAX: Duration = Duration::from_secs(120);

/// Plays so many seeds, from `seed` on.
pub async fn torture(runs: usize, seed: u64) -> anyhow::Result<Report> {
    let template = Arc::new(Template::make().await.context("a host without faults")?);
    let room = Arc::new(Semaphore::new(ABREAST));
    let progress = ProgressBar::new(runs as u64)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} runs · {msg}")?);
    let started = Instant::now();
    let mut playing = JoinSet::new();
    for seed in (seed..).take(runs) {
        let (template, room) = (template.clone(), room.clone());
        playing.spawn(async move {
            let _room = room.acquire_owned().await;
            let plan = Plan::of(seed);
            let course = tokio::time::timeout(RUN_MAX, play::play(&template, &plan)).await;
            (plan, course.unwrap_or_else(|_| Err(anyhow::anyhow!("stuck for {} s", RUN_MAX.as_secs()))))
        });
    }
    let mut tally = Tally::default();
    while let Some(played) = playing.join_next().await {
        let (plan, course) = played?;
        tally.count(&plan, course);
        progress.set_position(tally.runs);
        progress.set_message(format!("{} kills, {} broken", tally.kills, tally.broken.len()));
    }
    progress.finish_and_clear();
    Ok(tally.report(started.elapsed()))
}

#[derive(Default)]
struct Tally {
    runs: u64,
    kills: u64,
    in_doubt: u64,
    incidents: u64,
    broken: Vec<String>,
}

impl Tally {
    fn count(&mut self, plan: &Plan, course: anyhow::Result<Course>) {
        self.runs += 1;
        match course {
            Ok(course) => {
                self.kills += u64::from(course.kills);
                self.in_doubt += u64::from(course.in_doubt);
                self.incidents += u64::from(course.incidents);
            }
            Err(e) => self.broken.push(format!(
                "seed {} ({plan}): {e:#}\n  again: countersign bench torture --runs 1 --seed {}",
                plan.seed, plan.seed
            )),
        }
    }

    fn report(self, took: Duration) -> Report {
        let mut conditions = conditions();
        conditions
            .push(format!("{ABREAST} runs abreast, each with a host process and a provider of its own"));
        let broken = self.broken.len();
        conditions.extend(self.broken);
        Report {
            bench: "torture",
            ratio: broken as f64 / (self.runs.max(1)) as f64,
            goal: "no run mails twice, loses what it acknowledged, or gets stuck",
            meets: broken == 0,
            figures: vec![
                Figure::new("runs", self.runs as f64, "runs"),
                Figure::new("hosts killed", self.kills as f64, "kills"),
                Figure::new("incidents a person dealt with", self.incidents as f64, "incidents"),
                Figure::new("of these in doubt", self.in_doubt as f64, "incidents"),
                Figure::new("broken runs", broken as f64, "runs"),
                Figure::new("time", took.as_secs_f64(), "s"),
            ],
            conditions,
        }
    }
}
