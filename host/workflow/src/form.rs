//! What an instance holds: fields, rows and attachments.
//!
//! Not here: the rules about them (`definition.rs`, `value.rs`).

pub mod complete;
pub mod edit;
pub mod written;

use std::fmt;

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

/// Where a value stands: `fields.title`, `lists.signers[r1].phone`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A field, by its name.
    Field(String),
    /// A list, by its name.
    List(String),
    /// A cell.
    Cell {
        /// The list.
        list: String,
        /// The row's key, or `new 2` for the second row of an edit that has none yet.
        row: String,
        /// The column.
        column: String,
    },
}

/// A value that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ValueProblem {
    /// Where.
    pub place: Place,
    /// Why, and what would be right.
    pub reason: String,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(formatter, "`fields.{name}`"),
            Self::List(name) => write!(formatter, "`lists.{name}`"),
            Self::Cell { list, row, column } => write!(formatter, "`lists.{list}[{row}].{column}`"),
        }
    }
}

impl fmt::Display for ValueProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.place, self.reason)
    }
}

impl Form {
    /// The files that are not deleted, in order (C70).
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| !attachment.deleted)
    }

    /// The file of this number.
    #[must_use]
    pub fn attachment(&self, id: u32) -> Option<&Attachment> {
        self.attachments.iter().find(|attachment| attachment.id == id)
    }

    /// The rows of a list; none when it is empty or unknown.
    #[must_use]
    pub fn rows(&self, list: &str) -> &[Row] {
        self.lists.get(list).map(Vec::as_slice).unwrap_or_default()
    }

    /// Sets a field; null empties it. True when that changed it.
    pub(crate) fn set(&mut self, field: &str, value: Value) -> bool {
        set(&mut self.fields, field, value)
    }
}

impl Row {
    /// Sets a cell; null empties it. True when that changed it.
    pub(crate) fn set(&mut self, column: &str, value: Value) -> bool {
        set(&mut self.cells, column, value)
    }
}

fn set(values: &mut IndexMap<String, Value>, name: &str, value: Value) -> bool {
    if value.is_null() {
        return values.shift_remove(name).is_some();
    }
    values.insert(name.to_owned(), value.clone()) != Some(value)
}
