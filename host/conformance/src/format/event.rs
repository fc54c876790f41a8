//! `events/<event-in-words>/`: a message that the provider posts, and what `events.read` must make of it.
//!
//! Not here: proving where a message comes from, which the host does before a component sees it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::Provenance;
use super::body::ResponseBody;
use super::header::Header;

/// `case.json` of an event: what must come of `request.json`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EventCaseFile {
    /// What the case shows, in a sentence.
    pub docs: String,
    /// Where the message comes from.
    pub provenance: Provenance,
    /// What it covers: requirements (`C128`), pitfalls (`P9`), needed cases (`unknown-event`).
    #[serde(default)]
    pub covers: Vec<String>,
    /// What the message says, a `reading` of the contract; or `rejection`.
    #[serde(default)]
    pub outcome: Option<Value>,
    /// Why it cannot be read, a `rejection` of the contract; or `outcome`.
    #[serde(default)]
    pub rejection: Option<Value>,
}

/// `request.json`: the message as the host hands it on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InboundFile {
    /// What the provider tells, in a sentence.
    pub docs: String,
    /// Upper case.
    pub method: String,
    /// What followed the endpoint's own path, decoded, a segment at a time.
    #[serde(default)]
    pub path: Vec<String>,
    /// Decoded query pairs, in order.
    #[serde(default)]
    pub query: Vec<(String, String)>,
    /// Headers, in order.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// The body; none when left out.
    #[serde(default)]
    pub body: Option<ResponseBody>,
}
