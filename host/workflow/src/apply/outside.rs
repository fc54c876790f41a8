//! What comes without a person: timers that are due, and news of the document. Both wait while a run goes on.
//!
//! Not here: when timers are due (`timer.rs`).

use super::{Turn, rights};
use crate::automation::{self, retrying};
use crate::definition::step::{DocumentState, OutsideEvent};
use crate::effect::Happening;
use crate::event::Actor;
use crate::instance::{Instance, Phase, Run, Trigger, Waiting};
use crate::refusal::Refusal;

pub(super) fn timer_due(turn: &mut Turn<'_>, name: &str) -> Result<(), Refusal> {
    if name == retrying::TIMER {
        return retry_due(turn);
    }
    let Some(state) = turn.instance.timers.get(name) else {
        let known = turn.instance.timers.keys().cloned().collect();
        return Err(Refusal::Unknown {
            what: format!("timer `{name}`"),
            step: turn.instance.step.clone(),
            known,
        });
    };
    match state.due_ms {
        Some(due_ms) if due_ms <= turn.at_ms => {}
        due_ms => return Err(Refusal::NotDue { timer: name.to_owned(), due_ms }),
    }
    turn.set_due(name, None);
    wait(&mut turn.instance, Waiting::Timer(name.to_owned()));
    Ok(())
}

/// An action that failed is tried again. What is refused here has changed nothing: the turn is dropped.
fn retry_due(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    let due_ms = turn.instance.waits().and_then(|tries| tries.due_ms);
    match (due_ms, retrying::take(turn)) {
        (Some(due_ms), Some(run)) if due_ms <= turn.at_ms => {
            retrying::again(turn, run);
            Ok(())
        }
        _ => Err(Refusal::NotDue { timer: retrying::TIMER.to_owned(), due_ms }),
    }
}

pub(super) fn document_changed(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    turn.record(Happening::DocumentChanged);
    wait(&mut turn.instance, Waiting::Outside(OutsideEvent::DocumentChanged));
    Ok(())
}

/// Takes up what waits, in the order it came, until a run must wait for a call or nothing is left.
pub(super) fn take_up_waiting(turn: &mut Turn<'_>) {
    while !turn.instance.waiting.is_empty() && is_free(&turn.instance) {
        let next = turn.instance.waiting.remove(0);
        turn.actor = Actor::default();
        match next {
            Waiting::Timer(name) => fire(turn, &name),
            Waiting::Outside(event) => react(turn, event),
        }
    }
}

/// Fires a timer of the current step; one of a step left meanwhile does nothing.
pub(super) fn fire(turn: &mut Turn<'_>, name: &str) {
    let Some(timer) = turn.stay().and_then(|stay| stay.timers.get(name)) else { return };
    turn.record(Happening::TimerFired { timer: name.to_owned() });
    let mut run = automation::unattended(turn, Trigger::Timer(name.to_owned()));
    run.path.clone_from(&timer.take);
    automation::advance(turn, run);
}

/// Reacts to news as the current step says; one that says nothing does nothing.
pub(super) fn react(turn: &mut Turn<'_>, event: OutsideEvent) {
    let Some(reaction) = turn.stay().and_then(|stay| stay.on.get(&event)) else { return };
    let trigger = match &reaction.take {
        Some(path) if reaction.automation.is_empty() => Trigger::Path(path.clone()),
        _ => Trigger::Outside(event),
    };
    let mut run = automation::unattended(turn, trigger);
    run.path.clone_from(&reaction.take);
    automation::advance(turn, run);
}

/// The path that the document's state chooses, once the actions that ask for it are done.
pub(crate) fn chosen(turn: &Turn<'_>, run: &Run) -> Option<String> {
    let Trigger::Outside(event) = &run.trigger else { return None };
    let reaction = turn.stay()?.on.get(event)?;
    let outcome = run.outcomes.get(reaction.asking()?.outcome_id())?;
    let state = serde_json::from_value(outcome.pointer("/status/state")?.clone()).ok()?;
    reaction.outcomes.get::<DocumentState>(&state).cloned()
}

fn is_free(instance: &Instance) -> bool {
    matches!(instance.phase, Phase::Resting) && rights::frozen_by(instance).is_none()
}

/// Two of the same are one: the run that takes it up reads the state anew anyway.
fn wait(instance: &mut Instance, event: Waiting) {
    if !instance.waiting.contains(&event) {
        instance.waiting.push(event);
    }
}
