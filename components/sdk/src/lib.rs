//! The guest side of the contract, for providers written in Rust.
//!
//! Nothing of the host lives here.

pub mod bindings;
mod component;
mod host;
mod provider;

/// The words of the contract, under short paths.
pub mod contract {
    pub use crate::bindings::countersign::provider::{attachments, http, log, types};
    pub use crate::bindings::exports::countersign::provider::{actions, data_sources, events, manifest};
}

pub use component::Component;
pub use host::Host;
pub use provider::{Provider, unknown_source};
