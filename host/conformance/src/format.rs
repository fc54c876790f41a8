//! The files of a case as a person writes them. Keys equal the names of `wit/`; unknown keys are errors.
//!
//! Not here: reading them from a folder (`case.rs`).

pub mod body;
pub mod event;
pub mod exchange;
pub mod expectations;
pub mod filled;
pub mod header;
pub mod schema;

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use filled::Filled;

/// `case.json`: what the action is given, and what must come of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CaseFile {
    /// What the case shows, in a sentence.
    pub docs: String,
    /// Where its exchanges come from.
    pub provenance: Provenance,
    /// What it covers: requirements (`C41`), pitfalls (`P1`), needed cases (`unknown-status`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// The time the call sees.
    pub now: Timestamp,
    /// E-mail of the acting user, when it is not the connection's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_user: Option<String>,
    /// Settings of the connection that are not those of `connection.json`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// The action's input.
    pub input: Value,
    /// The files granted to the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<GrantedFile>,
    /// What the action must answer; or `failure`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Value>,
    /// The failure the action must end in; or `outcome`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Value>,
    /// The document id that the component must tell through `progress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_created: Option<String>,
    /// The files the call must make, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub created: Vec<CreatedFile>,
}

/// Where the exchanges of a case come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Provenance {
    /// How they came about.
    pub kind: ProvenanceKind,
    /// Who says so; INFERRED facts are marked.
    pub source: String,
    /// When that was read or recorded: `2026-04-30`.
    pub date: jiff::civil::Date,
}

/// How exchanges came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProvenanceKind {
    /// Recorded from the provider, then redacted.
    Recorded,
    /// Written after the provider's documentation or a client that works.
    FromDocumentation,
    /// Made up, to show what a component must bear.
    Constructed,
}

/// A file granted to the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GrantedFile {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// The file of the case that holds its bytes; or `filled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How its bytes are made; or `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled: Option<Filled>,
}

/// A file the call must make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CreatedFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// The file of the case that holds the expected bytes; or `filled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How the expected bytes are made; or `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled: Option<Filled>,
}

/// `connection.json` of a provider: what its cases share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConnectionFile {
    /// A sentence about it.
    pub docs: String,
    /// The connection roles.
    pub roles: Vec<String>,
    /// Settings that are no secret.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// E-mail of the acting user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_user: Option<String>,
    /// Credentials by name, each with the literal word that stands for its value: the host keeps it from the
    /// component, and nothing that comes of a case may hold it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: BTreeMap<String, String>,
}
