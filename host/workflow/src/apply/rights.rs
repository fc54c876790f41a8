//! Who may act, and when anybody may.
//!
//! Not here: what the operator's own roles allow (`host/server`).

use super::Turn;
use crate::definition::step::Step;
use crate::event::Actor;
use crate::instance::{Incident, Instance, Phase, Run, Trigger};
use crate::refusal::{Refusal, instant};

/// The role that may act everywhere.
pub const ADMIN: &str = "admin";
/// The role that mends what has failed.
pub const OPERATOR: &str = "operator";

/// Whether the actor may act in a step at all. An external step is nobody's task (C122), yet whoever has one of
/// its roles may act in it; without roles that is anybody.
pub(super) fn in_step(step: &Step, actor: &Actor) -> Result<(), Refusal> {
    step.stay().map_or(Ok(()), |stay| one_of(&stay.roles, actor))
}

/// Whether the actor may take a path or press a button of the current step: by its own roles, else by the step's.
pub(super) fn with_roles(turn: &Turn<'_>, own: &[String]) -> Result<(), Refusal> {
    let of_step = turn.stay().map(|stay| stay.roles.as_slice()).unwrap_or_default();
    one_of(if own.is_empty() { of_step } else { own }, &turn.actor)
}

/// Refuses while an automation runs, or while a send is in doubt: the form may be what was sent.
pub(super) fn at_rest(turn: &Turn<'_>) -> Result<(), Refusal> {
    if let Phase::Running(run) = &turn.instance.phase {
        return Err(busy(run));
    }
    match frozen_by(&turn.instance) {
        Some(incident) => Err(Refusal::InDoubt { message: incident.message.clone() }),
        None => Ok(()),
    }
}

/// With what the instance is busy, and until when it waits if it does.
pub(super) fn busy(run: &Run) -> Refusal {
    let until = run.waits().and_then(|tries| tries.due_ms);
    let until = until.map(|due_ms| format!(", which is tried again at {}", instant(due_ms)));
    Refusal::Busy { doing: format!("{}{}", run.trigger, until.unwrap_or_default()) }
}

/// The send in doubt that stops everything until a person answers.
pub(super) fn frozen_by(instance: &Instance) -> Option<&Incident> {
    instance.incident.as_ref().filter(|incident| incident.freezes())
}

/// Refuses what is itself in doubt, for example reminders that may have gone out.
pub(super) fn not_in_doubt(turn: &Turn<'_>, trigger: &Trigger) -> Result<(), Refusal> {
    let doubted =
        turn.instance.incidents().find(|incident| incident.in_doubt && incident.trigger == *trigger);
    match doubted {
        Some(incident) => Err(Refusal::InDoubt { message: incident.message.clone() }),
        None => Ok(()),
    }
}

/// Whether the actor mends what has failed.
pub(super) fn as_operator(actor: &Actor) -> Result<(), Refusal> {
    one_of(&[OPERATOR.to_owned()], actor)
}

fn one_of(needed: &[String], actor: &Actor) -> Result<(), Refusal> {
    let has = |role: &String| role == ADMIN || needed.contains(role);
    match needed.is_empty() || actor.roles.iter().any(has) {
        true => Ok(()),
        false => Err(Refusal::RoleMissing { needed: needed.to_vec() }),
    }
}
