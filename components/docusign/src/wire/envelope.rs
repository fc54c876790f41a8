//! An envelope as DocuSign tells it.
//!
//! What is sent to create one has its own shape, in `definition`.

use countersign_sdk::lenient;
use serde::Deserialize;

use super::REFERENCE_FIELD;
use super::party::Parties;

/// An envelope. Everything may be missing: what matters is checked where it matters.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) envelope_id: Option<String>,
    /// DocuSign's word for its state.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) status: Option<String>,
    /// Why it was voided; an expiry is told here, too (P8).
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) voided_reason: Option<String>,
    /// When it was voided.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) voided_date_time: Option<String>,
    /// When it runs out.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) expire_date_time: Option<String>,
    /// When its state changed.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) status_changed_date_time: Option<String>,
    /// Our reference, as long as DocuSign finds the envelope by it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) transaction_id: Option<String>,
    /// Values that the sender gave along.
    #[serde(default)]
    pub(crate) custom_fields: Option<CustomFields>,
    /// Who takes part.
    #[serde(default)]
    pub(crate) recipients: Option<Parties>,
    /// Its documents, the certificate among them.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) envelope_documents: Vec<Document>,
}

/// Values that the sender gave along.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomFields {
    #[serde(default, deserialize_with = "lenient::list")]
    text_custom_fields: Vec<CustomField>,
}

#[derive(Debug, Default, Deserialize)]
struct CustomField {
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    value: Option<String>,
}

/// One document.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    /// Its id; that of the certificate is `certificate`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) document_id: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    /// `content` for what the sender gave, `summary` for the certificate.
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    pub(crate) kind: Option<String>,
}

impl Envelope {
    /// Our reference, if the envelope carries one.
    #[must_use]
    pub(crate) fn client_reference(&self) -> Option<String> {
        let fields = &self.custom_fields.as_ref()?.text_custom_fields;
        let field = fields.iter().find(|field| field.name.as_deref() == Some(REFERENCE_FIELD))?;
        field.value.clone().filter(|value| !value.trim().is_empty())
    }
}

impl Document {
    /// Its id, when it is one that the sender gave.
    #[must_use]
    pub(crate) fn content_id(&self) -> Option<&str> {
        let is_content = self.kind.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("content"));
        let id = self.document_id.as_deref().map(str::trim)?;
        (is_content && !id.is_empty() && id != "certificate").then_some(id)
    }
}
