//! Bodies of exchanges. Large ones stand in files of the case's folder.
//!
//! Not here: comparing them (`compare/`).

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::filled::Filled;
use super::header::{Header, True};

/// What a request must carry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestBody {
    /// Whatever it is.
    Any(True),
    /// JSON, compared as JSON; `{"any": true}` stands for any value.
    Json(Value),
    /// `application/x-www-form-urlencoded`, in order.
    Form(Vec<(String, String)>),
    /// Parts, in order; the boundary is the host's.
    Multipart(Vec<ExpectedPart>),
    /// This text.
    Text(String),
    /// The bytes of this file of the case.
    File(String),
    /// The bytes of the granted attachment of this number.
    Attachment(u32),
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectedPart {
    /// Headers that must be there: all values of each name listed, in order. Others are free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// Its content; none when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<RequestBody>,
}

/// What a response carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseBody {
    /// JSON; `content-type` is set unless a header says otherwise.
    Json(Value),
    /// JSON values one after another, a line each.
    JsonLines(Vec<Value>),
    /// This text.
    Text(String),
    /// The bytes of this file of the case.
    File(String),
    /// Bytes that are made.
    Filled(Filled),
}

impl RequestBody {
    /// The files of the case it names.
    pub(crate) fn files(&self) -> Vec<&str> {
        match self {
            Self::File(name) => vec![name],
            Self::Multipart(parts) => {
                parts.iter().flat_map(|part| &part.body).flat_map(Self::files).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl ResponseBody {
    /// The files of the case it names.
    pub(crate) fn files(&self) -> Option<&str> {
        match self {
            Self::File(name) => Some(name),
            _ => None,
        }
    }

    /// Its bytes, and the content type that goes without saying.
    pub(crate) fn bytes(&self, file: &dyn Fn(&str) -> Bytes) -> (Bytes, Option<&'static str>) {
        match self {
            Self::Json(value) => (value.to_string().into(), Some("application/json")),
            Self::JsonLines(values) => {
                let lines: String = values.iter().map(|value| format!("{value}\n")).collect();
                (lines.into(), Some("application/stream+json"))
            }
            Self::Text(text) => (text.clone().into(), None),
            Self::File(name) => (file(name), None),
            Self::Filled(filled) => (filled.made(), None),
        }
    }
}
