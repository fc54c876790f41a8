//! What DocuSign Connect posts: one event, and a summary of the envelope.
//!
//! What an event means to a workflow is decided in `events`.

use countersign_sdk::lenient;
use serde::Deserialize;

use super::envelope::Envelope;

/// One message. With deliveries that gather events there is no name, and the envelope stands at the top (P10).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    /// The event's name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) event: Option<String>,
    /// When the message was made; the same in every repeat of it, unlike `retryCount`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) generated_date_time: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub(crate) data: Option<Data>,
    /// The envelope's id, when it stands at the top.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) envelope_id: Option<String>,
    /// The envelope's state, when it stands at the top.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) status: Option<String>,
}

/// What a message is about.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Data {
    /// The envelope.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) envelope_id: Option<String>,
    /// The recipient, by the sender's number.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) recipient_id: Option<String>,
    /// The envelope as it is, as far as the webhook asks for it.
    #[serde(default)]
    pub(crate) envelope_summary: Option<Envelope>,
}
