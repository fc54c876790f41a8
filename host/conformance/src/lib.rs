//! Runs one provider component against fixtures: written exchanges instead of a network.
//!
//! [`Case::load`] reads a folder of `fixtures/`, [`run_case`] plays it and returns a [`Verdict`] that names every
//! difference. The format stands in `fixtures/README.md`. A [`Recording`] is a call as a journal holds it: [`replay()`]
//! runs it again, and [`export()`] makes a [`Case`] of it without people and secrets, which [`Case::write`] puts into a
//! folder. Not here: networks, workflows and storage.

mod case;
mod compare;
mod export;
pub mod format;
pub mod recording;
mod redact;
mod replay;
mod run;
mod script;
mod shelf;
mod verdict;

pub use case::{Case, CaseError, find_cases};
pub use export::{About, Exported, Files, export};
pub use recording::{RecordedResult, Recording};
pub use redact::Redaction;
pub use replay::{Replayed, replay};
pub use run::run_case;
pub use shelf::Shelf;
pub use verdict::{Difference, Verdict};
