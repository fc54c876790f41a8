//! What a run has written, kept apart from the form, so that the run can go on later on a form that people have changed.
//!
//! A run works on a copy of the form (C25). When it is interrupted, the copy is dropped and this is kept. Goes on: what
//! it had written is written again, except where somebody has given another value since; the later word counts.
//! Not here: the interrupted run (`instance.rs`).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Attachment, Form};

/// The difference that a run made to its form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Written {
    /// Fields.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<String, Rewrite>,
    /// Cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<CellRewrite>,
    /// Files that are new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// Files that were marked deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<u32>,
}

/// One value, rewritten; null is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rewrite {
    /// Before.
    pub from: Value,
    /// After.
    pub to: Value,
}

/// One cell, rewritten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CellRewrite {
    /// The list.
    pub list: String,
    /// The row's key.
    pub row: String,
    /// The column.
    pub column: String,
    /// Its value.
    #[serde(flatten)]
    pub value: Rewrite,
}

impl Written {
    /// What leads from one form to the other. A run adds no rows and removes none.
    pub(crate) fn between(before: &Form, after: &Form) -> Self {
        let mut cells = Vec::new();
        for (list, rows) in &after.lists {
            for row in rows {
                let old = before.rows(list).iter().find(|old| old.key == row.key);
                let none = IndexMap::new();
                for (column, value) in rewrites(old.map_or(&none, |old| &old.cells), &row.cells) {
                    cells.push(CellRewrite { list: list.clone(), row: row.key.clone(), column, value });
                }
            }
        }
        let is_deleted =
            |file: &&Attachment| file.deleted && before.attachment(file.id).is_some_and(|old| !old.deleted);
        Self {
            fields: rewrites(&before.fields, &after.fields).collect(),
            cells,
            files: after
                .attachments
                .iter()
                .filter(|file| before.attachment(file.id).is_none())
                .cloned()
                .collect(),
            deleted: after.attachments.iter().filter(is_deleted).map(|file| file.id).collect(),
        }
    }

    /// A form with it written. What has another value than the run found stays as it is.
    pub(crate) fn onto(&self, form: &Form) -> Form {
        let mut form = form.clone();
        for (name, Rewrite { from, to }) in &self.fields {
            if form.fields.get(name).unwrap_or(&Value::Null) == from {
                form.set(name, to.clone());
            }
        }
        for CellRewrite { list, row, column, value: Rewrite { from, to } } in &self.cells {
            let row =
                form.lists.get_mut(list).and_then(|rows| rows.iter_mut().find(|found| found.key == *row));
            if let Some(row) = row.filter(|row| row.cells.get(column).unwrap_or(&Value::Null) == from) {
                row.set(column, to.clone());
            }
        }
        for file in form.attachments.iter_mut().filter(|file| self.deleted.contains(&file.id)) {
            file.deleted = true;
        }
        form.attachments.extend(self.files.iter().cloned());
        // Numbers were taken in order while people may have added files since.
        form.attachments.sort_by_key(|file| file.id);
        form
    }
}

/// Names whose values differ.
fn rewrites(
    before: &IndexMap<String, Value>,
    after: &IndexMap<String, Value>,
) -> impl Iterator<Item = (String, Rewrite)> {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let differing = names.filter_map(|name| {
        let value = |form: &IndexMap<String, Value>| form.get(name).cloned().unwrap_or_default();
        let rewrite = Rewrite { from: value(before), to: value(after) };
        (rewrite.from != rewrite.to).then(|| (name.clone(), rewrite))
    });
    differing.collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Form, Written};

    fn form(title: Value, status: Value, files: &[(u32, bool)]) -> Form {
        let file = |(id, deleted): &(u32, bool)| {
            json!({"id": id, "name": "f.pdf", "media-type": "application/pdf", "size": 1, "sha256": "0",
                   "category": "c", "deleted": deleted})
        };
        let mut form: Form = serde_json::from_value(json!({
            "lists": {"signers": [{"key": "r1", "cells": {"email": "a@x.example"}}, {"key": "r2", "cells": {}}]},
            "attachments": files.iter().map(file).collect::<Vec<_>>(),
        }))
        .unwrap();
        form.set("title", title);
        form.lists["signers"][1].set("status", status);
        form
    }

    #[test]
    fn the_difference_leads_from_one_form_to_the_other() {
        let before = form(json!("A"), json!(null), &[(1, false)]);
        let after = form(json!("B"), json!("SIGNED"), &[(1, true), (2, false)]);
        assert_eq!(Written::between(&before, &after).onto(&before), after);
        assert_eq!(Written::between(&before, &before), Written::default());
    }

    #[test]
    fn the_later_word_of_a_person_counts() {
        let before = form(json!("A"), json!(null), &[(1, false)]);
        let written = Written::between(&before, &form(json!("B"), json!("SIGNED"), &[(1, true), (2, false)]));
        let mut since = form(json!("C"), json!(null), &[(1, false), (3, false)]);
        since.lists["signers"].remove(0);
        let mut expect = form(json!("C"), json!("SIGNED"), &[(1, true), (2, false), (3, false)]);
        expect.lists["signers"].remove(0);
        assert_eq!(written.onto(&since), expect);
        since.lists["signers"].clear();
        assert!(written.onto(&since).rows("signers").is_empty(), "rows that are gone stay gone");
    }
}
