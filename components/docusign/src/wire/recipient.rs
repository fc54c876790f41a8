//! A recipient as it is invited. Every value is text.
//!
//! Recipients of an envelope that exists have their own shape, in `party`.

use serde::Serialize;
use serde_json::{Value, json};

/// Sends the mail all the same, when links are made for a recipient.
pub(crate) const SIGN_AT_DOCUSIGN: &str = "SIGN_AT_DOCUSIGN";

/// One recipient.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recipient<'a> {
    /// Unique in the envelope.
    pub(crate) recipient_id: String,
    /// The place in the order; the same place is at the same time.
    pub(crate) routing_order: String,
    /// The whole name.
    pub(crate) name: &'a str,
    /// The address.
    pub(crate) email: &'a str,
    /// Allows links for this recipient, and stops the mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_user_id: Option<&'a str>,
    /// [`SIGN_AT_DOCUSIGN`] brings the mail back.
    #[serde(rename = "embeddedRecipientStartURL", skip_serializing_if = "Option::is_none")]
    pub(crate) embedded_start_url: Option<&'static str>,
    /// The language of the mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_notification: Option<EmailNotification<'a>>,
    /// How the recipient proves who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity_verification: Option<Value>,
    /// The older way of proving it: `true`, beside its name and the numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) require_id_lookup: Option<&'static str>,
    /// The name of the older way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_check_configuration_name: Option<&'static str>,
    /// Numbers for [`SMS_AUTH`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sms_authentication: Option<Value>,
    /// Numbers for [`PHONE_AUTH`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_authentication: Option<Value>,
    /// The kind of signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recipient_signature_providers: Option<Value>,
    /// What to fill in, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tabs: Option<Value>,
}

/// The mail of one recipient; the texts are repeated, because DocuSign keeps them beside the language.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailNotification<'a> {
    /// The subject.
    pub(crate) email_subject: &'a str,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_body: Option<&'a str>,
    /// The language of DocuSign's own words.
    pub(crate) supported_language: &'a str,
}

/// The older check by SMS.
pub(crate) const SMS_AUTH: &str = "SMS Auth $";
/// The older check by a call.
pub(crate) const PHONE_AUTH: &str = "Phone Auth $";

/// A check by one of the account's workflows.
#[must_use]
pub(crate) fn identity_verification(workflow: &str) -> Value {
    json!({ "workflowId": workflow })
}

/// A check by phone, as one of the account's workflows.
#[must_use]
pub(crate) fn phone_verification(workflow: &str, country: &str, number: &str) -> Value {
    json!({
        "workflowId": workflow,
        "inputOptions": [{
            "name": "phone_number_list",
            "valueType": "PhoneNumberList",
            "phoneNumberList": [{ "countryCode": country, "number": number }],
        }],
    })
}

/// A number that the sender gave, for the older checks.
#[must_use]
pub(crate) fn sender_provided(number: &str) -> Value {
    json!({ "senderProvidedNumbers": [number] })
}

/// A kind of signature, with the number for its code.
#[must_use]
pub(crate) fn signature_provider(name: &str, sms: Option<&str>) -> Value {
    match sms {
        Some(number) => {
            json!([{ "signatureProviderName": name, "signatureProviderOptions": { "sms": number } }])
        }
        None => json!([{ "signatureProviderName": name }]),
    }
}

/// A place for a signature at each occurrence of a text.
#[must_use]
pub(crate) fn sign_here(anchor: &str) -> Value {
    json!({ "signHereTabs": [at_text(anchor, 0)] })
}

/// Two buttons instead of a signature, at a text.
#[must_use]
pub(crate) fn approve_at(anchor: &str) -> Value {
    json!({ "approveTabs": [at_text(anchor, 0)], "declineTabs": [at_text(anchor, BUTTON_WIDTH)] })
}

/// Two buttons instead of a signature, at the top of the first page; those of further approvers stand below.
/// INFERRED: no source says where they should be.
#[must_use]
pub(crate) fn approve_on_first_page(place: usize) -> Value {
    let tab = |x: usize| {
        let y = 20 + place * BUTTON_HEIGHT;
        json!({ "documentId": "1", "pageNumber": "1", "xPosition": x.to_string(), "yPosition": y.to_string() })
    };
    json!({ "approveTabs": [tab(20)], "declineTabs": [tab(20 + BUTTON_WIDTH)] })
}

/// In pixels, with some air between.
const BUTTON_WIDTH: usize = 120;
const BUTTON_HEIGHT: usize = 40;

fn at_text(anchor: &str, x: usize) -> Value {
    json!({
        "anchorString": anchor,
        "anchorUnits": "pixels",
        "anchorXOffset": x.to_string(),
        "anchorYOffset": "0",
    })
}
