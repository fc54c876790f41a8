//! Runs one provider component against fixtures: written exchanges instead of a network.
//!
//! [`Case::load`] reads a folder of `fixtures/`, [`run_case`] plays it and returns a [`Verdict`] that names every
//! difference. The format stands in `fixtures/README.md`. Not here: networks, workflows and storage.

mod case;
mod compare;
pub mod format;
mod run;
mod script;
mod shelf;
mod verdict;

pub use case::{Case, CaseError, find_cases};
pub use run::run_case;
pub use verdict::{Difference, Verdict};
