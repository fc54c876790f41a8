//! Finds everything that is wrong with a definition, with its place.
//!
//! Not here: reading the text (`load/document.rs`) and running the workflow (`apply.rs`).

pub mod problem;
pub mod render;
pub(crate) mod texts;

use serde_json::Value;

pub use problem::{Problem, Severity};
pub use render::render;

use crate::contract::{self, NEUTRAL_SOURCES};
use crate::definition::Definition;
use crate::load::document;

/// What is known of the providers bound to a definition's connections. None means: nothing is known.
pub trait Catalogue {
    /// The contract's actions that the provider offers.
    fn actions(&self, connection: &str) -> Option<Vec<String>>;
    /// The ids of its data sources.
    fn sources(&self, connection: &str) -> Option<Vec<String>>;
    /// The ids of the rows of one source.
    fn rows(&self, connection: &str, source: &str) -> Option<Vec<String>>;
    /// Whether `sources` and `actions` are those of a real provider, so that a name that is missing is an error.
    fn is_bound(&self, connection: &str) -> bool;
}

/// Knows only the contract: its actions and the sources every provider is expected to have.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCatalogue;

impl Catalogue for NoCatalogue {
    fn actions(&self, _connection: &str) -> Option<Vec<String>> {
        Some(contract::actions().iter().map(|action| action.name.to_owned()).collect())
    }

    fn sources(&self, _connection: &str) -> Option<Vec<String>> {
        Some(NEUTRAL_SOURCES.iter().map(|name| (*name).to_owned()).collect())
    }

    fn rows(&self, _connection: &str, _source: &str) -> Option<Vec<String>> {
        None
    }

    fn is_bound(&self, _connection: &str) -> bool {
        false
    }
}

/// What an examination found.
#[derive(Debug)]
pub(crate) struct Examined {
    /// The definition and the document it came from, when the types fit.
    pub(crate) definition: Option<(Definition, Value)>,
    /// Everything found, in the order of the text.
    pub(crate) problems: Vec<Problem>,
}

/// Finds every problem of a definition.
#[must_use]
pub fn check(text: &str, catalogue: &dyn Catalogue) -> Vec<Problem> {
    examine(text, catalogue).problems
}

pub(crate) fn examine(text: &str, _catalogue: &dyn Catalogue) -> Examined {
    let document = match document::read(text) {
        Ok(document) => document,
        Err(problem) => return Examined { definition: None, problems: vec![problem] },
    };
    let mut problems = document.problems;
    let definition = match serde_json::from_value::<Definition>(document.value.clone()) {
        Ok(definition) => Some((definition, document.value)),
        Err(error) => {
            problems.push(Problem::at_start("schema", error.to_string()));
            None
        }
    };
    Examined { definition, problems }
}
