//! The contract of `wit/` as Rust types: what a component lifts and lowers, and the JSON of fixtures and outcomes.
//!
//! One set of types serves both, so that a key of a fixture is a name of the WIT. Admission checks each type
//! against the component's own before the first call. Not here: calling anything (`call/`).

pub mod action;
pub mod actions;
pub mod attachments;
pub mod data_sources;
pub mod events;
pub mod failure;
pub mod http;
pub mod log;
pub mod manifest;
mod offer;
pub mod types;

pub use action::{ActionInput, ActionOutcome};
pub use types::Failure;

/// The package that every interface of the contract belongs to.
pub const PACKAGE: &str = "countersign:provider";

/// The version of the contract that this host speaks.
pub const VERSION: &str = "0.1.0";

/// The custom section in which a component may name the contract version it was built for.
pub const SECTION: &str = "countersign:contract";
