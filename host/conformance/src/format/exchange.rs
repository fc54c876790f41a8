//! `NN-name.json`: one request that the component must make, and the response it is given.
//!
//! Not here: comparing (`compare.rs`).

use countersign_sandbox::exchange::Repeat;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::body::{RequestBody, ResponseBody};
use super::header::Header;

/// One exchange.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExchangeFile {
    /// What happens here, in a sentence.
    pub docs: String,
    /// What the component must ask.
    pub request: ExpectedRequest,
    /// What it is answered.
    pub response: GivenResponse,
}

/// What the component must ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectedRequest {
    /// The connection role.
    pub connection: String,
    /// Upper case.
    pub method: String,
    /// Encoded path below the role's base URL, starting with `/`.
    pub path: String,
    /// Decoded query pairs, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, String)>,
    /// Headers that must be there: all values of each name listed, in order. Others are free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// What a repeat would do, as the component says it: `read`, `repeatable`, `once`.
    #[schemars(schema_with = "repeat_schema")]
    pub repeat: Repeat,
    /// The body; none when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<RequestBody>,
}

/// What the component is answered: a status, or a broken connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GivenResponse {
    /// HTTP status; or `broken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body; none when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<ResponseBody>,
    /// How the connection breaks; or `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

/// When a connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Broken {
    /// Before anything was sent: nobody can have acted on it.
    BeforeSend,
    /// After the request was sent: the answer is lost.
    AfterSend,
    /// No answer came in time.
    Timeout,
}

/// The words of the contract's `http.repeat`.
fn repeat_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"enum": [Repeat::Read, Repeat::Repeatable, Repeat::Once]})
}
