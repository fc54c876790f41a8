//! Runs one provider component against fixtures: written exchanges instead of a network.
//!
//! [`Suite::load`] reads the folder of a provider, [`Suite::run`] plays its cases and returns a [`Report`] that names
//! every difference with file and key. The format stands in `fixtures/README.md`. A [`Recording`] is a call as a
//! journal holds it: [`replay()`] runs it again, and [`export()`] makes a [`Case`] of it without people and secrets,
//! which [`Case::write`] puts into a folder. Not here: networks, workflows and storage.

mod case;
mod compare;
mod export;
pub mod format;
mod leak;
mod needs;
pub mod recording;
mod redact;
mod replay;
pub mod report;
mod run;
mod script;
mod suite;
mod verdict;

pub use countersign_sandbox::attachment::Shelf;

pub use case::{AnyCase, Case, CaseError, DATA_SOURCES, EVENTS, EventCase, find_cases};
pub use export::{About, Exported, Files, export};
pub use recording::{RecordedResult, Recording};
pub use redact::Redaction;
pub use replay::{Replayed, replay};
pub use report::{CaseReport, Report, VerdictKind};
pub use run::{run_any, run_case, run_event_case};
pub use suite::{Entry, Suite};
pub use verdict::{Difference, Verdict};
