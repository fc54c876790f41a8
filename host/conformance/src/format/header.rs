//! Headers of exchanges. A value that is coded on the wire is written in clear.
//!
//! Not here: which headers a component may set (the sandbox).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

/// One header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Header {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: HeaderValue,
}

/// A header's value.
#[derive(Debug, Clone, PartialEq)]
pub enum HeaderValue {
    /// As it stands.
    Text(String),
    /// `{"any": true}`: whatever it is. Only in requests.
    Any,
    /// `{"base64-json": …}`: JSON in standard base64, padded.
    Base64Json(Value),
    /// `{"base64url-json": …}`: JSON in the URL alphabet, not padded.
    Base64urlJson(Value),
}

/// The `true` of `{"any": true}`; there is no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct True;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Coded {
    Any(True),
    Base64Json(Value),
    Base64urlJson(Value),
}

impl JsonSchema for HeaderValue {
    fn schema_name() -> Cow<'static, str> {
        "HeaderValue".into()
    }

    /// By hand, since it is read in two steps.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let coded = |key: &str, value: Value| json!({"type": "object", "properties": {key: value}, "required": [key], "additionalProperties": false});
        json_schema!({
            "description": "A text; whatever it is, in requests only; or JSON that is coded on the wire.",
            "anyOf": [
                {"type": "string"},
                coded("any", json!({"const": true})),
                coded("base64-json", json!(true)),
                coded("base64url-json", json!(true)),
            ],
        })
    }
}

impl JsonSchema for True {
    fn schema_name() -> Cow<'static, str> {
        "True".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"const": true})
    }
}

impl<'de> Deserialize<'de> for HeaderValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            value => match serde_json::from_value(value).map_err(de::Error::custom)? {
                Coded::Any(True) => Ok(Self::Any),
                Coded::Base64Json(value) => Ok(Self::Base64Json(value)),
                Coded::Base64urlJson(value) => Ok(Self::Base64urlJson(value)),
            },
        }
    }
}

impl Serialize for HeaderValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let coded = match self {
            Self::Text(text) => return text.serialize(serializer),
            Self::Any => Coded::Any(True),
            Self::Base64Json(value) => Coded::Base64Json(value.clone()),
            Self::Base64urlJson(value) => Coded::Base64urlJson(value.clone()),
        };
        coded.serialize(serializer)
    }
}

impl Serialize for True {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for True {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match bool::deserialize(deserializer)? {
            true => Ok(Self),
            false => Err(de::Error::custom("`any` is `true` or left out")),
        }
    }
}

impl HeaderValue {
    /// The clear form of a value of the wire: JSON in base64 where it is that, else the text.
    #[must_use]
    pub fn of_wire(wire: &str) -> Self {
        let json = |bytes: Option<Vec<u8>>| {
            let value: Value = serde_json::from_slice(&bytes?).ok()?;
            // A number or a word can be base64 by chance.
            (value.is_object() || value.is_array()).then_some(value)
        };
        match (json(STANDARD.decode(wire).ok()), json(URL_SAFE_NO_PAD.decode(wire).ok())) {
            (Some(value), _) => Self::Base64Json(value),
            (None, Some(value)) => Self::Base64urlJson(value),
            (None, None) => Self::Text(wire.to_owned()),
        }
    }

    /// As it goes over the wire.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Any => String::new(),
            Self::Base64Json(value) => STANDARD.encode(value.to_string()),
            Self::Base64urlJson(value) => URL_SAFE_NO_PAD.encode(value.to_string()),
        }
    }

    /// What was meant by a value of the wire, in the same clear form as this one; the value itself when it is not so coded.
    #[must_use]
    pub fn read(&self, wire: &str) -> Value {
        let bytes = match self {
            Self::Base64Json(_) => STANDARD.decode(wire).ok(),
            Self::Base64urlJson(_) => URL_SAFE_NO_PAD.decode(wire).ok(),
            Self::Text(_) | Self::Any => None,
        };
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_else(|| Value::from(wire))
    }

    /// The expected value in that form.
    #[must_use]
    pub fn meant(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Any => json!({"any": true}),
            Self::Base64Json(value) | Self::Base64urlJson(value) => value.clone(),
        }
    }
}
