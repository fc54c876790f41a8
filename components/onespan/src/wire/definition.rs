//! A package as it is created.
//!
//! A package that exists has its own shape, in `package`.

use serde::Serialize;
use serde_json::{Value, json};

use super::{REFERENCE_MARK, REFERENCE_MEMBER};

/// A draft without its documents.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Definition<'a> {
    /// The title.
    pub(crate) name: &'a str,
    /// Always `PACKAGE`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Always `DRAFT`.
    pub(crate) status: &'static str,
    /// Our reference, where OneSpan's search finds it.
    pub(crate) description: String,
    /// The text of the invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_message: Option<&'a str>,
    /// The language of the package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<&'a str>,
    /// When it runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<String>,
    /// Our reference, as OneSpan keeps it.
    pub(crate) data: Value,
    /// What differs from the account's settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) settings: Option<Value>,
    /// Who takes part.
    pub(crate) roles: Vec<Role<'a>>,
}

/// One role and who fills it.
#[derive(Debug, Serialize)]
pub(crate) struct Role<'a> {
    /// By which approvals name it.
    pub(crate) id: String,
    /// What it is asked to do.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// The place in the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<u32>,
    /// One person.
    pub(crate) signers: [Signer<'a>; 1],
}

/// One person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signer<'a> {
    /// The address.
    pub(crate) email: &'a str,
    /// Mandatory.
    pub(crate) first_name: &'a str,
    /// Mandatory.
    pub(crate) last_name: &'a str,
    /// The organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<&'a str>,
    /// The position in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<&'a str>,
    /// The language of the invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<&'a str>,
    /// How they prove who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth: Option<Value>,
}

/// One document without its bytes.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    /// Unique in the package.
    pub(crate) id: String,
    /// Its file name.
    pub(crate) name: &'a str,
    /// What each role does with it.
    pub(crate) approvals: Vec<Value>,
}

/// Our reference as free data. An object within it, because the API's description allows nothing else there.
#[must_use]
pub(crate) fn reference_data(reference: &str) -> Value {
    json!({ REFERENCE_MEMBER: { "reference": reference } })
}

/// Our reference as a description.
#[must_use]
pub(crate) fn reference_description(reference: &str) -> String {
    format!("{REFERENCE_MARK}{reference}")
}

/// A code by SMS before the documents open: the number stands where a question would.
#[must_use]
pub(crate) fn code_by_sms(phone: &str) -> Value {
    json!({ "scheme": "SMS", "challenges": [{ "question": phone }] })
}

/// A signature at a text: `occurrence` counts from 0.
#[must_use]
pub(crate) fn signed_at(role: &str, subtype: &str, anchor: &str, occurrence: usize) -> Value {
    let anchor = json!({
        "text": anchor,
        "index": occurrence,
        "characterIndex": 0,
        "anchorPoint": "TOPLEFT",
        "leftOffset": 0,
        "topOffset": 0,
        "width": WIDTH,
        "height": HEIGHT,
    });
    let field = json!({ "type": "SIGNATURE", "subtype": subtype, "extract": false, "extractAnchor": anchor });
    json!({ "role": role, "fields": [field] })
}

/// A signature on the first page, below those that have a lower place and beside them when the column is full.
/// INFERRED: no source says where it should be.
#[must_use]
pub(crate) fn signed_on_first_page(role: &str, subtype: &str, place: usize) -> Value {
    let (column, row) = (place / COLUMN, place % COLUMN);
    let field = json!({
        "type": "SIGNATURE",
        "subtype": subtype,
        "page": 0,
        "left": 50 + column * (WIDTH + 20),
        "top": 50 + row * (HEIGHT + 10),
        "width": WIDTH,
        "height": HEIGHT,
    });
    json!({ "role": role, "fields": [field] })
}

/// An acceptance: a signature without size, which covers the whole document.
#[must_use]
pub(crate) fn accepted(role: &str) -> Value {
    let field = json!({
        "type": "SIGNATURE",
        "subtype": "FULLNAME",
        "page": 0,
        "left": 0,
        "top": 0,
        "width": 0,
        "height": 0,
    });
    json!({ "role": role, "fields": [field] })
}

/// The size of a signature's field, as OneSpan's own examples have it.
const WIDTH: usize = 200;
const HEIGHT: usize = 50;
/// So many of them fit below one another on a page.
const COLUMN: usize = 11;
