//! A workflow definition as its author writes it, after loading.
//!
//! Not here: reading YAML and finding problems (`load.rs`, `check.rs`), and running it (`apply.rs`).

pub mod automation;
pub mod duration;
pub mod input;
pub mod retry;
pub mod step;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use automation::ActionStep;
use step::{Stay, Step};

/// One workflow definition. Immutable: instances stay on the digest they started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Definition {
    /// Format of this file.
    pub api_version: ApiVersion,
    /// What the file describes.
    pub kind: Kind,
    /// Its name and version.
    pub metadata: Metadata,
    /// The connections it needs, by the name its actions use.
    #[serde(default)]
    pub connections: IndexMap<String, ConnectionNeed>,
    /// Form fields, in the order of the form.
    #[serde(default)]
    pub fields: IndexMap<String, Field>,
    /// Item lists.
    #[serde(default)]
    pub lists: IndexMap<String, List>,
    /// Attachment categories and attributes.
    #[serde(default)]
    pub attachments: AttachmentRules,
    /// The step in which an instance begins.
    pub start: String,
    /// The steps.
    pub steps: IndexMap<String, Step>,
}

/// Formats this engine reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The first format.
    #[serde(rename = "countersign/v1")]
    V1,
}

/// Kinds of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Kind {
    /// A workflow.
    Workflow,
}

/// A definition's name and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Metadata {
    /// kebab-case name.
    pub name: String,
    /// Counts up with each change.
    #[schemars(range(max = 4_294_967_295_u64))]
    pub version: u32,
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A connection that the operator must bind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConnectionNeed {
    /// The contract interface: `countersign:provider/actions@0.1`.
    pub provides: String,
}

/// Kinds of value in a field or column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// One line of text.
    Text,
    /// Several lines of text.
    MultilineText,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// `2026-11-22`.
    Date,
    /// RFC 3339 with offset.
    DateTime,
    /// One e-mail address.
    Email,
    /// E.164.
    Phone,
    /// An absolute address.
    Url,
    /// A row of a data source, or one of `only`.
    Choice,
}

/// One form field, or one column of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Field {
    /// Its type.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Must be filled before a path is taken.
    #[serde(default)]
    pub required: bool,
    /// CEL: must be filled when true (`row` is the row, `fields` the form).
    #[schemars(extend("examples" = ["row.sms_authentication || row.sms_unlock"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_when: Option<String>,
    /// Written by actions only; people see it, and cannot edit it.
    #[serde(default)]
    pub technical: bool,
    /// No other instance of this workflow may hold the same value.
    #[serde(default)]
    pub unique: bool,
    /// Data source of a choice: `connection.source`.
    #[schemars(extend("examples" = ["sign.recipient-roles"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The only values allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Value of a new form or row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
}

/// An item list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct List {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its columns, in order.
    pub columns: IndexMap<String, Field>,
}

/// What attachments of an instance may be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttachmentRules {
    /// The categories; an attachment is in exactly one.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Names of attributes that people may set per attachment (C64).
    #[serde(default)]
    pub attributes: Vec<String>,
}

impl Definition {
    /// The steps in which an instance stays, by name.
    pub fn stays(&self) -> impl Iterator<Item = (&str, &Stay)> {
        self.steps.iter().filter_map(|(name, step)| Some((name.as_str(), step.stay()?)))
    }

    /// Every action of every path, timer and button, in the order of the file.
    pub fn actions(&self) -> impl Iterator<Item = &ActionStep> {
        self.stays().flat_map(|(_, stay)| stay.actions())
    }

    /// The field into which `connection` saves the id of a sent document: the default `document` of its other actions.
    #[must_use]
    pub fn document_field(&self, connection: &str) -> Option<&str> {
        self.actions()
            .filter(|action| action.connection() == connection && action.verb() == "send-for-signature")
            .find_map(|action| action.save.iter().find(|(_, from)| from.trim() == "${outcome.document-id}"))
            .map(|(field, _)| field.as_str())
    }
}
