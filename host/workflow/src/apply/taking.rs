//! People take paths and press buttons.
//!
//! Not here: running the actions (`automation.rs`) and moving (`moving.rs`).

use super::{Turn, rights};
use crate::automation;
use crate::definition::duration;
use crate::definition::step::{Button, Path, Stay};
use crate::effect::Happening;
use crate::form::complete;
use crate::instance::Trigger;
use crate::refusal::Refusal;

pub(super) fn take(turn: &mut Turn<'_>, name: &str, comment: Option<&str>) -> Result<(), Refusal> {
    rights::at_rest(turn)?;
    let path =
        find(turn, "path", name, |stay| stay.paths.get(name), |stay| stay.paths.keys().cloned().collect())?;
    rights::with_roles(turn, &path.roles)?;
    let comment = comment.map(str::trim).filter(|comment| !comment.is_empty()).map(str::to_owned);
    if path.require_comment && comment.is_none() {
        return Err(Refusal::CommentMissing { path: name.to_owned() });
    }
    rights::not_in_doubt(turn, &Trigger::Path(name.to_owned()))?;
    begin_path(turn, name, path, comment)
}

/// Begins a path for a person, once its form is complete and its check holds.
pub(super) fn begin_path(
    turn: &mut Turn<'_>,
    name: &str,
    path: &Path,
    comment: Option<String>,
) -> Result<(), Refusal> {
    let missing = complete::missing(turn.workflow, &turn.scope());
    let places =
        missing.map_err(|reason| Refusal::Undecidable { what: "what must be filled".to_owned(), reason })?;
    if !places.is_empty() {
        return Err(Refusal::ValuesMissing { places });
    }
    if let Some(check) = &path.check
        && !turn.decide(|| format!("check of path `{name}`"), check)?
    {
        let message =
            path.check_message.clone().unwrap_or_else(|| format!("its check `{check}` is not true"));
        return Err(Refusal::CheckFailed { path: name.to_owned(), message });
    }
    turn.record(Happening::PathChosen { path: name.to_owned(), comment: comment.clone() });
    let mut run = automation::attended(turn, Trigger::Path(name.to_owned()));
    run.comment = comment;
    run.path = Some(name.to_owned());
    run.on_path = true;
    automation::advance(turn, run);
    Ok(())
}

pub(super) fn press(turn: &mut Turn<'_>, name: &str) -> Result<(), Refusal> {
    rights::at_rest(turn)?;
    let button = find(
        turn,
        "button",
        name,
        |stay| stay.buttons.get(name),
        |stay| stay.buttons.keys().cloned().collect(),
    )?;
    rights::with_roles(turn, &button.roles)?;
    rights::not_in_doubt(turn, &Trigger::Button(name.to_owned()))?;
    if let Some(until_ms) = rests_until(turn, name, button).filter(|until_ms| turn.at_ms < *until_ms) {
        return Err(Refusal::Cooldown { button: name.to_owned(), until_ms });
    }
    begin_button(turn, name, button)
}

/// Begins a button's actions, when it is offered. A retry comes here without the cooldown.
pub(super) fn begin_button(turn: &mut Turn<'_>, name: &str, button: &Button) -> Result<(), Refusal> {
    if let Some(when) = &button.when
        && !turn.decide(|| format!("button `{name}`"), when)?
    {
        return Err(Refusal::NotOffered { button: name.to_owned() });
    }
    turn.record(Happening::ButtonPressed { button: name.to_owned() });
    let run = automation::attended(turn, Trigger::Button(name.to_owned()));
    automation::advance(turn, run);
    Ok(())
}

/// A path or button of the current step, or why there is none.
pub(super) fn find<'a, T>(
    turn: &Turn<'a>,
    kind: &str,
    name: &str,
    get: impl Fn(&'a Stay) -> Option<&'a T>,
    names: impl Fn(&'a Stay) -> Vec<String>,
) -> Result<&'a T, Refusal> {
    if let Some(found) = turn.stay().and_then(&get) {
        return Ok(found);
    }
    let (what, step) = (format!("{kind} `{name}`"), turn.instance.step.clone());
    let elsewhere = turn.workflow.definition.stays().find(|(_, stay)| get(stay).is_some());
    Err(match elsewhere {
        Some((belongs, _)) => Refusal::WrongStep { what, belongs: belongs.to_owned(), step },
        None => Refusal::Unknown { what, step, known: turn.stay().map(names).unwrap_or_default() },
    })
}

fn rests_until(turn: &Turn<'_>, name: &str, button: &Button) -> Option<i64> {
    let rest_ms = duration::milliseconds(button.cooldown.as_deref()?).ok()?;
    Some(turn.instance.pressed_at_ms.get(name)?.saturating_add(rest_ms))
}
