//! Trying an action again: a failure that passes by itself does not end the run at once, it waits (C177).
//!
//! Each try is a call of its own; a send keeps its client reference and its draft (`sending.rs`). While it waits the
//! instance is busy as with any run. The waiting is a timer of the host under a name that no definition can use, so
//! it outlives a restart. Timers bear errors by their own budget (`errors`), so what a timer does is tried again only
//! where the definition says so. Not here: how long the waits are (`definition/retry.rs`).

use sha2::{Digest as _, Sha256};

use crate::apply::{self, Turn};
use crate::definition::automation::ActionStep;
use crate::definition::retry::Policy;
use crate::effect::{Effect, Happening};
use crate::failure::Failure;
use crate::instance::{FailedTry, Phase, Run, Trigger};

/// The host's timer of a run that waits. No id: ids have no `!` (`check/names.rs`).
pub(crate) const TIMER: &str = "retry!";

/// Lets a run wait for its next try, or gives it back when there is none.
pub(crate) fn postpone(
    turn: &mut Turn<'_>,
    mut run: Run,
    failure: &Failure,
    action: &ActionStep,
) -> Option<Run> {
    let next = next_try(turn.at_ms, &run, failure, action);
    let call_id = run.call_id.clone();
    let Some(tries) = &mut run.tries else { return Some(run) };
    tries.last = Some(FailedTry { call_id, at_ms: turn.at_ms, failure: failure.clone().into_json() });
    tries.due_ms = next;
    let count = tries.count;
    let Some(due_ms) = next else { return Some(run) };
    run.call_id = None;
    turn.record(Happening::RetryPlanned { action: action.action.clone(), tries: count, due_ms });
    turn.effects.push(Effect::ArmTimer { timer: TIMER.to_owned(), due_ms });
    turn.instance.phase = Phase::Running(Box::new(run));
    None
}

/// Takes the run that waits out of the instance and disarms its timer; none when no run waits.
pub(crate) fn take(turn: &mut Turn<'_>) -> Option<Run> {
    let Phase::Running(run) = &mut turn.instance.phase else { return None };
    run.tries.as_mut()?.due_ms.take()?;
    turn.effects.push(Effect::DisarmTimer { timer: TIMER.to_owned() });
    match std::mem::replace(&mut turn.instance.phase, Phase::Resting) {
        Phase::Running(run) => Some(*run),
        _ => None,
    }
}

/// Tries again, in the name of who began the run.
pub(crate) fn again(turn: &mut Turn<'_>, run: Run) {
    turn.actor = run.actor.clone();
    match super::action(turn, &run) {
        Some(action) => super::attempt(turn, run, action),
        None => apply::failed(turn, run, Failure::other("lost-action", "the run stands at no action"), None),
    }
}

/// When the action is tried again; never before the provider allows it.
fn next_try(at_ms: i64, run: &Run, failure: &Failure, action: &ActionStep) -> Option<i64> {
    let policy = policy(run, action).filter(|_| failure.passes())?;
    let tries = run.tries.as_ref().filter(|tries| tries.count <= policy.limit)?;
    let asked_ms = failure.retry_after_ms().unwrap_or_default();
    let deadline_ms = tries.first_at_ms.saturating_add(policy.deadline_ms);
    let earliest_ms = at_ms.saturating_add(policy.wait_ms(tries.count, asked_ms, 0.0));
    if earliest_ms > deadline_ms {
        return None;
    }
    let chance = chance(run.call_id.as_deref().unwrap_or_default());
    let due_ms = at_ms.saturating_add(policy.wait_ms(tries.count, asked_ms, chance));
    Some(due_ms.min(deadline_ms))
}

fn policy(run: &Run, action: &ActionStep) -> Option<Policy> {
    match (&action.retry, &run.trigger) {
        (Some(retry), _) => retry.policy().ok(),
        (None, Trigger::Timer(_)) => None,
        (None, Trigger::Path(_) | Trigger::Button(_) | Trigger::Outside(_)) => Some(Policy::default()),
    }
}

/// A number between 0 and 1 that differs from call to call and is the same in every replay: the engine has no dice.
fn chance(call_id: &str) -> f64 {
    let digest = Sha256::digest(call_id.as_bytes());
    let number = digest.iter().take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    f64::from(number) / f64::from(u32::MAX)
}
