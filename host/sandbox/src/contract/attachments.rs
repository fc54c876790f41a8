//! The files of the instance as a component sees them (`wit/attachments.wit`).
//!
//! Not here: which files a call may see (`capability/attachments.rs`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

pub use crate::attachment::AttachmentInfo;

/// Why a file could not be had.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum AttachmentFailure {
    /// Not granted to this call, or no such file: a component cannot tell the two apart.
    #[component(name = "denied")]
    Denied,
    /// More than may be read or made at once, or in one call; holds the limit in bytes.
    #[component(name = "too-large")]
    TooLarge(u64),
    /// The file name or media type is not usable; says why.
    #[component(name = "invalid")]
    Invalid(String),
    /// The host could not read or write; says why.
    #[component(name = "storage")]
    Storage(String),
}
