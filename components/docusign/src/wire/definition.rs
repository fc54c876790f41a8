//! The body that creates an envelope as a draft: nobody is mailed until it is sent.
//!
//! Reading an envelope back has its own shape, in `envelope`: DocuSign answers more than it takes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::REFERENCE_FIELD;
use super::notification::{EventNotification, Notification};
use super::recipient::Recipient;

/// An envelope to be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Definition<'a> {
    /// `created`: a draft.
    pub(crate) status: &'static str,
    /// The subject of the mail.
    pub(crate) email_subject: &'a str,
    /// The text of the mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_blurb: Option<&'a str>,
    /// Our reference; finds the envelope for seven days, also when the answer to its making was lost.
    pub(crate) transaction_id: &'a str,
    /// Our reference again; stays, and is part of every message.
    pub(crate) custom_fields: CustomFields<'a>,
    /// Everybody who takes part, by group.
    pub(crate) recipients: BTreeMap<&'static str, Vec<Recipient<'a>>>,
    /// Reminders and expiry, when the account's do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notification: Option<&'a Notification>,
    /// The webhook of this envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event_notification: Option<EventNotification<'a>>,
    /// The documents, when their bytes come in parts of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) documents: Vec<Document<'a>>,
}

/// Values that the sender gives along.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomFields<'a> {
    text_custom_fields: [CustomField<'a>; 1],
}

#[derive(Debug, Serialize)]
struct CustomField<'a> {
    name: &'static str,
    value: &'a str,
    show: &'static str,
    required: &'static str,
}

/// One document without its bytes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document<'a> {
    /// A number, as text.
    pub(crate) document_id: String,
    /// The file name.
    pub(crate) name: &'a str,
    /// What DocuSign converts from; needed for everything but PDF.
    pub(crate) file_extension: &'a str,
    /// The place among the documents.
    pub(crate) order: String,
}

impl<'a> CustomFields<'a> {
    /// Our reference, which nobody needs to see.
    #[must_use]
    pub(crate) fn reference(value: &'a str) -> Self {
        let field = CustomField { name: REFERENCE_FIELD, value, show: "false", required: "false" };
        Self { text_custom_fields: [field] }
    }
}
