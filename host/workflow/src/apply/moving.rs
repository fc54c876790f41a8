//! Ending a run well: the form is kept, the path moves, decisions are followed, timers change hands.
//!
//! Coming back to the step one came from keeps the stay: its timers, their counts, cooldowns and the time of
//! entry (C26). Not here: computing firings (`timer.rs`).

use indexmap::IndexMap;

use super::{Turn, failing, incidents};
use crate::automation::sending;
use crate::definition::step::{EndOutcome, Step};
use crate::effect::{Effect, Happening};
use crate::failure::Failure;
use crate::form::Form;
use crate::instance::{Instance, Phase, Run, TimerState, Trigger, Waiting};
use crate::refusal::Refusal;
use crate::scope::Scope;
use crate::timer;

/// Decisions in a row before the definition counts as running in circles.
const HOPS_MAX: usize = 16;

/// Where a path leads, decided before anything is kept.
struct Destination {
    step: String,
    decided: Vec<Happening>,
    /// Timers of the new stay; none when the instance stays where it is.
    timers: Option<IndexMap<String, TimerState>>,
    /// Set when it is the end.
    end: Option<EndOutcome>,
}

/// Ends a run whose actions all succeeded. When the way on cannot be decided, the run fails after all.
pub(crate) fn finish(turn: &mut Turn<'_>, run: Run) {
    let planned = match path_of(turn, &run) {
        Some(to) => destination(turn, to, &turn.run_scope(&run)).map(Some),
        None => Ok(None),
    };
    match planned {
        Ok(destination) => keep(turn, run, destination),
        Err(reason) => failing::failed(turn, run, Failure::invalid("definition", reason), None),
    }
}

/// Puts a new instance into its first step, following decisions from there.
pub(super) fn begin(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    let undecidable = |reason| Refusal::Undecidable { what: "the first step".to_owned(), reason };
    let start = turn.workflow.definition.start.clone();
    let mut there = destination(turn, &start, &turn.scope()).map_err(undecidable)?;
    if there.timers.is_none() {
        there.timers = Some(first_timers(turn, &start, &turn.scope()).map_err(undecidable)?);
    }
    enter(turn, there);
    Ok(())
}

/// The step to which the run's path leads.
fn path_of<'a>(turn: &Turn<'a>, run: &Run) -> Option<&'a str> {
    turn.stay()?.paths.get(run.path.as_ref()?).map(|path| path.to.as_str())
}

fn destination(turn: &Turn<'_>, to: &str, scope: &Scope<'_>) -> Result<Destination, String> {
    let mut decided = Vec::new();
    let mut name = to;
    for _ in 0..=HOPS_MAX {
        let step = turn
            .workflow
            .definition
            .steps
            .get(name)
            .ok_or_else(|| format!("step `{name}` does not exist"))?;
        let Step::Decision(decision) = step else {
            return arrive(turn, name, step, (decided, scope));
        };
        let mut chosen = None;
        for case in &decision.cases {
            if turn.workflow.decide(&case.when, scope).map_err(|reason| format!("step `{name}`: {reason}"))? {
                chosen = Some(case);
                break;
            }
        }
        let next = chosen.map_or(&decision.otherwise, |case| &case.to);
        let case = chosen.map(|case| case.when.clone());
        decided.push(Happening::Decided { decision: name.to_owned(), case, to: next.clone() });
        name = next;
    }
    Err(format!("more than {HOPS_MAX} decisions follow one another from `{to}`; break the circle"))
}

fn arrive(
    turn: &Turn<'_>,
    name: &str,
    step: &Step,
    (decided, scope): (Vec<Happening>, &Scope<'_>),
) -> Result<Destination, String> {
    let end = match step {
        Step::Final(end) => Some(end.outcome),
        _ => None,
    };
    let timers = match name == turn.instance.step {
        true => None,
        false => Some(first_timers(turn, name, scope)?),
    };
    Ok(Destination { step: name.to_owned(), decided, timers, end })
}

fn first_timers(
    turn: &Turn<'_>,
    step: &str,
    scope: &Scope<'_>,
) -> Result<IndexMap<String, TimerState>, String> {
    timer::first_states(turn.workflow, step, scope)
}

/// Keeps what the run did, and moves.
fn keep(turn: &mut Turn<'_>, mut run: Run, destination: Option<Destination>) {
    let before = std::mem::replace(&mut turn.instance.form, std::mem::take(&mut run.form));
    record_files(turn, &before);
    sending::settle(turn, &run);
    note_success(turn, &run);
    let path = run.path.clone();
    incidents::close(turn, "it succeeded at last", |incident| {
        incident.trigger == run.trigger
            || path.as_ref().is_some_and(|path| incident.trigger == Trigger::Path(path.clone()))
    });
    if let Some(url) = run.redirect {
        turn.effects.push(Effect::Redirect { url });
    }
    let stays = destination.as_ref().is_none_or(|there| there.timers.is_none());
    if let Some(there) = destination {
        enter(turn, there);
    }
    if stays {
        if let Trigger::Timer(name) = &run.trigger {
            timer::rearm(turn, name);
        }
        timer::follow_fields(turn);
    }
}

fn record_files(turn: &mut Turn<'_>, before: &Form) {
    let new = turn.instance.form.attachments.iter().filter(|file| before.attachment(file.id).is_none());
    let lines: Vec<Happening> = new
        .map(|file| Happening::Attached {
            id: file.id,
            name: file.name.clone(),
            category: file.category.clone(),
        })
        .collect();
    for line in lines {
        turn.record(line);
    }
}

fn note_success(turn: &mut Turn<'_>, run: &Run) {
    match &run.trigger {
        Trigger::Timer(name) => timer::count_firing(turn, name),
        Trigger::Button(name) => {
            turn.instance.pressed_at_ms.insert(name.clone(), turn.at_ms);
        }
        Trigger::Path(_) | Trigger::Outside(_) => {}
    }
}

fn enter(turn: &mut Turn<'_>, there: Destination) {
    for decided in there.decided {
        turn.record(decided);
    }
    let Some(timers) = there.timers else { return };
    leave(turn);
    let from = std::mem::replace(&mut turn.instance.step, there.step.clone());
    if from != there.step {
        turn.record(Happening::Moved { from, to: there.step });
    }
    turn.instance.entered_at_ms = turn.at_ms;
    arm(turn, timers);
    if let Some(outcome) = there.end {
        sending::leave_behind(turn);
        end(&mut turn.instance, outcome);
        turn.record(Happening::Ended { outcome });
    }
}

/// Ends the stay: nothing of the step remains.
fn leave(turn: &mut Turn<'_>) {
    incidents::close(turn, "the instance left the step", |_| true);
    let armed: Vec<String> = turn.instance.timers.keys().cloned().collect();
    for timer in armed {
        turn.set_due(&timer, None);
    }
    turn.instance.timers.clear();
    turn.instance.pressed_at_ms.clear();
    turn.instance.waiting.retain(|waiting| matches!(waiting, Waiting::Outside(_)));
}

fn arm(turn: &mut Turn<'_>, timers: IndexMap<String, TimerState>) {
    for (name, state) in timers {
        let due_ms = state.due_ms;
        turn.instance.timers.insert(name.clone(), TimerState { due_ms: None, ..state });
        turn.set_due(&name, due_ms);
    }
}

fn end(instance: &mut Instance, outcome: EndOutcome) {
    instance.phase = Phase::Ended { outcome };
    instance.waiting.clear();
}
