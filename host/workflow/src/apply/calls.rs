//! What calls report: documents made, outcomes and failures.
//!
//! Not here: writing outcomes to the form (`outcome.rs`) and what follows from failures (`failing.rs`).

use serde_json::Value;

use super::{Turn, failing};
use crate::automation::{self, sending};
use crate::contract;
use crate::definition::automation::ActionStep;
use crate::effect::Happening;
use crate::failure::Failure;
use crate::form::Attachment;
use crate::instance::{Phase, Run};
use crate::outcome;
use crate::refusal::Refusal;

pub(super) fn document_created(turn: &mut Turn<'_>, call_id: &str, document_id: &str) -> Result<(), Refusal> {
    let strange =
        || Refusal::StrangeDocument { call_id: call_id.to_owned(), document_id: document_id.to_owned() };
    running(turn, call_id)?;
    let Phase::Running(run) = &mut turn.instance.phase else { return Err(strange()) };
    turn.actor = run.actor.clone();
    let site = sending::site(&turn.instance.step, run);
    let Some(unfinished) = turn.instance.unfinished_documents.get_mut(&site) else { return Err(strange()) };
    match run.reported.as_deref() {
        Some(known) if known == document_id => return Ok(()),
        None if !document_id.trim().is_empty() => run.reported = Some(document_id.to_owned()),
        _ => return Err(strange()),
    }
    // A draft of an earlier attempt may be gone at the provider; then this call has made another.
    let before = unfinished.clone();
    if unfinished.document_id.replace(document_id.to_owned()).as_deref() == Some(document_id) {
        return Ok(());
    }
    let (connection, client_reference) = (unfinished.connection.clone(), unfinished.client_reference.clone());
    if before.document_id.is_some() {
        sending::replaced(turn, &before);
    }
    turn.record(Happening::DocumentCreated { document_id: document_id.to_owned() });
    sending::correlate(turn, connection, document_id, client_reference);
    Ok(())
}

pub(super) fn succeeded(
    turn: &mut Turn<'_>,
    call_id: &str,
    outcome: &Value,
    attachments: &[Attachment],
) -> Result<(), Refusal> {
    running(turn, call_id)?;
    let Some(run) = take_run(turn) else { return Ok(()) };
    conclude(turn, run, outcome.clone(), attachments);
    Ok(())
}

pub(super) fn failed(turn: &mut Turn<'_>, call_id: &str, failure: &Value) -> Result<(), Refusal> {
    running(turn, call_id)?;
    let Some(run) = take_run(turn) else { return Ok(()) };
    let action = automation::action(turn, &run);
    failing::failed(turn, run, Failure::new(failure.clone()), action);
    Ok(())
}

/// Takes an outcome for the action at which the run stands, and goes on after it.
pub(crate) fn conclude(turn: &mut Turn<'_>, mut run: Run, outcome: Value, attachments: &[Attachment]) {
    let Some(action) = automation::action(turn, &run) else {
        let failure = Failure::other("lost-action", "the run stands at no action of its definition");
        return failing::failed(turn, run, failure, None);
    };
    let outcome = match contract::action(action.verb()) {
        Some(verb) => verb.present(outcome),
        None => outcome,
    };
    let before = run.form.clone();
    match write(turn, &mut run, action, outcome, attachments) {
        Ok(()) => {
            automation::pass(&mut run);
            automation::advance(turn, run);
        }
        Err(failure) => {
            // Of an outcome that does not fit, nothing is kept: the run may go on without this action.
            run.form = before;
            failing::failed(turn, run, failure, Some(action));
        }
    }
}

fn write(
    turn: &mut Turn<'_>,
    run: &mut Run,
    action: &ActionStep,
    outcome: Value,
    attachments: &[Attachment],
) -> Result<(), Failure> {
    if action.verb() == sending::VERB {
        let sent = sending::sent(turn, run, &outcome)?;
        if sent.is_news {
            sending::correlate(turn, sent.connection, &sent.document_id, sent.client_reference);
        }
    }
    let saved = outcome::write(turn, run, action, &outcome, attachments)?;
    if let Some(call_id) = run.call_id.clone() {
        turn.record(Happening::ActionSucceeded { action: action.action.clone(), call_id, saved });
    }
    outcome::record_skipped(turn, action, &outcome);
    run.outcomes.insert(action.outcome_id().to_owned(), outcome);
    Ok(())
}

fn running<'t>(turn: &'t Turn<'_>, call_id: &str) -> Result<&'t Run, Refusal> {
    match &turn.instance.phase {
        Phase::Running(run) if run.call_id.as_deref() == Some(call_id) => Ok(run),
        _ => Err(Refusal::UnknownCall { call_id: call_id.to_owned() }),
    }
}

/// Takes the run out of the instance; history from here on is in the name of who began it.
fn take_run(turn: &mut Turn<'_>) -> Option<Run> {
    match std::mem::replace(&mut turn.instance.phase, Phase::Resting) {
        Phase::Running(run) => {
            turn.actor = run.actor.clone();
            Some(*run)
        }
        other => {
            turn.instance.phase = other;
            None
        }
    }
}
