//! The actions that paths, timers and buttons run.
//!
//! Not here: running them (`crate::automation`) and building their input (`crate::binding`).

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::retry::Retry;

/// One action of an automation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ActionStep {
    /// `connection.action`: `sign.send-for-signature`.
    #[schemars(extend("examples" = ["sign.send-for-signature", "sign.get-document-status"]))]
    pub action: String,
    /// A name for its outcome, when the same action runs twice; the default is the action's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// CEL: skipped when false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Its input: literals, `${…}`, recipients and documents. Keys are the contract's.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub with: IndexMap<String, serde_json::Value>,
    /// E-mail of the user in whose context it runs, literal or `${…}` (C79).
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub acting_user: Option<String>,
    /// Fields to write, each from `${outcome.…}` (C66).
    #[schemars(extend("examples" = [{"external_document_id": "${outcome.document-id}"}]))]
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub save: IndexMap<String, String>,
    /// Rows to write, matched by row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub save_rows: Option<SaveRows>,
    /// Where files of the outcome go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<Attach>,
    /// Send the person who triggered it to this address (C37): `${outcome.link}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// Tries after a failure that passes by itself. Left out: a few within a minute, and none when a timer runs it,
    /// which has its own `errors`.
    #[schemars(extend("examples" = [{"limit": 5, "delay": "PT2S", "cap": "PT1M", "deadline": "PT10M"}]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
}

impl ActionStep {
    /// The connection: `sign` of `sign.send-for-signature`.
    #[must_use]
    pub fn connection(&self) -> &str {
        self.action.split_once('.').map_or("", |(connection, _)| connection)
    }

    /// The contract's action: `send-for-signature`.
    #[must_use]
    pub fn verb(&self) -> &str {
        self.action.split_once('.').map_or(self.action.as_str(), |(_, verb)| verb)
    }

    /// The name under which later expressions find its outcome.
    #[must_use]
    pub fn outcome_id(&self) -> &str {
        self.id.as_deref().unwrap_or_else(|| self.verb())
    }
}

/// The list that an outcome's rows are written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SaveRows {
    /// The list's name; columns `status`, `rejection_reason`, `link`, `provider_reference` are written where they exist.
    List(String),
    /// The list and, per column, what to write from `${row.…}`.
    Columns(SaveRowColumns),
}

/// A list with an explicit mapping (C61).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SaveRowColumns {
    /// The list.
    pub list: String,
    /// Column → `${row.code}`.
    pub columns: IndexMap<String, String>,
}

/// How fetched files become attachments (C65, C67).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attach {
    /// Their category.
    pub category: String,
    /// Mark an attachment of the same name and category deleted instead of keeping both.
    #[serde(default)]
    pub overwrite: bool,
}
