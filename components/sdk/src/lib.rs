//! The guest side of the contract, for providers written in Rust: the bindings of `wit/`, a [`Provider`] trait
//! whose verbs answer `unsupported` until a provider says otherwise, builders for requests, readers for
//! answers, and a scripted host so that a provider's logic runs natively under `cargo test`.
//!
//! Nothing of the host lives here, and nothing of one provider.
#![doc = include_str!("../README.md")]

pub mod bindings;
mod component;
pub mod connection;
pub mod declare;
pub mod download;
pub mod draft;
pub mod embed;
pub mod failure;
#[cfg(not(target_arch = "wasm32"))]
pub mod fake;
mod host;
pub mod json;
pub mod lenient;
pub mod pdf;
mod provider;
pub mod recipients;
mod reply;
mod request;
pub mod rows;
mod settings;
pub mod text;
mod time;

/// The words of the contract, under short paths.
pub mod contract {
    pub use crate::bindings::countersign::provider::{attachments, http, log, types};
    pub use crate::bindings::exports::countersign::provider::{actions, data_sources, events, manifest};
}

pub use component::Component;
pub use host::Host;
pub use provider::{Provider, unknown_source};
pub use reply::Reply;
pub use request::{Part, Request};
pub use settings::Settings;
pub use time::{timestamp_ms, timestamp_text};
