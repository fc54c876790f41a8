//! Running the actions of a path, button or timer, one call at a time, on a form of their own (C23, C25).
//!
//! Not here: what begins a run (`apply/`), its input (`binding.rs`) and its outcomes (`outcome.rs`).

pub(crate) mod retrying;
pub(crate) mod sending;

use indexmap::IndexMap;

use crate::apply::{self, Turn};
use crate::binding::{self, Bound};
use crate::definition::automation::ActionStep;
use crate::effect::{CallRequest, Effect, Happening};
use crate::failure::Failure;
use crate::instance::{Phase, Run, Tries, Trigger};
use sending::Prepared;

/// What became of one action.
enum Progress {
    /// A call is under way.
    Calling,
    /// An earlier attempt's outcome counts.
    Reused(serde_json::Value),
}

/// A run that a person began.
pub(crate) fn attended(turn: &mut Turn<'_>, trigger: Trigger) -> Run {
    Run {
        trigger,
        actor: turn.actor.clone(),
        comment: None,
        path: None,
        on_path: false,
        position: 0,
        call_id: None,
        tries: None,
        skipped: std::mem::take(&mut turn.skipped),
        outcomes: IndexMap::new(),
        form: turn.instance.form.clone(),
        unattended: false,
        redirect: None,
        reported: None,
    }
}

/// A run that a timer or the outside began.
pub(crate) fn unattended(turn: &mut Turn<'_>, trigger: Trigger) -> Run {
    Run { unattended: true, ..attended(turn, trigger) }
}

/// The action at which a run stands.
pub(crate) fn action<'a>(turn: &Turn<'a>, run: &Run) -> Option<&'a ActionStep> {
    let stay = turn.stay()?;
    let actions = match (&run.path, &run.trigger) {
        (Some(path), _) if run.on_path => stay.paths.get(path).map(|path| &path.automation),
        (_, Trigger::Button(name)) => stay.buttons.get(name).map(|button| &button.automation),
        (_, Trigger::Timer(name)) => stay.timers.get(name).map(|timer| &timer.automation),
        (_, Trigger::Outside(event)) => stay.on.get(event).map(|reaction| &reaction.automation),
        (_, Trigger::Path(_)) => None,
    };
    actions?.get(run.position)
}

/// Runs action after action until one must wait for its call, one fails, or the run is done.
pub(crate) fn advance(turn: &mut Turn<'_>, mut run: Run) {
    loop {
        let Some(action) = action(turn, &run) else {
            if run.path.is_none() {
                run.path = apply::chosen(turn, &run);
            }
            if run.path.is_none() || run.on_path {
                return apply::finish(turn, run);
            }
            match enter_path(turn, &mut run) {
                Ok(()) => continue,
                Err(failure) => return apply::failed(turn, run, failure, None),
            }
        };
        match is_wanted(turn, &run, action) {
            Ok(true) => return attempt(turn, run, action),
            Ok(false) => {
                turn.record(Happening::ActionSkipped { action: action.action.clone(), reason: None });
                pass(&mut run);
            }
            Err(failure) => return apply::failed(turn, run, failure, Some(action)),
        }
    }
}

/// Runs the action at which the run stands, for the first time or again.
pub(crate) fn attempt(turn: &mut Turn<'_>, mut run: Run, action: &ActionStep) {
    match perform(turn, &mut run, action) {
        Ok(Progress::Calling) => turn.instance.phase = Phase::Running(Box::new(run)),
        Ok(Progress::Reused(outcome)) => apply::conclude(turn, run, outcome, &[]),
        Err(failure) => {
            run.call_id = None;
            apply::failed(turn, run, failure, Some(action));
        }
    }
}

/// Goes on to the next action.
pub(crate) fn pass(run: &mut Run) {
    run.call_id = None;
    run.tries = None;
    run.position += 1;
}

/// A timer or the outside goes on to the path. A check that is false is no error then: it is too early (C29).
fn enter_path(turn: &mut Turn<'_>, run: &mut Run) -> Result<(), Failure> {
    let name = run.path.clone().unwrap_or_default();
    let path = turn.stay().and_then(|stay| stay.paths.get(&name));
    let path =
        path.ok_or_else(|| Failure::invalid("path", format!("path `{name}` does not exist in this step")))?;
    let taken = Trigger::Path(name.clone());
    if turn.instance.incidents().any(|incident| incident.in_doubt && incident.trigger == taken) {
        return Err(Failure::not_ready(format!("{taken} is in doubt")));
    }
    if let Some(check) = &path.check {
        let holds = turn.workflow.decide(check, &turn.run_scope(run));
        if !holds.map_err(|reason| Failure::invalid("check", reason))? {
            let message = path.check_message.clone().unwrap_or_else(|| format!("`{check}` is not true"));
            return Err(Failure::not_ready(format!("{taken}: {message}")));
        }
    }
    turn.record(Happening::PathChosen { path: name, comment: None });
    run.on_path = true;
    run.position = 0;
    run.tries = None;
    Ok(())
}

/// Whether the action's condition holds, if it has one, and nobody has skipped it.
fn is_wanted(turn: &Turn<'_>, run: &Run, action: &ActionStep) -> Result<bool, Failure> {
    if run.skipped.contains(&sending::site(&turn.instance.step, run)) {
        return Ok(false);
    }
    let Some(when) = &action.when else { return Ok(true) };
    let holds = turn.workflow.decide(when, &turn.run_scope(run));
    holds.map_err(|reason| Failure::invalid("when", reason))
}

fn perform(turn: &mut Turn<'_>, run: &mut Run, action: &ActionStep) -> Result<Progress, Failure> {
    let bound = binding::bind(turn, run, action)?;
    if action.verb() != sending::VERB {
        call(turn, run, action, bound);
        return Ok(Progress::Calling);
    }
    match sending::prepare(turn, run, action, bound)? {
        Prepared::Send(bound) => {
            call(turn, run, action, bound);
            Ok(Progress::Calling)
        }
        Prepared::Sent(outcome) => Ok(Progress::Reused(outcome)),
    }
}

fn call(turn: &mut Turn<'_>, run: &mut Run, action: &ActionStep, bound: Bound) {
    turn.instance.calls += 1;
    let call_id = format!("{}-{}", turn.instance.id, turn.instance.calls);
    turn.record(Happening::ActionStarted { action: action.action.clone(), call_id: call_id.clone() });
    turn.effects.push(Effect::Call(Box::new(CallRequest {
        call_id: call_id.clone(),
        connection: bound.connection,
        action: action.verb().to_owned(),
        input: bound.input.into(),
        acting_user: bound.acting_user,
        attachments: bound.attachments,
        next_attachment: turn.instance.files + 1,
    })));
    run.call_id = Some(call_id);
    let first =
        Tries { action: action.action.clone(), count: 0, first_at_ms: turn.at_ms, due_ms: None, last: None };
    run.tries.get_or_insert(first).count += 1;
    run.reported = None;
}
