//! How what two components ask for differs, and whether the second asks for more.
//!
//! A line is *widened* when the component could do something by itself that it could not do before, or demands what
//! nobody has given yet; *narrowed* when it can do less; *changed* when it could do no more without an operator's act.
//! Not here: what follows from it (`host/server`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::{Capabilities, RoleAsked, SettingAsked, WebhookAsked};
use crate::contract::PACKAGE;

/// Which way a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More than before.
    Widened,
    /// Less than before.
    Narrowed,
    /// Other than before, and no more.
    Changed,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// Which way it goes.
    pub direction: Direction,
    /// What it is about: `import`, `role`, `authentication`, `action`, `rule`, `setting`, `webhook`, `data-source`,
    /// `memory`.
    pub part: &'static str,
    /// The name of it.
    pub name: String,
    /// What was asked for; none when nothing was.
    pub was: Option<String>,
    /// What is asked for; none when nothing is.
    pub is: Option<String>,
}

/// How one part is judged when its old and its new form are not the same.
type Judge<T> = fn(&str, Option<&T>, Option<&T>) -> Direction;

/// Everything in which the new capabilities differ from the old ones.
#[must_use]
pub fn difference(old: &Capabilities, new: &Capabilities) -> Vec<Change> {
    let both = |part: fn(&Capabilities) -> BTreeMap<String, String>| (part(old), part(new));
    let mut changes = Vec::new();
    compare("import", &both(imports), import, &mut changes);
    compare("role", &both(roles), appears, &mut changes);
    compare("authentication", &(schemes(old), schemes(new)), scheme, &mut changes);
    compare("action", &both(actions), appears, &mut changes);
    rules(old, new, &mut changes);
    compare("setting", &(old.settings.clone(), new.settings.clone()), setting, &mut changes);
    compare("webhook", &(old.webhooks.clone(), new.webhooks.clone()), webhook, &mut changes);
    compare("data-source", &both(data_sources), data_source, &mut changes);
    compare("memory", &both(memory), |_, _, _| Direction::Changed, &mut changes);
    changes
}

/// Whether any line asks for more.
#[must_use]
pub fn widened(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.direction == Direction::Widened)
}

fn compare<T: PartialEq + fmt::Display>(
    part: &'static str,
    (old, new): &(BTreeMap<String, T>, BTreeMap<String, T>),
    judge: Judge<T>,
    changes: &mut Vec<Change>,
) {
    for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (was, is) = (old.get(name), new.get(name));
        if was == is {
            continue;
        }
        let direction = judge(name, was, is);
        let (was, is) = (was.map(T::to_string), is.map(T::to_string));
        changes.push(Change { direction, part, name: name.clone(), was, is });
    }
}

fn imports(of: &Capabilities) -> BTreeMap<String, String> {
    of.imports.iter().map(|name| (name.clone(), "imported".to_owned())).collect()
}

/// A role with the addresses it suggests; the operator's `base-url` counts. Schemes have lines of their own.
fn roles(of: &Capabilities) -> BTreeMap<String, String> {
    let suggested = |asked: &RoleAsked| {
        let all = asked.environments.iter().map(|(name, url)| format!("{name} {url}"));
        all.reduce(|all, one| format!("{all}, {one}")).unwrap_or_else(|| "no address suggested".to_owned())
    };
    of.roles.iter().map(|(role, asked)| (role.clone(), suggested(asked))).collect()
}

fn actions(of: &Capabilities) -> BTreeMap<String, String> {
    of.actions.keys().map(|name| (name.clone(), "offered".to_owned())).collect()
}

fn data_sources(of: &Capabilities) -> BTreeMap<String, String> {
    let word = |asks: bool| if asks { "asks the provider" } else { "built in" };
    of.data_sources.iter().map(|(id, asks)| (id.clone(), word(*asks).to_owned())).collect()
}

fn memory(of: &Capabilities) -> BTreeMap<String, String> {
    BTreeMap::from([("at the start".to_owned(), format!("{} KiB", of.memory_bytes / 1024))])
}

fn schemes(of: &Capabilities) -> BTreeMap<String, Asks> {
    let of_role = |(role, asked): (&String, &RoleAsked)| {
        let named =
            |(scheme, asks): (&String, &BTreeSet<String>)| (format!("{role} {scheme}"), Asks(asks.clone()));
        asked.authentication.iter().map(named).collect::<Vec<_>>()
    };
    of.roles.iter().flat_map(of_role).collect()
}

/// The inert interfaces of WASI and our types give nothing; every other import is a capability.
fn import(name: &str, was: Option<&String>, is: Option<&String>) -> Direction {
    let interface = name.strip_prefix(PACKAGE).and_then(|rest| rest.strip_prefix('/'));
    match interface {
        None | Some("types") => Direction::Changed,
        Some(_) => appears(name, was, is),
    }
}

fn appears(_: &str, was: Option<&String>, is: Option<&String>) -> Direction {
    match (was, is) {
        (None, _) => Direction::Widened,
        (_, None) => Direction::Narrowed,
        _ => Direction::Changed,
    }
}

/// A further scheme must be picked by the operator before it counts. Other claims are signed with the operator's key
/// without further ado; so are other scopes asked for, and none at all means the server's default (RFC 6749 section 3.3).
fn scheme(name: &str, was: Option<&Asks>, is: Option<&Asks>) -> Direction {
    match (was, is) {
        (None, _) => Direction::Changed,
        (_, None) => Direction::Narrowed,
        (Some(was), Some(is)) => {
            let fewer = !is.0.is_empty() && is.0.is_subset(&was.0);
            let claims = name.ends_with(" oauth2-jwt-bearer");
            if fewer && !claims { Direction::Narrowed } else { Direction::Widened }
        }
    }
}

/// Settings are given, not taken: only one that nobody has given yet and that must be given asks for more.
fn setting(_: &str, was: Option<&SettingAsked>, is: Option<&SettingAsked>) -> Direction {
    let required = |setting: Option<&SettingAsked>| setting.is_some_and(|setting| setting.required);
    match (was, is) {
        (_, None) => Direction::Narrowed,
        _ if required(is) && !required(was) => Direction::Widened,
        _ if required(was) && !required(is) => Direction::Narrowed,
        _ => Direction::Changed,
    }
}

/// Which of two proofs is the stronger one is for a person to say.
fn webhook(_: &str, was: Option<&WebhookAsked>, is: Option<&WebhookAsked>) -> Direction {
    match (was, is) {
        (None, _) => Direction::Widened,
        (_, None) => Direction::Narrowed,
        (Some(was), Some(is)) if was.authentication != is.authentication => Direction::Widened,
        _ => Direction::Changed,
    }
}

/// What a list may request is said by the rules of `rows`.
fn data_source(_: &str, _: Option<&String>, is: Option<&String>) -> Direction {
    if is.is_none() { Direction::Narrowed } else { Direction::Changed }
}

/// A rule asks for more when no rule that the action had covers it: `/a/{id}` covers `/a/b`, and `/a/{other}`.
fn rules(old: &Capabilities, new: &Capabilities, changes: &mut Vec<Change>) {
    let none = BTreeSet::new();
    for action in old.actions.keys().chain(new.actions.keys()).collect::<BTreeSet<_>>() {
        let (was, is) = (old.actions.get(action).unwrap_or(&none), new.actions.get(action).unwrap_or(&none));
        let line = |direction, was: Option<&String>, is: Option<&String>| Change {
            direction,
            part: "rule",
            name: action.clone(),
            was: was.cloned(),
            is: is.cloned(),
        };
        let gone = was.iter().filter(|rule| !is.iter().any(|other| covers(other, rule)));
        let fresh = is.iter().filter(|rule| !was.iter().any(|other| covers(other, rule)));
        // What a template gave way to stands beside it.
        changes.extend(gone.map(|rule| line(Direction::Narrowed, Some(rule), below(rule, is))));
        changes.extend(fresh.map(|rule| line(Direction::Widened, below(rule, was), Some(rule))));
    }
}

fn below<'a>(rule: &str, others: &'a BTreeSet<String>) -> Option<&'a String> {
    others.iter().find(|other| covers(rule, other))
}

fn covers(wide: &str, narrow: &str) -> bool {
    let any = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
    let (wide, narrow): (Vec<_>, Vec<_>) = (wide.split('/').collect(), narrow.split('/').collect());
    // A template takes no empty segment (`capability/http/grant.rs`).
    wide.len() == narrow.len()
        && wide.iter().zip(narrow).all(|(wide, narrow)| *wide == narrow || (any(wide) && !narrow.is_empty()))
}

/// What a scheme has the host ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asks(BTreeSet<String>);

impl fmt::Display for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("offered") } else { f.write_str(&joined(&self.0)) }
    }
}

impl fmt::Display for SettingAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.required { "required " } else { "" })?;
        f.write_str(&self.kind)?;
        self.default.iter().try_for_each(|default| write!(f, ", `{default}` when left out"))
    }
}

impl fmt::Display for WebhookAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.authentication, joined(&self.events))
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Widened => "widened",
            Self::Narrowed => "narrowed",
            Self::Changed => "changed",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} `{}`: ", self.direction, self.part, self.name)?;
        match (&self.was, &self.is) {
            (Some(was), Some(is)) => write!(f, "{was} → {is}"),
            (Some(was), None) => write!(f, "no longer {was}"),
            (_, is) => f.write_str(is.as_deref().unwrap_or_default()),
        }
    }
}

fn joined(words: &BTreeSet<String>) -> String {
    words.iter().cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
