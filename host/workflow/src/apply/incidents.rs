//! Incidents: opening, closing, and people's answers to them.
//!
//! One stands in front, others queue behind it, one for each trigger. Not here: what leads to one (`failing.rs`).

use serde_json::json;

use super::{Turn, calls, failing, outside, rights, taking};
use crate::automation::{self, retrying, sending};
use crate::effect::Happening;
use crate::event::Answer;
use crate::failure::Failure;
use crate::instance::{Incident, Instance, Phase, Run, Trigger};
use crate::refusal::Refusal;
use crate::timer;

/// Opens an incident; it takes the place of an older one of the same trigger.
pub(super) fn open(turn: &mut Turn<'_>, incident: Incident) {
    turn.record(Happening::IncidentOpened { message: incident.message.clone() });
    let mut all = drain(&mut turn.instance);
    all.retain(|other| other.trigger != incident.trigger);
    all.push(incident);
    put(&mut turn.instance, all);
}

/// Closes the incidents that a condition names.
pub(super) fn close(turn: &mut Turn<'_>, reason: &str, ended: impl Fn(&Incident) -> bool) {
    let (closed, open): (Vec<_>, Vec<_>) = drain(&mut turn.instance).into_iter().partition(ended);
    put(&mut turn.instance, open);
    for _ in closed {
        turn.record(Happening::IncidentClosed { reason: reason.to_owned() });
    }
}

pub(super) fn retry(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    if let Some(run) = retrying::take(turn) {
        turn.record(Happening::IncidentRetried);
        retrying::again(turn, run);
        return Ok(());
    }
    idle(turn)?;
    let incident = front(turn)?;
    if incident.in_doubt {
        return Err(Refusal::InDoubt { message: incident.message.clone() });
    }
    let incident = incident.clone();
    again(turn, &incident)
}

/// Ends the waiting for the next try: the run fails as if it had been the last one.
pub(super) fn stop(turn: &mut Turn<'_>, reason: Option<&str>) -> Result<(), Refusal> {
    let Some(mut run) = retrying::take(turn) else {
        idle(turn)?;
        return Err(Refusal::NothingWaits);
    };
    let tries = run.tries.as_ref();
    let action = tries.map(|tries| tries.action.clone()).unwrap_or_default();
    let last = tries.and_then(|tries| tries.last.clone());
    turn.record(Happening::RetryStopped { action, reason: reason.map(str::to_owned) });
    turn.actor = run.actor.clone();
    run.call_id = last.as_ref().and_then(|last| last.call_id.clone());
    let failure =
        last.map_or_else(|| Failure::other("stopped", "it was stopped"), |last| Failure::new(last.failure));
    let action = automation::action(turn, &run);
    failing::ended(turn, run, failure, action);
    Ok(())
}

pub(super) fn dismiss(turn: &mut Turn<'_>, reason: &str, abandon: bool) -> Result<(), Refusal> {
    idle(turn)?;
    let (trigger, in_doubt) = front(turn).map(|incident| (incident.trigger.clone(), incident.in_doubt))?;
    if abandon {
        sending::abandon(turn, &trigger);
    }
    close(turn, reason, |incident| incident.trigger == trigger);
    if let Trigger::Timer(name) = &trigger {
        if in_doubt {
            timer::count_firing(turn, name);
        }
        timer::resume(turn, name);
    }
    Ok(())
}

pub(super) fn resolve(turn: &mut Turn<'_>, answer: &Answer, reason: Option<&str>) -> Result<(), Refusal> {
    idle(turn)?;
    let Some(incident) = rights::frozen_by(&turn.instance).cloned() else {
        return Err(Refusal::NothingInDoubt);
    };
    let Some(mut run) = interrupted(turn, &incident) else { return Err(Refusal::NothingInDoubt) };
    match answer {
        Answer::Sent { document_id } if document_id.trim().is_empty() => Err(Refusal::StrangeDocument {
            call_id: incident.call_id.unwrap_or_default(),
            document_id: document_id.clone(),
        }),
        Answer::Sent { document_id } => {
            close(turn, &because("the document was sent", reason), |open| open.trigger == run.trigger);
            run.call_id = incident.call_id;
            calls::conclude(turn, run, json!({"document-id": document_id.trim()}), &[]);
            Ok(())
        }
        Answer::NotSent => {
            sending::settle_unsent(turn, &run);
            close(turn, &because("the document was not sent", reason), |open| open.trigger == run.trigger);
            again(turn, &incident)
        }
    }
}

/// A send in doubt whose document the provider names is looked into again, with that document: its component asks how
/// far it came. Anything else is news of a document.
pub(super) fn found(turn: &mut Turn<'_>, document_id: &str, client_reference: &str) -> Result<(), Refusal> {
    let doubtful = rights::frozen_by(&turn.instance).filter(|incident| incident.in_doubt).cloned();
    if let Some(incident) = doubtful
        && let Some(run) = interrupted(turn, &incident)
        && sending::found(turn, &run, document_id, client_reference)
    {
        let reason = "the provider names the document with our reference";
        close(turn, reason, |open| open.trigger == run.trigger);
        return again(turn, &incident);
    }
    outside::document_changed(turn)
}

/// Goes on after the action that failed, as if its condition had been false.
pub(super) fn skip(turn: &mut Turn<'_>, reason: &str) -> Result<(), Refusal> {
    idle(turn)?;
    let incident = front(turn)?.clone();
    if incident.freezes() {
        return Err(Refusal::InDoubt { message: incident.message });
    }
    let Some(mut run) = interrupted(turn, &incident) else { return Err(Refusal::NothingToSkip) };
    close(turn, &because("the action was skipped", Some(reason)), |open| open.trigger == run.trigger);
    let action = incident.action.unwrap_or_default();
    turn.record(Happening::ActionSkipped { action, reason: Some(reason.to_owned()) });
    turn.actor = run.actor.clone();
    run.skipped.push(sending::site(&turn.instance.step, &run));
    automation::pass(&mut run);
    automation::advance(turn, run);
    Ok(())
}

/// The run that an incident interrupted, on the form of now: people may have mended it meanwhile.
fn interrupted(turn: &Turn<'_>, incident: &Incident) -> Option<Run> {
    let mut run = *incident.interrupted.clone()?;
    if let Some(written) = &incident.written {
        run.form = written.onto(&turn.instance.form);
    }
    Some(run)
}

/// What became of an incident, and why a person says so.
fn because(what: &str, reason: Option<&str>) -> String {
    reason.map_or_else(|| what.to_owned(), |reason| format!("{what}: {reason}"))
}

/// Runs the trigger again in the name of who began it; comment, roles and cooldown are not asked for again, and what a
/// person has skipped stays skipped.
fn again(turn: &mut Turn<'_>, incident: &Incident) -> Result<(), Refusal> {
    turn.record(Happening::IncidentRetried);
    turn.actor = incident.actor.clone();
    turn.skipped = incident.interrupted.as_ref().map(|run| run.skipped.clone()).unwrap_or_default();
    match &incident.trigger {
        Trigger::Path(name) => {
            let path = taking::find(turn, "path", name, |stay| stay.paths.get(name), |_| Vec::new())?;
            taking::begin_path(turn, name, path, incident.comment.clone())
        }
        Trigger::Button(name) => {
            let button = taking::find(turn, "button", name, |stay| stay.buttons.get(name), |_| Vec::new())?;
            taking::begin_button(turn, name, button)
        }
        Trigger::Outside(event) => {
            outside::react(turn, *event);
            Ok(())
        }
        Trigger::Timer(name) => {
            timer::forget_errors(turn, name);
            turn.set_due(name, None);
            outside::fire(turn, name);
            Ok(())
        }
    }
}

fn idle(turn: &Turn<'_>) -> Result<(), Refusal> {
    match &turn.instance.phase {
        Phase::Running(run) => Err(rights::busy(run)),
        Phase::Resting | Phase::Ended { .. } => Ok(()),
    }
}

fn front<'t>(turn: &'t Turn<'_>) -> Result<&'t Incident, Refusal> {
    turn.instance.incident.as_ref().ok_or(Refusal::NoIncident)
}

fn drain(instance: &mut Instance) -> Vec<Incident> {
    let further = std::mem::take(&mut instance.further_incidents);
    instance.incident.take().into_iter().chain(further).collect()
}

/// One in doubt stands in front, because nothing else may happen to it meanwhile; then the oldest.
fn put(instance: &mut Instance, mut all: Vec<Incident>) {
    all.sort_by_key(|incident| !incident.in_doubt);
    let mut all = all.into_iter();
    instance.incident = all.next();
    instance.further_incidents = all.collect();
}
