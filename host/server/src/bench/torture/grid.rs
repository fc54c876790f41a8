//! What came of the matrix: actions down, behaviours of the provider across.
//!
//! Not here: the single runs (`play.rs`).

use std::collections::BTreeMap;

use anstream::println;
use comfy_table::{Cell, Color};
use serde::Serialize;

use super::act::Act;
use super::matrix::{BEHAVIOURS, Behaviour, Combination};
use super::play::Outcome;
use crate::cli::view::{FAINT, table};

/// Counts by action and behaviour.
#[derive(Debug, Default)]
pub struct Grid {
    counts: BTreeMap<(Act, usize), Counts>,
}

/// How so many runs ended.
#[derive(Debug, Default, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    moved: u32,
    incident: u32,
    in_doubt: u32,
    broken: u32,
}

/// One line for programs.
#[derive(Debug, Serialize)]
pub struct Line {
    action: &'static str,
    provider: String,
    #[serde(flatten)]
    counts: Counts,
}

impl Grid {
    /// Counts one run; none is a broken one.
    pub fn count(&mut self, combination: &Combination, outcome: Option<Outcome>) {
        let place = (combination.exchange.act, column(combination.behaviour));
        let counts = self.counts.entry(place).or_default();
        let count = match outcome {
            Some(Outcome::Moved) => &mut counts.moved,
            Some(Outcome::Incident) => &mut counts.incident,
            Some(Outcome::InDoubt) => &mut counts.in_doubt,
            None => &mut counts.broken,
        };
        *count += 1;
    }

    /// For programs.
    pub fn lines(&self) -> Vec<Line> {
        let line = |((act, column), counts): (&(Act, usize), &Counts)| Line {
            action: act.action(),
            provider: BEHAVIOURS.get(*column).map(ToString::to_string).unwrap_or_default(),
            counts: *counts,
        };
        self.counts.iter().map(line).collect()
    }

    /// For people.
    pub fn print(&self) {
        let behaviours = BEHAVIOURS.map(|behaviour| behaviour.to_string());
        let headings: Vec<&str> =
            ["action"].into_iter().chain(behaviours.iter().map(String::as_str)).collect();
        let mut lines = table(&headings);
        let acts: std::collections::BTreeSet<Act> = self.counts.keys().map(|(act, _)| *act).collect();
        for act in acts {
            let cells = (0..BEHAVIOURS.len()).map(|column| cell(self.counts.get(&(act, column))));
            lines.add_row([Cell::new(act.action())].into_iter().chain(cells));
        }
        println!("{lines}");
        println!("{FAINT}moved / incident / in doubt / broken{FAINT:#}");
    }
}

fn column(behaviour: Behaviour) -> usize {
    BEHAVIOURS.iter().position(|known| *known == behaviour).unwrap_or_default()
}

fn cell(counts: Option<&Counts>) -> Cell {
    let Some(Counts { moved, incident, in_doubt, broken }) = counts else { return Cell::new("") };
    let cell = Cell::new(format!("{moved} / {incident} / {in_doubt} / {broken}"));
    if *broken > 0 { cell.fg(Color::Red) } else { cell }
}
