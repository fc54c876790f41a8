//! Benchmarks: ours against the limit measured in the same run, as a table for people or JSON for programs.
//!
//! A benchmark that misses its goal says so and still ends well: figures are for people to judge, not for a test.

mod attachment;
mod closed_loop;
mod cpu;
mod definition;
mod dispatch;
mod load;
mod memory;
mod simulation;
mod start;
mod torture;
mod transitions;
mod w1;
mod webhooks;
mod wire;

use anstream::println;
use serde::Serialize;

use crate::cli::view::{FAINT, GOOD, NOTE, table};

pub use attachment::attachment;
pub use dispatch::dispatch;
pub use load::load;
pub use simulation::simulation;
pub use start::start;
pub use torture::{Which, torture};
pub use transitions::transitions;
pub use w1::w1;
pub use webhooks::webhooks;

/// What one benchmark found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Its name.
    pub bench: &'static str,
    /// Ours against the limit, both from this run.
    pub ratio: f64,
    /// What the ratio should be, in words.
    pub goal: &'static str,
    /// Whether it is.
    pub meets: bool,
    /// All figures.
    pub figures: Vec<Figure>,
    /// What they were measured under.
    pub conditions: Vec<String>,
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
}

impl Figure {
    /// A figure.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit }
    }
}

impl Report {
    /// Prints it.
    pub fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!("{NOTE}bench {}{NOTE:#}", self.bench);
        let mut lines = table(&["figure", "value", "unit"]);
        for figure in &self.figures {
            lines.add_row([figure.name.clone(), format!("{:.2}", figure.value), figure.unit.to_owned()]);
        }
        println!("{lines}");
        let verdict =
            if self.meets { format!("{GOOD}meets{GOOD:#}") } else { format!("{NOTE}misses{NOTE:#}") };
        println!("ratio {:.2} · goal {} · {verdict}", self.ratio, self.goal);
        self.conditions.iter().for_each(|condition| println!("{FAINT}{condition}{FAINT:#}"));
        Ok(())
    }
}

/// What every figure was measured under.
pub fn conditions() -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let build = if cfg!(debug_assertions) {
        "debug build: figures mean nothing, run with --release"
    } else {
        "release build"
    };
    vec![format!("{cores} cores, {} {}, {build}", std::env::consts::OS, std::env::consts::ARCH)]
}

/// The value below which a share of the samples lie; samples are sorted by this.
pub fn quantile(samples: &mut [f64], share: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().saturating_sub(1);
    let place = ((last as f64) * share).round() as usize;
    samples.get(place).copied().unwrap_or_default()
}
