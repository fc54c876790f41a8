//! Instances: a narrow row for lists and searches, and the whole as JSON.
//!
//! Not here: what the JSON says (`host/workflow/src/instance.rs`).

use std::convert::Infallible;
use std::str::FromStr;

use countersign_workflow::definition::step::EndOutcome;
use countersign_workflow::instance::{Instance, Phase};

use crate::error::EncodeError;

/// What lists show of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceSummary {
    /// Its id.
    pub id: String,
    /// Its running number.
    pub number: i64,
    /// Name of its definition.
    pub workflow: String,
    /// Digest of its definition.
    pub definition: String,
    /// Its version.
    pub version: u64,
    /// The step it is in.
    pub step: String,
    /// What it is doing.
    pub phase: PhaseName,
    /// How it ended, when it has.
    pub outcome: Option<EndOutcome>,
    /// Whether something needs a person.
    pub incident: bool,
    /// When it began.
    pub created_at_ms: i64,
    /// When it last changed.
    pub updated_at_ms: i64,
}

/// What an instance is doing, without the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseName {
    /// Waiting in its step.
    Resting,
    /// Running an automation.
    Running,
    /// Over.
    Ended,
}

/// An instance to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceRow {
    /// What lists show; `created_at_ms` counts only when the instance begins.
    pub summary: InstanceSummary,
    /// The whole instance, as JSON.
    pub json: String,
}

/// How a person or a program names an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceKey {
    /// The whole id.
    Id(String),
    /// The running number.
    Number(i64),
    /// The beginning of an id; must fit one instance only.
    Prefix(String),
}

/// Which instances to list. Empty lists all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstanceFilter {
    /// Of this workflow.
    pub workflow: Option<String>,
    /// In this step.
    pub step: Option<String>,
    /// In one of these steps, each with the digest of its definition.
    pub steps: Option<Vec<(String, String)>>,
    /// Doing this.
    pub phase: Option<PhaseName>,
    /// With an open incident, or without.
    pub incident: Option<bool>,
    /// Whose form holds this text in some value; case counts only outside ASCII.
    pub text: Option<String>,
}

/// A page of instances, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePage {
    /// The instances.
    pub instances: Vec<InstanceSummary>,
    /// Where the next page begins; none at the end.
    pub next: Option<i64>,
}

impl InstanceRow {
    /// Writes an instance as JSON, with the columns that lists need.
    pub fn of(instance: &Instance, at_ms: i64) -> Result<Self, EncodeError> {
        let json =
            serde_json::to_string(instance).map_err(|source| EncodeError { what: "an instance", source })?;
        let (phase, outcome) = match &instance.phase {
            Phase::Resting => (PhaseName::Resting, None),
            Phase::Running(_) => (PhaseName::Running, None),
            Phase::Ended { outcome } => (PhaseName::Ended, Some(*outcome)),
        };
        let summary = InstanceSummary {
            id: instance.id.clone(),
            number: instance.number,
            workflow: instance.workflow.clone(),
            definition: instance.definition.clone(),
            version: instance.version,
            step: instance.step.clone(),
            phase,
            outcome,
            incident: instance.incident.is_some(),
            created_at_ms: at_ms,
            updated_at_ms: at_ms,
        };
        Ok(Self { summary, json })
    }
}

impl InstanceKey {
    /// Names an instance by its whole id.
    #[must_use]
    pub fn id(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl FromStr for InstanceKey {
    type Err = Infallible;

    /// Digits are a number unless they begin with zero, as UUIDv7 ids do until the year 2527; 36 letters are an id.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        if text.len() == 36 {
            return Ok(Self::id(text));
        }
        let number = text.parse().ok().filter(|_| !text.starts_with(['0', '+', '-']));
        Ok(number.map_or_else(|| Self::Prefix(text.to_owned()), Self::Number))
    }
}

#[cfg(test)]
mod tests {
    use super::InstanceKey;

    #[test]
    fn keys_are_told_apart_by_their_look() {
        let cases = [
            ("42", InstanceKey::Number(42)),
            ("0190", InstanceKey::Prefix("0190".into())),
            ("019a-b", InstanceKey::Prefix("019a-b".into())),
            ("-1", InstanceKey::Prefix("-1".into())),
            ("99999999999999999999", InstanceKey::Prefix("99999999999999999999".into())),
            ("0190b5f0-1111-7000-8000-000000000001", InstanceKey::id("0190b5f0-1111-7000-8000-000000000001")),
        ];
        for (text, expect) in cases {
            assert_eq!(text.parse(), Ok(expect), "{text}");
        }
    }
}
