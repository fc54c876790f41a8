//! What changed between two texts of the contract, how much it weighs, and the version it demands.
//!
//! The rules stand in `wit/README.md`, "Versions". Not here: reading a text (`shape.rs`).

use std::collections::BTreeMap;

use semver::Version;

use crate::shape::{Contract, Part, Shape};

/// What a change means for components of before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// They go on working.
    Compatible,
    /// They may not.
    Breaking,
}

/// One change, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) weight: Weight,
    pub(crate) words: String,
}

/// Everything that changed.
pub(crate) fn changes(old: &Contract, new: &Contract) -> Vec<Change> {
    let mut found = Vec::new();
    if old.package != new.package {
        found.push(breaking(format!("the package `{}` is called `{}`", old.package, new.package)));
    }
    for (name, part) in &old.parts {
        match new.parts.get(name) {
            Some(now) => found.extend(in_part(name, part, now)),
            None => found.push(breaking(format!("`{name}` is gone"))),
        }
    }
    let added = new.parts.keys().filter(|name| !old.parts.contains_key(*name));
    found.extend(added.map(|name| compatible(format!("`{name}` is new"))));
    found
}

/// The lowest version that may hold these changes: in 0.x the second number is the generation, later the first.
pub(crate) fn demanded(published: &Version, changes: &[Change]) -> Version {
    let Version { major, minor, patch, .. } = *published;
    match (changes.iter().map(|change| change.weight).max(), major) {
        (None, _) => published.clone(),
        (Some(Weight::Compatible), 0) => Version::new(0, minor, patch + 1),
        (Some(Weight::Compatible), _) => Version::new(major, minor + 1, 0),
        (Some(Weight::Breaking), 0) => Version::new(0, minor + 1, 0),
        (Some(Weight::Breaking), _) => Version::new(major + 1, 0, 0),
    }
}

fn in_part(name: &str, old: &Part, new: &Part) -> Vec<Change> {
    let mut found = Vec::new();
    for (offer, before) in &old.offers {
        match new.offers.get(offer) {
            None => found.push(breaking(format!("`{name}`: `{offer}` is gone"))),
            Some(now) if now != before => {
                found.push(breaking(format!("`{name}`: `{offer}` was `{before}` and is `{now}`")));
            }
            Some(_) => {}
        }
    }
    found.extend(added(name, &old.offers, &new.offers));
    for (ty, before) in &old.types {
        match new.types.get(ty) {
            None => found.push(breaking(format!("`{name}`: the type `{ty}` is gone"))),
            Some(now) => found.extend(in_type(&format!("{name}.{ty}"), before, now)),
        }
    }
    found.extend(added(name, &old.types, &new.types));
    found
}

fn added<T>(name: &str, old: &BTreeMap<String, T>, new: &BTreeMap<String, T>) -> Vec<Change> {
    let added = new.keys().filter(|offer| !old.contains_key(*offer));
    added.map(|offer| compatible(format!("`{name}`: `{offer}` is new"))).collect()
}

fn in_type(name: &str, old: &Shape, new: &Shape) -> Vec<Change> {
    if old.kind != new.kind {
        return vec![breaking(format!("`{name}` was `{}` and is `{}`", old.kind, new.kind))];
    }
    let word = match old.kind {
        "record" => "field",
        "flags" => "flag",
        _ => "case",
    };
    let find = |members: &[(String, String)], wanted: &str| {
        members.iter().find(|(member, _)| member == wanted).map(|(_, ty)| ty.clone())
    };
    let mut found = Vec::new();
    for (member, before) in &old.members {
        match find(&new.members, member) {
            None => found.push(breaking(format!("`{name}`: the {word} `{member}` is gone"))),
            Some(now) if now != *before => {
                found.push(breaking(format!("`{name}`: `{member}` was `{before}` and is `{now}`")));
            }
            Some(_) => {}
        }
    }
    let fresh = new.members.iter().filter(|(member, _)| find(&old.members, member).is_none());
    found.extend(fresh.map(|(member, _)| breaking(format!("`{name}`: the {word} `{member}` is new"))));
    if found.is_empty() && old.members != new.members {
        found.push(breaking(format!("`{name}`: the {word}s stand in another order")));
    }
    found
}

fn breaking(words: String) -> Change {
    Change { weight: Weight::Breaking, words }
}

fn compatible(words: String) -> Change {
    Change { weight: Weight::Compatible, words }
}
