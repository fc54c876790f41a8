//! From the text of a definition to a workflow that can run.
//!
//! Not here: finding problems (`check.rs`).

pub(crate) mod document;
mod tree;

use std::collections::HashMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use self::document::decode;
pub use crate::check::Problem;
use crate::check::{self, NoCatalogue, Severity};
use crate::condition::Condition;
use crate::definition::Definition;
use crate::scope::Scope;
use crate::template::{self, Template};

/// A definition that has no errors, with everything compiled.
#[derive(Debug)]
pub struct Workflow {
    /// The definition.
    pub definition: Definition,
    /// SHA-256, lower-case hex, of the definition as compact JSON: formatting, comments and the choice between
    /// YAML and JSON do not count, the order of keys does (it is the order of the form and of the cases).
    pub digest: String,
    /// What is not wrong and yet worth a look.
    pub warnings: Vec<Problem>,
    conditions: HashMap<String, Condition>,
    templates: HashMap<String, Template>,
}

impl Workflow {
    /// Decides one of the definition's conditions, by its text.
    ///
    /// # Errors
    /// When it cannot be decided; the message is for a person.
    pub fn decide(&self, condition: &str, scope: &Scope<'_>) -> Result<bool, String> {
        match self.conditions.get(condition) {
            Some(compiled) => compiled.evaluate(scope),
            None => Condition::compile(condition).map_err(|error| error.message)?.evaluate(scope),
        }
    }

    /// Renders one of the definition's texts.
    ///
    /// # Errors
    /// When a name in it does not exist; the message is for a person.
    pub fn render(&self, text: &str, scope: &Scope<'_>) -> Result<Value, String> {
        match self.templates.get(text) {
            Some(compiled) => compiled.render(scope),
            None => Template::parse(text).map_err(|error| error.message)?.render(scope),
        }
    }

    /// Renders every text inside a value.
    ///
    /// # Errors
    /// As for `render`.
    pub fn render_value(&self, value: &Value, scope: &Scope<'_>) -> Result<Value, String> {
        match value {
            Value::String(text) => self.render(text, scope),
            other => template::render_value(other, scope),
        }
    }
}

/// Loads a definition written in YAML or JSON, without asking any provider.
///
/// # Errors
/// Every problem of the text, errors and warnings, in the order of the text.
pub fn load(text: &str) -> Result<Workflow, Vec<Problem>> {
    let checked = check::examine(text, &NoCatalogue);
    let failed = checked.problems.iter().any(|problem| problem.severity == Severity::Error);
    match checked.definition {
        Some((definition, document)) if !failed => Ok(Workflow {
            digest: digest(&document),
            conditions: check::texts::conditions(&definition)
                .filter_map(|text| Some((text.to_owned(), Condition::compile(text).ok()?)))
                .collect(),
            templates: check::texts::templates(&definition)
                .into_iter()
                .filter_map(|text| Some((text.to_owned(), Template::parse(text).ok()?)))
                .collect(),
            definition,
            warnings: checked.problems,
        }),
        _ => Err(checked.problems),
    }
}

/// The digest of a document.
fn digest(document: &Value) -> String {
    hex::encode(Sha256::digest(document.to_string()))
}
