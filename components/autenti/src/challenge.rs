//! Challenges: what Autenti asks before it does something, told in a header of a 403.
//!
//! Answering them stands in `assertion`. A challenge of an unknown kind is named, never guessed at.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Host, Reply, Request, failure, lenient};
use serde::Deserialize;

const HEADER: &str = "X-Challenge";
const UNLOCK: &str = "CHALLENGE_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_ACCESS_UNLOCK";
const PREFIX: &str = "CHALLENGE_CLASSIFIER-UNIQUE_TYPE:";

/// Standard alphabet, padding or none; what is left over in the last character does not matter.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What Autenti asks.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Challenge {
    #[serde(default, deserialize_with = "lenient::list")]
    classifiers: Vec<String>,
    #[serde(default)]
    attributes: Option<Attributes>,
}

#[derive(Debug, Default, Deserialize)]
struct Attributes {
    #[serde(default, deserialize_with = "lenient::list")]
    options: Vec<Choice>,
    #[serde(default, deserialize_with = "lenient::list")]
    errors: Vec<Fault>,
}

/// One thing that may be chosen.
#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    availability: Option<String>,
}

/// One complaint; challenges and refusals write them alike (for refusals this is inferred).
#[derive(Debug, Deserialize)]
struct Fault {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Complaint {
    #[serde(default, deserialize_with = "lenient::list")]
    errors: Vec<Fault>,
}

impl Challenge {
    /// The challenge of a response: a 403 with the header. Nothing when it is no challenge.
    #[must_use]
    pub(crate) fn of(reply: &Reply) -> Option<Result<Self, Failure>> {
        let header = reply.header(HEADER).filter(|_| reply.status() == 403)?;
        Some(decode(header).map_err(|problem| failure::other("malformed-challenge", &problem)))
    }

    /// The ids that may be chosen now.
    #[must_use]
    pub(crate) fn available(&self) -> Vec<String> {
        let options = self.attributes.iter().flat_map(|attributes| &attributes.options);
        let now = options.filter(|option| {
            option.availability.as_deref().is_some_and(|word| word.trim().eq_ignore_ascii_case("AVAILABLE"))
        });
        now.filter_map(|option| option.id.clone()).filter(|id| !id.trim().is_empty()).collect()
    }

    /// Whether it asks whom to remind: by its classifier, or by having none that says otherwise.
    #[must_use]
    pub(crate) fn asks_whom_to_remind(&self) -> bool {
        let mut kinds =
            self.classifiers.iter().filter_map(|classifier| classifier.trim().strip_prefix(PREFIX));
        kinds.all(|kind| kind == "DOCUMENT_REMINDER_PARTY_SELECTION")
    }

    /// The failure that needs no choice: the document is locked, or Autenti complains.
    #[must_use]
    pub(crate) fn complaint(&self) -> Option<Failure> {
        if self.classifiers.iter().any(|classifier| classifier.trim() == UNLOCK) {
            return Some(Failure::Locked(
                "the document opens only with a code that Autenti sends to the recipient by SMS".to_owned(),
            ));
        }
        self.attributes.as_ref()?.errors.first().map(Fault::rejection)
    }

    /// What a challenge means to whoever cannot answer it.
    #[must_use]
    pub(crate) fn failure(&self) -> Failure {
        self.complaint().unwrap_or_else(|| {
            let kinds: Vec<&str> =
                self.classifiers.iter().map(|word| word.trim_start_matches(PREFIX)).collect();
            let kinds = if kinds.is_empty() { "something unnamed".to_owned() } else { kinds.join(", ") };
            let message = format!(
                "unsupported feature: Autenti asks for `{kinds}`, which this component does not know"
            );
            failure::rejected("unsupported-feature", &message)
        })
    }
}

impl Fault {
    fn rejection(&self) -> Failure {
        failure::rejected(self.code().unwrap_or("error"), &self.message())
    }

    fn code(&self) -> Option<&str> {
        self.id.as_deref().or(self.kind.as_deref()).map(str::trim).filter(|code| !code.is_empty())
    }

    fn message(&self) -> String {
        let words = self.description.as_deref().or(self.kind.as_deref()).or(self.id.as_deref());
        words.unwrap_or("no explanation was given").to_owned()
    }
}

/// What a refusal of Autenti means: a challenge, a complaint in its body, or its status alone.
#[must_use]
pub(crate) fn refusal(reply: &Reply, host: &dyn Host) -> Failure {
    match Challenge::of(reply) {
        Some(Ok(challenge)) => return challenge.failure(),
        Some(Err(failure)) => return failure,
        None => {}
    }
    let complaint: Option<Complaint> = countersign_sdk::json::read(reply.bytes()).ok();
    match complaint.as_ref().and_then(|complaint| complaint.errors.first()) {
        Some(fault) => {
            let status = reply.status().to_string();
            let said = failure::provider_message(fault.code().unwrap_or(&status), &fault.message());
            reply.failure_saying(host, said)
        }
        None => reply.failure(host),
    }
}

/// Sends a request and takes any status but success for a failure, in Autenti's words.
///
/// # Errors
/// When there is no answer, or a refusal.
pub(crate) fn fetch(host: &dyn Host, request: Request) -> Result<Reply, Failure> {
    let reply = request.send(host)?;
    if reply.is_success() { Ok(reply) } else { Err(refusal(&reply, host)) }
}

/// Base64 or base64url, padded or not: Autenti uses more than one of them.
fn decode(header: &str) -> Result<Challenge, String> {
    let standard = header.trim().replace('-', "+").replace('_', "/");
    let bytes = TOLERANT.decode(standard).map_err(|error| format!("the challenge is no base64: {error}"))?;
    countersign_sdk::json::read(&bytes).map_err(|problem| format!("the challenge cannot be read: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

    #[test]
    fn every_base64_is_decoded() {
        // `?>~` and the Polish letters make both `+ /` and `- _` appear.
        let text = r#"{"classifiers":["ż??>>~~ó"],"attributes": null}"#;
        let engines = [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD];
        let written: Vec<String> = engines.iter().map(|engine| engine.encode(text)).collect();
        assert!(
            written[0].contains('+') && written[2].contains('-') && written[0].ends_with('='),
            "{written:?}"
        );
        for header in written {
            assert_eq!(decode(&header).unwrap().classifiers, ["ż??>>~~ó"], "{header}");
        }
        assert!(decode("*").unwrap_err().contains("no base64"));
        assert!(decode("bm8=").unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn challenges_say_what_they_want() {
        let challenge = |json: &str| decode(&BASE64_STANDARD.encode(json)).unwrap();
        let locked =
            challenge(r#"{"classifiers":["CHALLENGE_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_ACCESS_UNLOCK"]}"#);
        assert!(matches!(locked.failure(), Failure::Locked(_)));
        let complaint =
            challenge(r#"{"attributes":{"errors":[{"id":"E7","type":"T","description":"too soon"}]}}"#);
        assert_eq!(complaint.failure(), failure::rejected("E7", "too soon"));
        let strange =
            challenge(r#"{"classifiers":["CHALLENGE_CLASSIFIER-UNIQUE_TYPE:MOON_PHASE"]}"#).failure();
        let Failure::Rejected(said) = strange else { panic!("{strange:?}") };
        assert_eq!(said.code, "unsupported-feature");
        assert!(
            said.message.contains("unsupported feature") && said.message.contains("`MOON_PHASE`"),
            "{said:?}"
        );
    }

    #[test]
    fn only_available_options_count() {
        let json = r#"{"attributes":{"options":[
            {"id":"P:1","availability":"AVAILABLE"},{"id":"P:2","availability":"UNAVAILABLE"},
            {"id":"P:3","availability":"available"},{"id":"","availability":"AVAILABLE"},{"id":"P:4"}]}}"#;
        let challenge = decode(&BASE64_STANDARD.encode(json)).unwrap();
        assert_eq!(challenge.available(), ["P:1", "P:3"]);
        assert!(Challenge::default().available().is_empty());
    }
}
