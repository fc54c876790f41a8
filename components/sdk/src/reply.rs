//! Reads responses: status, headers, JSON, and what a refusal means.
//!
//! What a failure is made of stands in `failure`.

use serde::de::DeserializeOwned;

use crate::contract::http::{Repeat, Response, ResponseBody, StoredBody};
use crate::contract::types::{Failure, ProviderMessage};
use crate::failure::{self, Refusal};
use crate::host::Host;
use crate::json;

/// One response.
#[derive(Debug, Clone)]
pub struct Reply {
    response: Response,
    repeat: Repeat,
}

impl Reply {
    pub(crate) fn new(response: Response, repeat: Repeat) -> Self {
        Self { response, repeat }
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.response.status)
    }

    /// The first header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.map(|header| header.value.as_str())
    }

    /// The bytes that came into the component; empty when they became an attachment.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.response.body {
            ResponseBody::Inline(bytes) => bytes,
            ResponseBody::Stored(_) => &[],
        }
    }

    /// The new attachment, when the body became one.
    #[must_use]
    pub fn stored(&self) -> Option<&StoredBody> {
        match &self.response.body {
            ResponseBody::Inline(_) => None,
            ResponseBody::Stored(stored) => Some(stored),
        }
    }

    /// Reads one JSON value.
    ///
    /// # Errors
    /// `other("malformed-response", …)` with the place; in doubt after a request that must not be repeated,
    /// because a success that cannot be read happened all the same.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        json::read(self.bytes()).map_err(|problem| self.malformed(&problem))
    }

    /// Reads many JSON values: an array, one object, or objects one after another.
    ///
    /// # Errors
    /// As [`Reply::json`].
    pub fn json_many<T: DeserializeOwned>(&self) -> Result<Vec<T>, Failure> {
        json::read_many(self.bytes()).map_err(|problem| self.malformed(&problem))
    }

    /// The failure for an answer that says success and cannot be understood.
    #[must_use]
    pub fn malformed(&self, problem: &str) -> Failure {
        if self.repeat == Repeat::Once {
            return Failure::InDoubt(format!(
                "the answer (HTTP {}) cannot be read: {problem}",
                self.status()
            ));
        }
        failure::other("malformed-response", &format!("the answer cannot be read: {problem}"))
    }

    /// The response itself when it is a success.
    ///
    /// # Errors
    /// [`Reply::failure`] otherwise.
    pub fn succeeded(self, host: &dyn Host) -> Result<Self, Failure> {
        if self.is_success() { Ok(self) } else { Err(self.failure(host)) }
    }

    /// What this refusal means, with the start of its body as the message.
    #[must_use]
    pub fn failure(&self, host: &dyn Host) -> Failure {
        let text = String::from_utf8_lossy(self.bytes());
        let message = if text.trim().is_empty() { "no explanation was given" } else { text.as_ref() };
        self.failure_saying(host, failure::provider_message(self.status().to_string(), message))
    }

    /// What this refusal means, in the provider's own words.
    #[must_use]
    pub fn failure_saying(&self, host: &dyn Host, said: ProviderMessage) -> Failure {
        let refusal = Refusal {
            status: self.status(),
            repeat: self.repeat,
            retry_after: self.header("retry-after"),
            now: host.now(),
        };
        failure::of_status(refusal, said)
    }
}
