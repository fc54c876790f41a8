//! What an instance holds: fields, rows and attachments.
//!
//! Not here: the rules about them (`definition.rs`).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The data of an instance. Absent means empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Form {
    /// Values of fields.
    #[serde(default)]
    pub fields: IndexMap<String, Value>,
    /// Rows of lists.
    #[serde(default)]
    pub lists: IndexMap<String, Vec<Row>>,
    /// Files, in the order they were added; deleted ones stay, flagged.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// Never reused within the instance: `r1`.
    pub key: String,
    /// Values of columns.
    pub cells: IndexMap<String, Value>,
}

/// One file of the instance. The bytes are elsewhere, under their digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attachment {
    /// Its number within the instance, from 1.
    pub id: u32,
    /// File name, without a path.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Its category.
    pub category: String,
    /// Attributes that are set (C64).
    #[serde(default)]
    pub attributes: Vec<String>,
    /// Deleted files are kept and never selected (C70).
    #[serde(default)]
    pub deleted: bool,
}

/// Changes a person makes to the form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FormEdit {
    /// Fields to set; null empties.
    #[serde(default)]
    pub fields: IndexMap<String, Value>,
    /// Lists to replace. A row with a `key` keeps it; one without gets a new one.
    #[serde(default)]
    pub lists: IndexMap<String, Vec<RowEdit>>,
}

/// One row as a person gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RowEdit {
    /// The key of an existing row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Values of columns.
    #[serde(flatten)]
    pub cells: IndexMap<String, Value>,
}
