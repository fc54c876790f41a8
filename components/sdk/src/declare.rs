//! Short ways to write a manifest.
//!
//! What a manifest means is documented in the contract.

use crate::contract::manifest::{
    ActionDeclaration, Claim, ClaimValue, EgressRule, SettingDeclaration, SettingKind,
};
use crate::contract::types::Translation;
use crate::rows::translated;

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

/// An action with its names and the requests it may make.
#[must_use]
pub fn action(name: &str, labels: Vec<Translation>, egress: Vec<EgressRule>) -> ActionDeclaration {
    ActionDeclaration { name: name.to_owned(), label: labels, egress, settings: Vec::new() }
}
