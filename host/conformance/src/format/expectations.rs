//! `expectations.json` of a provider: what is not as it should be, or not there, each with its reason.
//!
//! Not here: which cases every provider needs (`needs.rs`).

use schemars::JsonSchema;
use serde::Deserialize;

/// The exceptions of a provider. A provider that has this file says that its cases are complete but for these.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectationsFile {
    /// A sentence about them.
    pub docs: String,
    /// Cases that are not run, or known to fail.
    #[serde(default)]
    pub cases: Vec<ExpectedCase>,
    /// Needed cases that are not there.
    #[serde(default)]
    pub absent: Vec<AbsentCase>,
}

/// A case with an expectation of its own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectedCase {
    /// Its folder below the provider's: `get-document/late-file`.
    pub case: String,
    /// What is done about it.
    pub expect: Expect,
    /// Why.
    pub reason: String,
}

/// What is expected of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// It is not run.
    Skip,
    /// It is run and fails; that it passes is an error.
    Failure,
}

/// A needed case that is not there.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AbsentCase {
    /// Which: `paging`.
    pub needed: String,
    /// Why not.
    pub reason: String,
}
