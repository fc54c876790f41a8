//! What OneSpan posts to a callback: one event, flat.
//!
//! What an event means to a workflow is decided in `events`.

use countersign_sdk::lenient;
use serde::Deserialize;

/// One message. There is no id of the event, and no signature.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    /// The event's name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    /// The id of the sender or signer who did it; with `PACKAGE_COMPLETE` of the last signer (C132).
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) session_user: Option<String>,
    /// The package.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) package_id: Option<String>,
    /// Why somebody declined (C133), or how a mail came back.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) message: Option<String>,
    /// The document, where it is about one.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) document_id: Option<String>,
    /// When it happened.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) created_date: Option<String>,
}
