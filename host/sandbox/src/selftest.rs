//! The selftest: a component that misbehaves on purpose, run in this sandbox over what an operator granted, and a
//! judgement on every end.
//!
//! The component lists its misbehaviours and the ends they must come to. The provider is played in this process: no
//! request leaves it, no token is fetched. The sandbox's own tests use the same parts.
//! Not here: the component (`components/hostile`), and the table that an operator sees (`host/server`).

mod address;
mod beside;
mod grant;
mod judge;
mod misbehaviour;
mod needle;
mod script;
mod stage;

use serde::Serialize;

pub use beside::{Ran, beside_others};
pub use grant::Grant;
pub use judge::{judge, words};
pub use misbehaviour::{Misbehaviour, PATIENT, misbehaviours};
pub use needle::{Needles, evidence, fingerprint};
pub use script::{METADATA, REPEATED, Script};
pub use stage::{NOW_MS, Notebook, Stage};

/// What came of one misbehaviour over one grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// The group it belongs to.
    pub family: String,
    /// Its name.
    pub name: String,
    /// What it does, in a sentence.
    pub does: String,
    /// Who ended it.
    pub ended_by: String,
    /// The kind of the failure it ended with, or `outcome`.
    pub result: String,
    /// Whether that is how it must end.
    pub verdict: Verdict,
    /// What is wrong with it, or what allows it. Never a secret.
    pub words: Vec<String>,
}

/// Whether the sandbox held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It ended as it must, and harmed nobody.
    Held,
    /// The configuration allows what a sandbox refuses by itself.
    Weakened,
    /// It did not end as it must, or it harmed somebody.
    Broken,
}
