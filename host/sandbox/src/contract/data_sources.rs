//! The lists that choice fields are bound to (`wit/data-sources.wit`).
//!
//! Not here: asking for them (`call/`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

use super::types::{Setting, Translation};

/// One list on offer.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Source {
    /// kebab-case id: `document-status`, `recipient-roles`, `recipient-status`, `signature-types`.
    pub id: String,
    /// Names for people.
    #[serde(default)]
    pub names: Vec<Translation>,
    /// Names of the columns beyond id and name.
    #[serde(default)]
    pub columns: Vec<String>,
    /// True when the rows come from the provider and a connection is needed.
    #[component(name = "needs-connection")]
    #[serde(default)]
    pub needs_connection: bool,
}

/// One value of a list.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Row {
    /// What is stored and sent.
    pub id: String,
    /// What is shown, in the provider's default language.
    pub name: String,
    /// What is shown in other languages.
    #[serde(default)]
    pub translations: Vec<Translation>,
    /// Values of the further columns, in the source's order.
    #[serde(default)]
    pub cells: Vec<String>,
}

/// What to look up.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct RowsInput {
    /// A source's id.
    pub source: String,
    /// Only rows whose id or name contains this text, in any case.
    #[serde(default)]
    pub filter: Option<String>,
    /// Settings of the connection that narrow the list, for example values switched off.
    #[serde(default)]
    pub settings: Vec<Setting>,
}
