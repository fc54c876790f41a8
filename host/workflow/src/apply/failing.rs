//! What follows when an automation fails: the instance stays in its step, the form as it was (C25).
//!
//! Not here: failures themselves (`failure.rs`) and answering incidents (`incidents.rs`).

use super::{Turn, incidents};
use crate::automation::{retrying, sending};
use crate::definition::automation::ActionStep;
use crate::effect::Happening;
use crate::failure::Failure;
use crate::form::Form;
use crate::form::written::Written;
use crate::instance::{Incident, Run, Trigger};
use crate::refusal::instant;
use crate::timer;

/// Takes a failure of a run, at an action or between actions. One that passes by itself may let the run wait for
/// another try. Otherwise the run ends: what it changed on the form is dropped, what is known of a document at the
/// provider is kept.
pub(crate) fn failed(turn: &mut Turn<'_>, mut run: Run, failure: Failure, action: Option<&ActionStep>) {
    if let Some(action) = action {
        turn.record(Happening::ActionFailed {
            action: action.action.clone(),
            call_id: run.call_id.clone(),
            failure: failure.clone().into_json(),
        });
        if action.verb() == sending::VERB && failure.is_in_doubt() {
            sending::doubt(turn, &run);
        }
        let Some(failed) = retrying::postpone(turn, run, &failure, action) else { return };
        run = failed;
    }
    ended(turn, run, failure, action);
}

/// Ends a run that failed for good.
pub(super) fn ended(turn: &mut Turn<'_>, run: Run, failure: Failure, action: Option<&ActionStep>) {
    if failure.is_in_doubt() {
        stop_doubted(turn, &run);
        let incident = incident(turn, run, &failure, action);
        return incidents::open(turn, incident);
    }
    match run.trigger.clone() {
        Trigger::Timer(name) => timer_failed(turn, &name, run, &failure, action),
        Trigger::Path(_) | Trigger::Outside(_) if run.unattended && failure.is_not_ready() => {}
        Trigger::Path(_) | Trigger::Button(_) | Trigger::Outside(_) => {
            let incident = incident(turn, run, &failure, action);
            incidents::open(turn, incident);
        }
    }
}

/// What is in doubt is not repeated by itself: its timer stops, its button rests.
fn stop_doubted(turn: &mut Turn<'_>, run: &Run) {
    match &run.trigger {
        Trigger::Timer(name) => turn.set_due(name, None),
        Trigger::Button(name) => {
            turn.instance.pressed_at_ms.insert(name.clone(), turn.at_ms);
        }
        Trigger::Path(_) | Trigger::Outside(_) => {}
    }
}

/// Timers bear errors up to their budget; too early is no error, the next firing looks again.
fn timer_failed(turn: &mut Turn<'_>, name: &str, run: Run, failure: &Failure, action: Option<&ActionStep>) {
    let too_early = failure.is_not_ready();
    let Some(next) = timer::after_error(turn, name, too_early, failure.retry_after_ms()) else {
        turn.record(Happening::TimerStopped { timer: name.to_owned() });
        let incident = incident(turn, run, failure, action);
        return incidents::open(turn, incident);
    };
    let (timer, message) = (name.to_owned(), failure.message());
    turn.record(match too_early {
        true => Happening::TimerTooEarly { timer, reason: message },
        false => Happening::TimerErred { timer, errors: next.errors, message },
    });
    turn.set_due(name, Some(next.due_ms));
}

fn incident(turn: &Turn<'_>, run: Run, failure: &Failure, action: Option<&ActionStep>) -> Incident {
    let in_doubt = failure.is_in_doubt();
    let during = run.trigger.to_string();
    let what = action.map_or_else(|| during.clone(), |action| format!("`{}` ({during})", action.action));
    let next = match (in_doubt, &run.trigger) {
        (true, _) => "nothing is repeated until a person has answered".to_owned(),
        (false, Trigger::Timer(_)) => {
            "the timer has stopped until the incident is retried or dismissed".to_owned()
        }
        (false, Trigger::Path(_)) => {
            format!("the instance stays in `{}` until the path is retried", turn.instance.step)
        }
        (false, Trigger::Outside(_)) => {
            "it is asked again with the next news, or when the incident is retried".to_owned()
        }
        (false, Trigger::Button(_)) => "retry or dismiss the incident".to_owned(),
    };
    let message = format!("{what}: {}{}; {next}", failure.message(), history(turn, &run, failure));
    let written = action.map(|_| Written::between(&turn.instance.form, &run.form));
    Incident {
        trigger: run.trigger.clone(),
        action: action.map(|action| action.action.clone()),
        call_id: run.call_id.clone(),
        failure: failure.clone().into_json(),
        in_doubt,
        message,
        opened_at_ms: turn.at_ms,
        actor: run.actor.clone(),
        comment: run.comment.clone(),
        written,
        interrupted: action.map(|_| Box::new(Run { form: Form::default(), tries: None, ..run })),
    }
}

/// How often it was tried, and when the provider allows the next try.
fn history(turn: &Turn<'_>, run: &Run, failure: &Failure) -> String {
    let mut words = String::new();
    if let Some(tries) = run.tries.as_ref().filter(|tries| tries.count > 1) {
        words = format!("; tried {} times since {}", tries.count, instant(tries.first_at_ms));
    }
    if let Some(asked_ms) = failure.retry_after_ms() {
        let failed_at_ms = run.tries.as_ref().and_then(|tries| Some(tries.last.as_ref()?.at_ms));
        let allowed_ms = failed_at_ms.unwrap_or(turn.at_ms).saturating_add(asked_ms);
        words = format!("{words}; the provider allows the next try at {}", instant(allowed_ms));
    }
    words
}
