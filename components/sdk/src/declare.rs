//! Short ways to write a manifest.
//!
//! What a manifest means is documented in the contract.

use crate::contract::manifest::{
    ActionDeclaration, Claim, ClaimValue, EgressRule, SettingDeclaration, SettingKind,
};
use crate::contract::types::Translation;
use crate::rows::{Named, switch_name, translated};

/// A rule for one request: `rule("api", "GET", "/documents/{id}")`.
#[must_use]
pub fn rule(role: &str, method: &str, path: &str) -> EgressRule {
    EgressRule { role: role.to_owned(), method: method.to_owned(), path: path.to_owned() }
}

/// A claim of a JWT assertion.
#[must_use]
pub fn claim(name: &str, value: ClaimValue) -> Claim {
    Claim { name: name.to_owned(), value }
}

/// An optional setting without a default.
#[must_use]
pub fn setting(
    name: &str,
    labels: &[(&str, &str)],
    description: &str,
    kind: SettingKind,
) -> SettingDeclaration {
    SettingDeclaration {
        name: name.to_owned(),
        label: translated(labels),
        description: description.to_owned(),
        kind,
        required: false,
        default: None,
    }
}

/// A setting with what counts when it is left out.
#[must_use]
pub fn with_default(default: &str, setting: SettingDeclaration) -> SettingDeclaration {
    SettingDeclaration { default: Some(default.to_owned()), ..setting }
}

/// A setting that is one of these words; the first counts when it is left out. `connection::choice` reads it.
#[must_use]
pub fn choice(words: &[&str], setting: SettingDeclaration) -> SettingDeclaration {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    SettingDeclaration { default: words.first().cloned(), kind: SettingKind::Choice(words), ..setting }
}

/// An action with its names and the requests it may make.
#[must_use]
pub fn action(name: &str, labels: Vec<Translation>, egress: Vec<EgressRule>) -> ActionDeclaration {
    ActionDeclaration { name: name.to_owned(), label: labels, egress, settings: Vec::new() }
}

/// An action for people who know several providers: `(AUTENTI) Send for signature`, in English, Polish and German.
#[must_use]
pub fn prefixed_action(
    prefix: &str,
    (name, en, pl, de): Named,
    egress: Vec<EgressRule>,
) -> ActionDeclaration {
    let [en, pl, de] = [en, pl, de].map(|label| format!("({prefix}) {label}"));
    action(name, translated(&[("en", &en), ("pl", &pl), ("de", &de)]), egress)
}

/// A switch for one value of a list, on unless switched off (C97, C99); `rows::switched_on` obeys it.
#[must_use]
pub fn switch(list: &str, (id, en, pl, de): Named) -> SettingDeclaration {
    let [en, pl, de] = [format!("Offer `{en}`"), format!("Pokazuj `{pl}`"), format!("`{de}` anbieten")];
    let labels = [("en", en.as_str()), ("pl", pl.as_str()), ("de", de.as_str())];
    let description = format!("Whether forms offer {id}.");
    SettingDeclaration {
        default: Some("true".to_owned()),
        ..setting(&switch_name(list, id), &labels, &description, SettingKind::Boolean)
    }
}
