//! Finds everything that is wrong with a definition, with its place.
//!
//! Not here: reading the text (`load/document.rs`) and running the workflow (`apply.rs`).

mod actions;
mod awaited;
mod expression;
mod flow;
mod form;
mod inputs;
mod limits;
mod names;
pub mod problem;
pub mod render;
mod repair;
mod report;
mod retries;
mod shape;
mod steps;
pub(crate) mod texts;
mod timers;
mod types;
mod uses;

use report::Report;
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
    /// What is wrong with an attachment query, when the host can tell: this crate knows no SQL.
    ///
    /// # Errors
    /// What is wrong, for a person.
    fn query(&self, _query: &str) -> Result<(), String> {
        Ok(())
    }
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

/// What every check works with.
struct Check<'a> {
    definition: &'a Definition,
    catalogue: &'a dyn Catalogue,
    report: Report<'a>,
    /// Places where parts had to be taken away or replaced before checking.
    repaired: &'a [shape::Misfit],
}

pub(crate) fn examine(text: &str, catalogue: &dyn Catalogue) -> Examined {
    let text = document::without_mark(text);
    let document = match document::read(text) {
        Ok(document) => document,
        Err(problem) => return Examined { definition: None, problems: vec![problem] },
    };
    let mut report = Report::new(text, &document.positions);
    document.problems.into_iter().for_each(|problem| report.add(problem));
    let misfits = shape::misfits(&document.value);
    shape::report(&misfits, &mut report);
    let definition = match (misfits.is_empty(), serde_json::from_value::<Definition>(document.value.clone()))
    {
        (true, Ok(definition)) => Some(definition),
        (true, Err(error)) => {
            report.error("schema", "", format!("the definition cannot be read: {error}"));
            None
        }
        (false, _) => repair::repair(&document.value, &misfits),
    };
    let Some(definition) = definition else {
        return Examined { definition: None, problems: report.finish() };
    };
    let mut check = Check { definition: &definition, catalogue, report, repaired: &misfits };
    check.meaning();
    let problems = check.report.finish();
    Examined { definition: misfits.is_empty().then_some((definition, document.value)), problems }
}

impl Check<'_> {
    /// Whether all of what stands at `pointer` is as its author wrote it. Of a mended part it makes no sense to say
    /// that something is missing; of the whole (`""`) it makes none to say that something is never used.
    fn intact(&self, pointer: &str) -> bool {
        !self.repaired.iter().any(|misfit| {
            misfit.pointer.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Everything that a schema cannot say.
    fn meaning(&mut self) {
        if !self.within_limits() {
            return;
        }
        self.names();
        self.connections();
        self.form();
        self.steps();
        self.flow();
        self.automations();
    }
}
