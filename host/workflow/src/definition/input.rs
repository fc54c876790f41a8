//! The two inputs that are more than a value: who takes part, and which files.
//!
//! Not here: reading rows and files (`crate::binding`).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::template::Template;

/// `recipients`: `${lists.NAME}`, or the list with a mapping of columns (C61) and a choice of rows (C89).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecipientRows {
    /// The list.
    pub list: String,
    /// Key of the recipient → column; keys that are not named take the column of their own name.
    #[serde(default)]
    pub columns: IndexMap<String, String>,
    /// CEL over `row`: only rows for which it is true.
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
    /// Only rows with this e-mail address, literal or `${…}`.
    #[serde(default)]
    pub email: Option<String>,
}

/// `documents`: by category and attribute, all, by number, or by query (C68–C74); each can be narrowed by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DocumentSelection {
    /// Only files of this category.
    #[serde(default)]
    pub category: Option<String>,
    /// Only files with this attribute set.
    #[serde(default)]
    pub attribute: Option<String>,
    /// Every file that is not deleted.
    #[serde(default)]
    pub all: bool,
    /// These files, by number; `${…}` is allowed.
    #[serde(default)]
    pub attachments: Option<Value>,
    /// A read-only SELECT that yields file ids.
    #[serde(default)]
    pub query: Option<String>,
    /// Only files whose name this regular expression matches.
    #[serde(default)]
    pub name_pattern: Option<String>,
}

impl RecipientRows {
    /// Reads the value of `recipients`.
    ///
    /// # Errors
    /// Says which two forms there are.
    pub fn read(value: &Value) -> Result<Self, String> {
        let wrong = || {
            "recipients are written `${lists.NAME}`, or `{list: NAME}` with `columns`, `where` or `email`"
                .to_owned()
        };
        match value {
            Value::String(text) => {
                let list = named_list(text).ok_or_else(wrong)?;
                Ok(Self { list, columns: IndexMap::new(), condition: None, email: None })
            }
            other => {
                let rows: Self = serde_json::from_value(other.clone()).map_err(|_| wrong())?;
                Ok(Self { list: named_list(&rows.list).unwrap_or(rows.list), ..rows })
            }
        }
    }
}

impl DocumentSelection {
    /// Reads the value of `documents`.
    ///
    /// # Errors
    /// Says which forms there are.
    pub fn read(value: &Value) -> Result<Self, String> {
        let wrong = || {
            "documents are written `{category: NAME}`, `{attribute: NAME}`, `{all: true}`, `{attachments: […]}` or `{query: SELECT …}`"
                .to_owned()
        };
        let selection: Self = serde_json::from_value(value.clone()).map_err(|_| wrong())?;
        let by_mark = selection.category.is_some() || selection.attribute.is_some();
        let ways = [by_mark, selection.all, selection.attachments.is_some(), selection.query.is_some()];
        match ways.iter().filter(|way| **way).count() {
            1 => Ok(selection),
            0 if selection.name_pattern.is_some() => Ok(selection),
            _ => Err(wrong()),
        }
    }
}

fn named_list(text: &str) -> Option<String> {
    Template::parse(text).ok()?.as_list().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DocumentSelection, RecipientRows};

    #[test]
    fn recipients_have_two_forms() {
        for (value, expected) in [
            (json!("${lists.signers}"), Some("signers")),
            (json!({"list": "signers", "columns": {"email": "mail"}}), Some("signers")),
            (json!("signers"), None),
            (json!("${fields.signers}"), None),
            (
                json!({"list": "${lists.signers}", "where": "row.sms", "email": "${actor.name}"}),
                Some("signers"),
            ),
            (json!({"rows": "signers"}), None),
            (json!([]), None),
        ] {
            let read = RecipientRows::read(&value).ok();
            assert_eq!(read.as_ref().map(|rows| rows.list.as_str()), expected, "{value}");
        }
    }

    #[test]
    fn documents_are_chosen_by_name_or_by_query() {
        for (value, right) in [
            (json!({"category": "to-sign"}), true),
            (json!({"category": "to-sign", "attribute": "final"}), true),
            (json!({"query": "SELECT ATT_ID FROM WFDataAttachmets"}), true),
            (json!({"category": "to-sign", "query": "SELECT 1"}), false),
            (json!({"all": true}), true),
            (json!({"attachments": [1, 2], "name-pattern": "^a"}), true),
            (json!({"name-pattern": "^a"}), true),
            (json!({"all": true, "category": "to-sign"}), false),
            (json!({}), false),
            (json!({"folder": "to-sign"}), false),
            (json!("to-sign"), false),
        ] {
            assert_eq!(DocumentSelection::read(&value).is_ok(), right, "{value}");
        }
    }
}
