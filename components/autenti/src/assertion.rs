//! Assertions: how the caller says which action it wants and answers what Autenti asked.
//!
//! What Autenti asks stands in `challenge`. An assertion travels as a header, which may repeat (C172).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Host, Reply};
use serde::Serialize;

use crate::process::at_process;

const HEADER: &str = "X-ASSERTION";

/// One assertion.
#[derive(Debug, Serialize)]
pub(crate) struct Assertion {
    classifiers: [&'static str; 1],
    attributes: Attributes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    selected_ids: Vec<String>,
}

impl Assertion {
    /// Asks for the action that ends in this event.
    #[must_use]
    pub(crate) fn action(event: &str) -> Self {
        Self::new("CHALLENGE_CLASSIFIER-UNIQUE_TYPE:ACTION_SELECTION", vec![event.to_owned()])
    }

    /// Names the parties to remind.
    #[must_use]
    pub(crate) fn reminded_parties(ids: Vec<String>) -> Self {
        Self::new("CHALLENGE_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_REMINDER_PARTY_SELECTION", ids)
    }

    fn new(classifier: &'static str, selected_ids: Vec<String>) -> Self {
        Self { classifiers: [classifier], attributes: Attributes { selected_ids } }
    }

    fn encoded(&self) -> String {
        // Strings and lists of them: writing such a value cannot fail.
        BASE64_STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// Posts an action with its assertions. Any status is an answer: a refusal may be a challenge.
///
/// # Errors
/// When there is no answer.
pub(crate) fn act(
    host: &dyn Host,
    id: &str,
    assertions: &[Assertion],
    repeat: Repeat,
) -> Result<Reply, Failure> {
    let request = at_process("POST", id, repeat).segment("actions").json(&serde_json::json!({}));
    let asserted = |request: countersign_sdk::Request, assertion: &Assertion| {
        request.header(HEADER, assertion.encoded())
    };
    assertions.iter().fold(request, asserted).send(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::event::DOCUMENT_SENT;

    #[test]
    fn an_assertion_is_json_in_standard_base64() {
        let bytes = BASE64_STANDARD.decode(Assertion::action(DOCUMENT_SENT).encoded()).unwrap();
        let expected = serde_json::json!({
            "classifiers": ["CHALLENGE_CLASSIFIER-UNIQUE_TYPE:ACTION_SELECTION"],
            "attributes": { "selectedIds": ["EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_SENT"] },
        });
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(), expected);
    }
}
