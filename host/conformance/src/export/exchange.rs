//! One recorded exchange as a file of a case.
//!
//! Not here: bodies (`body.rs`).

use countersign_sandbox::exchange::{self, Exchange, RecordedBody, RecordedRequest, RecordedResponse};
use percent_encoding::percent_decode_str;

use super::body::{self, content_type};
use super::files::Made;
use crate::format::exchange::{Broken, ExchangeFile, ExpectedRequest, GivenResponse};
use crate::format::header::{Header, HeaderValue};
use crate::redact::Redaction;

/// Headers of answers about the connection or the server, which say nothing to a component.
const NOISE: [&str; 16] = [
    "alt-svc",
    "cache-control",
    "connection",
    "content-length",
    "date",
    "expires",
    "keep-alive",
    "pragma",
    "server",
    "set-cookie",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
    "x-content-type-options",
    "x-frame-options",
];

/// The exchange's file, with its name: `01-post-document-processes.json`.
pub(super) fn write(
    recorded: &Exchange,
    redaction: &Redaction,
    made: &mut Made,
) -> Result<(String, ExchangeFile), String> {
    let number = recorded.number;
    let (response, ending) = response(recorded, redaction, made)?;
    let request = request(&recorded.request, redaction, (number, &mut *made));
    let name = format!("{number:02}-{}.json", slug(&recorded.request));
    let docs = format!("`{} {}`: {ending}.", request.method, request.path);
    Ok((name, ExchangeFile { docs, request, response }))
}

/// The method and the last segment of the path that is a word.
fn slug(request: &RecordedRequest) -> String {
    let is_word = |segment: &&str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let word = request.path.rsplit('/').find(is_word).unwrap_or("root");
    format!("{}-{word}", request.method.to_lowercase())
}

fn request(
    recorded: &RecordedRequest,
    redaction: &Redaction,
    (number, made): (u32, &mut Made),
) -> ExpectedRequest {
    let kind = content_type(&recorded.headers);
    let body = body::expected(&recorded.body, kind, (redaction, number, made));
    let implied = body.as_ref().and_then(body::implied_by_request);
    let kept = recorded.headers.iter().filter(|header| {
        header.name != "content-type" || !implied.is_some_and(|implied| header.value.starts_with(implied))
    });
    ExpectedRequest {
        connection: recorded.role.clone(),
        method: recorded.method.clone(),
        path: redaction.path(&recorded.path),
        query: recorded.query.iter().map(|(name, value)| (name.clone(), redaction.text(value))).collect(),
        headers: kept.map(|header| expected_header(header, redaction)).collect(),
        repeat: recorded.repeat,
        body,
    }
}

/// The answer, and in words what it is.
fn response(
    recorded: &Exchange,
    redaction: &Redaction,
    made: &mut Made,
) -> Result<(GivenResponse, String), String> {
    let broken = |broken, words: &str| {
        let response = GivenResponse { status: None, headers: Vec::new(), body: None, broken: Some(broken) };
        Ok((response, words.to_owned()))
    };
    match &recorded.response {
        Some(RecordedResponse::Answered { status, headers, body }) => {
            let response = answered(*status, (headers, body), redaction, (recorded.number, made));
            Ok((response, format!("answered with {status}")))
        }
        Some(RecordedResponse::Failed { kind, maybe_sent, .. }) => match (kind.as_str(), maybe_sent) {
            ("timeout", _) => broken(Broken::Timeout, "no answer in time"),
            ("connect", false) => broken(Broken::BeforeSend, "the connection broke before it was sent"),
            ("connect" | "in-doubt", _) => broken(Broken::AfterSend, "the answer was lost"),
            (other, _) => Err(format!(
                "exchange {} failed as `{other}`, and a case knows only broken connections and timeouts",
                recorded.number
            )),
        },
        None => Err(format!("exchange {} was never answered", recorded.number)),
    }
}

fn answered(
    status: u16,
    (headers, body): (&[exchange::Header], &RecordedBody),
    redaction: &Redaction,
    (number, made): (u32, &mut Made),
) -> GivenResponse {
    let body = body::given(body, content_type(headers), (redaction, number, made));
    let implied = body.as_ref().and_then(body::implied_by_response);
    let kept = headers.iter().filter(|header| {
        let goes_without_saying = header.name == "content-type" && implied == Some(header.value.as_str());
        !goes_without_saying && !NOISE.contains(&header.name.as_str())
    });
    let headers = kept.map(|recorded| header(recorded, redaction)).collect();
    GivenResponse { status: Some(status), headers, body, broken: None }
}

/// A header as it must come: one in which something encoded would have to be replaced may have any value.
pub(super) fn expected_header(recorded: &exchange::Header, redaction: &Redaction) -> Header {
    let plain = percent_decode_str(&recorded.value).decode_utf8_lossy();
    let hidden = plain != recorded.value && redaction.text(&plain) != plain;
    match hidden {
        true => Header { name: recorded.name.clone(), value: HeaderValue::Any },
        false => header(recorded, redaction),
    }
}

fn header(recorded: &exchange::Header, redaction: &Redaction) -> Header {
    let value = match HeaderValue::of_wire(&recorded.value) {
        HeaderValue::Base64Json(value) => HeaderValue::Base64Json(redaction.json(&value)),
        HeaderValue::Base64urlJson(value) => HeaderValue::Base64urlJson(redaction.json(&value)),
        HeaderValue::Text(_) | HeaderValue::Any => {
            let plain = percent_decode_str(&recorded.value).decode_utf8_lossy();
            let redacted = redaction.text(&plain);
            let changed = redacted != plain;
            HeaderValue::Text(if changed { redacted } else { recorded.value.clone() })
        }
    };
    Header { name: recorded.name.clone(), value }
}
