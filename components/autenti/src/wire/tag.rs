//! Labels, which Autenti calls tags.

use countersign_sdk::lenient;
use serde::{Deserialize, Serialize};

/// A label on a new process.
#[derive(Debug, Serialize)]
pub(crate) struct TagId {
    /// The label's id.
    pub(crate) id: String,
}

/// A label that exists.
#[derive(Debug, Deserialize)]
pub(crate) struct Tag {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// Its name for people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) description: Option<String>,
    /// Its kind.
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    pub(crate) kind: Option<String>,
}
