//! How much a message of a component matters (`wit/log.wit`).
//!
//! Not here: collecting the messages (`capability/log.rs`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum Level {
    /// For the component's author.
    #[component(name = "debug")]
    Debug,
    /// Something worth knowing happened.
    #[component(name = "info")]
    Info,
    /// Something is odd, and the call goes on.
    #[component(name = "warn")]
    Warn,
    /// Something went wrong.
    #[component(name = "error")]
    Error,
}
