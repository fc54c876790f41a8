//! Arming the timers of a stay and re-arming them after each firing.
//!
//! Not here: computing the moments (`schedule.rs`).

use indexmap::IndexMap;

use super::schedule::{First, Schedule};
use crate::apply::Turn;
use crate::definition::step::Timer;
use crate::instance::TimerState;
use crate::load::Workflow;
use crate::scope::Scope;

/// The next try of a timer that failed.
pub(crate) struct NextTry {
    pub(crate) errors: u32,
    pub(crate) due_ms: i64,
}

/// The timers of a stay that begins now.
///
/// # Errors
/// When a condition cannot be decided, or a first firing cannot be computed.
pub(crate) fn first_states(
    workflow: &Workflow,
    step: &str,
    scope: &Scope<'_>,
) -> Result<IndexMap<String, TimerState>, String> {
    let mut states = IndexMap::new();
    let Some(stay) = workflow.definition.steps.get(step).and_then(|step| step.stay()) else {
        return Ok(states);
    };
    for (name, timer) in &stay.timers {
        let state =
            first_state(workflow, timer, scope).map_err(|reason| format!("timer `{name}`: {reason}"))?;
        states.extend(state.map(|state| (name.clone(), state)));
    }
    Ok(states)
}

/// The budget is spent, or there is no later firing: none. Otherwise counts the error and names the next try.
pub(crate) fn after_error(
    turn: &mut Turn<'_>,
    name: &str,
    too_early: bool,
    asked_ms: Option<i64>,
) -> Option<NextTry> {
    let (timer, schedule) = read(turn, name)?;
    let now_ms = turn.at_ms;
    let state = turn.instance.timers.get_mut(name)?;
    let retry_ms = schedule.retry(state.anchor_ms, now_ms, asked_ms);
    if too_early {
        let due_ms = schedule.next(state.anchor_ms, now_ms).or(retry_ms)?;
        return Some(NextTry { errors: state.errors, due_ms });
    }
    state.errors += 1;
    if state.errors >= timer.errors.max {
        return None;
    }
    Some(NextTry { errors: state.errors, due_ms: retry_ms? })
}

/// Counts a firing that succeeded, or that may have.
pub(crate) fn count_firing(turn: &mut Turn<'_>, name: &str) {
    if let Some(state) = turn.instance.timers.get_mut(name) {
        state.fired += 1;
        state.errors = 0;
    }
}

pub(crate) fn forget_errors(turn: &mut Turn<'_>, name: &str) {
    if let Some(state) = turn.instance.timers.get_mut(name) {
        state.errors = 0;
    }
}

/// Arms the next regular firing, unless the limit is reached.
pub(crate) fn rearm(turn: &mut Turn<'_>, name: &str) {
    let Some((timer, schedule)) = read(turn, name) else { return };
    let Some(state) = turn.instance.timers.get(name) else { return };
    let spent = timer.limit.is_some_and(|limit| state.fired >= limit);
    let due_ms = if spent { None } else { schedule.next(state.anchor_ms, turn.at_ms) };
    turn.set_due(name, due_ms);
}

/// Lets a stopped timer go on with its next regular firing.
pub(crate) fn resume(turn: &mut Turn<'_>, name: &str) {
    forget_errors(turn, name);
    rearm(turn, name);
}

/// Arms timers anew whose `first-at` field has changed before they ever fired.
pub(crate) fn follow_fields(turn: &mut Turn<'_>) {
    let Some(stay) = turn.stay() else { return };
    for (name, timer) in stay.timers.iter().filter(|(_, timer)| timer.first_at.is_some()) {
        let before = turn.instance.timers.get(name).cloned();
        let untouched = before
            .as_ref()
            .is_none_or(|state| state.fired == 0 && state.errors == 0 && state.due_ms.is_some());
        let after = first_state(turn.workflow, timer, &turn.scope());
        // Values of date fields are dates (`value.rs`); should one not be, the timer stays as it was armed.
        let (true, Ok(after)) = (untouched, after) else { continue };
        if before.as_ref().map(|state| state.anchor_ms) != after.as_ref().map(|state| state.anchor_ms) {
            replace(turn, name, after);
        }
    }
}

fn replace(turn: &mut Turn<'_>, name: &str, state: Option<TimerState>) {
    turn.set_due(name, None);
    let Some(state) = state else {
        turn.instance.timers.shift_remove(name);
        return;
    };
    let due_ms = state.due_ms;
    turn.instance.timers.insert(name.to_owned(), TimerState { due_ms: None, ..state });
    turn.set_due(name, due_ms);
}

fn first_state(workflow: &Workflow, timer: &Timer, scope: &Scope<'_>) -> Result<Option<TimerState>, String> {
    if let Some(when) = &timer.when
        && !workflow.decide(when, scope)?
    {
        return Ok(None);
    }
    let first = Schedule::read(timer)?.first(scope.at_ms, scope.at_ms, scope.form)?;
    let state =
        |First { anchor_ms, due_ms }| TimerState { anchor_ms, due_ms: Some(due_ms), fired: 0, errors: 0 };
    Ok(first.map(state))
}

fn read<'a>(turn: &Turn<'a>, name: &str) -> Option<(&'a Timer, Schedule)> {
    let timer = turn.stay()?.timers.get(name)?;
    Some((timer, Schedule::read(timer).ok()?))
}
