//! Action links: addresses at which a party can act.

use countersign_sdk::lenient;
use serde::Deserialize;

/// One link.
#[derive(Debug, Deserialize)]
pub(crate) struct ActionLink {
    #[serde(default)]
    attributes: Option<Attributes>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    #[serde(default)]
    http_request: Option<HttpRequest>,
}

#[derive(Debug, Deserialize)]
struct HttpRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    uri: Option<String>,
}

impl ActionLink {
    /// The address, when it is one that a browser can open.
    #[must_use]
    pub(crate) fn url(&self) -> Option<&str> {
        let uri = self.attributes.as_ref()?.http_request.as_ref()?.uri.as_deref()?.trim();
        (uri.starts_with("https://") || uri.starts_with("http://")).then_some(uri)
    }
}
