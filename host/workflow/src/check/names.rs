//! Ids and connections: are they written as ids, and does each connection lead somewhere?
//!
//! Not here: whether what an id refers to exists (the other files of `check/`).

use super::Check;
use super::report::MISSING;
use crate::contract::ACTIONS_INTERFACE;
use crate::definition::step::{Stay, Step};
use crate::position::join;

/// The longest id.
const ID_BYTES_MAX: usize = 64;

impl Check<'_> {
    pub(super) fn names(&mut self) {
        let definition = self.definition;
        self.word("/metadata/name", &definition.metadata.name);
        if definition.metadata.version == 0 {
            self.report.error("out-of-range", "/metadata/version", "versions count from 1");
        }
        self.keys("/connections", definition.connections.keys());
        self.variables("/fields", definition.fields.keys());
        self.variables("/lists", definition.lists.keys());
        for (name, list) in &definition.lists {
            self.variables(&format!("{}/columns", join("/lists", name)), list.columns.keys());
        }
        self.unique_words("/attachments/categories", &definition.attachments.categories);
        self.unique_words("/attachments/attributes", &definition.attachments.attributes);
        self.keys("/steps", definition.steps.keys());
        for (name, step) in &definition.steps {
            if let Step::User(stay) | Step::External(stay) = step {
                self.names_of_stay(&join("/steps", name), stay);
            }
        }
    }

    pub(super) fn connections(&mut self) {
        let definition = self.definition;
        for (name, need) in &definition.connections {
            let pointer = join("/connections", name);
            let patch = need.provides.strip_prefix(ACTIONS_INTERFACE);
            if need.provides != MISSING
                && !patch.is_some_and(|patch| patch.is_empty() || patch.starts_with('.'))
            {
                let message = format!(
                    "`{}` is no interface this host knows; write `{ACTIONS_INTERFACE}`",
                    need.provides
                );
                self.report.error("unknown-interface", &join(&pointer, "provides"), message);
            }
            let used = definition.actions().any(|action| action.connection() == name);
            if !used && self.intact("") {
                let message = format!(
                    "connection `{name}` is used by no action; remove it, or an operator must bind it in vain"
                );
                self.report.warn_at_key("unused-connection", &pointer, message);
            }
        }
    }

    fn names_of_stay(&mut self, pointer: &str, stay: &Stay) {
        self.keys(&join(pointer, "paths"), stay.paths.keys());
        self.keys(&join(pointer, "timers"), stay.timers.keys());
        self.keys(&join(pointer, "buttons"), stay.buttons.keys());
        self.unique_words(&join(pointer, "roles"), &stay.roles);
        for (name, path) in &stay.paths {
            self.unique_words(&format!("{}/roles", join(&join(pointer, "paths"), name)), &path.roles);
        }
        for (name, button) in &stay.buttons {
            self.unique_words(&format!("{}/roles", join(&join(pointer, "buttons"), name)), &button.roles);
        }
    }

    fn keys<'k>(&mut self, pointer: &str, names: impl Iterator<Item = &'k String>) {
        for name in names.filter(|name| !is_id(name, true)) {
            let message = format!("`{name}` is no id; write {}", example(name, '-'));
            self.report.error_at_key("bad-id", &join(pointer, name), message);
        }
    }

    /// Fields, lists and columns: conditions would read a hyphen as minus.
    fn variables<'k>(&mut self, pointer: &str, names: impl Iterator<Item = &'k String>) {
        for name in names {
            let full = join(pointer, name);
            if !is_id(name, false) {
                let message =
                    format!("`{name}` is no name that conditions can read; write {}", example(name, '_'));
                self.report.error_at_key("bad-id", &full, message);
            } else if name == "key" && pointer.ends_with("/columns") {
                self.report.error_at_key("bad-id", &full, "`key` is the row's own key; choose another name");
            }
        }
    }

    fn word(&mut self, pointer: &str, word: &str) {
        if word != MISSING && !is_id(word, true) {
            self.report.error("bad-id", pointer, format!("`{word}` is no id; write {}", example(word, '-')));
        }
    }

    fn unique_words(&mut self, pointer: &str, words: &[String]) {
        for (position, word) in words.iter().enumerate() {
            let full = join(pointer, &position.to_string());
            self.word(&full, word);
            if words.iter().take(position).any(|earlier| earlier == word) {
                self.report.error("duplicate-name", &full, format!("`{word}` is given twice"));
            }
        }
    }
}

fn is_id(name: &str, hyphens: bool) -> bool {
    let parts = |letter: char| letter == '_' || (hyphens && letter == '-');
    name.len() <= ID_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split(parts).all(|part| {
            !part.is_empty()
                && part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        })
}

/// What the id could look like.
fn example(name: &str, separator: char) -> String {
    let mut id = String::new();
    let mut before = ' ';
    for letter in name.chars().take(ID_BYTES_MAX) {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            id.push(separator);
        }
        before = letter;
        match letter {
            _ if letter.is_ascii_alphanumeric() => id.push(letter.to_ascii_lowercase()),
            _ if id.ends_with(separator) => {}
            _ => id.push(separator),
        }
    }
    let id = id.trim_start_matches(|letter: char| letter == separator || letter.is_ascii_digit());
    let id = id.trim_end_matches(separator);
    if is_id(id, true) { format!("`{id}`") } else { "lower-case letters, digits and separators".to_owned() }
}
