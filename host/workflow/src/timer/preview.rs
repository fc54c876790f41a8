//! Planned firings, for a person who wants to know what a timer will do (C34).
//!
//! Not here: arming timers (`arming.rs`).

use serde::{Deserialize, Serialize};

use super::first_states;
use super::schedule::Schedule;
use crate::definition::step::{Stay, Timer};
use crate::instance::{Instance, TimerState};
use crate::load::Workflow;
use crate::scope::Scope;

/// One firing to come, if nothing moves the instance before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Planned {
    /// The timer.
    pub timer: String,
    /// When, milliseconds since 1970.
    pub due_ms: i64,
}

/// The next firings of an instance's timers, at most `count` of each, soonest first.
#[must_use]
pub fn preview(workflow: &Workflow, instance: &Instance, count: usize) -> Vec<Planned> {
    let stay = workflow.definition.steps.get(&instance.step).and_then(|step| step.stay());
    stay.map(|stay| planned(stay, instance.timers.iter(), count)).unwrap_or_default()
}

/// The firings of a step's timers for a stay that begins at the scope's time with the scope's form.
///
/// # Errors
/// When a condition cannot be decided or a first firing cannot be computed.
pub fn preview_step(
    workflow: &Workflow,
    step: &str,
    scope: &Scope<'_>,
    count: usize,
) -> Result<Vec<Planned>, String> {
    let states = first_states(workflow, step, scope)?;
    let stay = workflow.definition.steps.get(step).and_then(|step| step.stay());
    Ok(stay.map(|stay| planned(stay, states.iter(), count)).unwrap_or_default())
}

fn planned<'s>(
    stay: &Stay,
    states: impl Iterator<Item = (&'s String, &'s TimerState)>,
    count: usize,
) -> Vec<Planned> {
    let timers = states.filter_map(|(name, state)| Some((name, stay.timers.get(name)?, state)));
    let mut planned: Vec<Planned> = timers
        .flat_map(|(name, timer, state)| {
            let moments = firings(timer, state).into_iter().flatten().take(count);
            moments.map(|due_ms| Planned { timer: name.clone(), due_ms }).collect::<Vec<_>>()
        })
        .collect();
    planned.sort_by_key(|firing| firing.due_ms);
    planned
}

/// The firings of one timer from its next one on.
fn firings<'t>(timer: &'t Timer, state: &'t TimerState) -> Option<impl Iterator<Item = i64> + 't> {
    let schedule = Schedule::read(timer).ok()?;
    let first = state.due_ms.filter(|_| timer.limit.is_none_or(|limit| state.fired < limit));
    let left = timer.limit.map_or(usize::MAX, |limit| limit.saturating_sub(state.fired) as usize);
    Some(std::iter::successors(first, move |due_ms| schedule.next(state.anchor_ms, *due_ms)).take(left))
}
