//! Makes `failure`s: from a wrong input, from a request that got no response, from a status.
//!
//! Reading a response that went well stands in `reply`.

use crate::contract::attachments::AttachmentFailure;
use crate::contract::http::{FailureKind, Repeat, RequestSent, SendFailure};
use crate::contract::types::{
    Failure, InvalidInput, ProviderMessage, TimestampMs, TransientFault, UnauthorizedAccess,
};

/// The longest piece of a provider's message that is passed on.
const MESSAGE_CHARS_MAX: usize = 300;

/// An input that cannot be right; `field` is a path of the contract: `recipients[2].phone`.
#[must_use]
pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Failure {
    Failure::Invalid(InvalidInput { field: field.into(), reason: reason.into() })
}

/// The provider understood and refused.
#[must_use]
pub fn rejected(code: impl Into<String>, message: &str) -> Failure {
    Failure::Rejected(provider_message(code, message))
}

/// Anything without a better word.
#[must_use]
pub fn other(code: impl Into<String>, message: &str) -> Failure {
    Failure::Other(provider_message(code, message))
}

/// A fault that passes by itself.
#[must_use]
pub fn transient(message: &str, retry_after_ms: Option<u64>) -> Failure {
    Failure::Transient(TransientFault { message: shorten(message), retry_after_ms })
}

/// The connection is not accepted.
#[must_use]
pub fn unauthorized(message: &str) -> Failure {
    Failure::Unauthorized(UnauthorizedAccess { message: shorten(message), consent_url: None })
}

/// What a provider said, shortened.
#[must_use]
pub fn provider_message(code: impl Into<String>, message: &str) -> ProviderMessage {
    ProviderMessage { code: code.into(), message: shorten(message) }
}

/// Why a request got no response.
///
/// A `once` request that may have been processed is in doubt, whatever the kind: a too large or broken
/// answer is still an answer to something that happened (P1).
#[must_use]
pub fn of_send(failure: SendFailure, repeat: Repeat) -> Failure {
    let SendFailure { kind, request_sent, message, consent_url } = failure;
    if kind == FailureKind::InDoubt || (repeat == Repeat::Once && request_sent == RequestSent::Maybe) {
        return Failure::InDoubt(message);
    }
    match kind {
        FailureKind::Denied => Failure::Denied(message),
        FailureKind::Invalid => other("invalid-request", &message),
        FailureKind::Unauthorized => Failure::Unauthorized(UnauthorizedAccess { message, consent_url }),
        FailureKind::Timeout | FailureKind::Connect => transient(&message, None),
        FailureKind::Tls => other("tls", &message),
        FailureKind::TooLarge => other("too-large", &message),
        FailureKind::InDoubt => Failure::InDoubt(message),
    }
}

/// A response whose status is no success.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// HTTP status.
    pub status: u16,
    /// What a repeat of the request would do.
    pub repeat: Repeat,
    /// The `Retry-After` header, if any.
    pub retry_after: Option<&'a str>,
    /// The time of the call.
    pub now: TimestampMs,
}

/// What a status means, with the provider's words for it.
///
/// A server fault after a `once` request is in doubt: some providers fail after the work is done.
#[must_use]
pub fn of_status(refusal: Refusal<'_>, said: ProviderMessage) -> Failure {
    let wait = refusal.retry_after.and_then(|value| retry_after_ms(value, refusal.now));
    let ProviderMessage { code, message } = said;
    match refusal.status {
        401 | 403 => unauthorized(&format!("HTTP {}: {message}", refusal.status)),
        402 => Failure::NotEntitled(shorten(&message)),
        404 | 410 => Failure::NotFound,
        408 | 425 | 429 => transient(&format!("HTTP {}: {message}", refusal.status), wait),
        500.. if refusal.repeat == Repeat::Once => Failure::InDoubt(shorten(&format!(
            "HTTP {} after a request that must not be repeated: {message}",
            refusal.status
        ))),
        500.. => transient(&format!("HTTP {}: {message}", refusal.status), wait),
        400..500 => rejected(code, &message),
        _ => other(code, &message),
    }
}

/// Why a file could not be had. `field` names the file in the input.
#[must_use]
pub fn of_attachment(failure: AttachmentFailure, field: &str) -> Failure {
    match failure {
        AttachmentFailure::Denied => Failure::Denied(format!("`{field}` is no file of this call")),
        AttachmentFailure::TooLarge(limit) => {
            other("attachment-too-large", &format!("`{field}` is above the limit of {limit} bytes"))
        }
        AttachmentFailure::Invalid(reason) => other("attachment-invalid", &format!("`{field}`: {reason}")),
        AttachmentFailure::Storage(reason) => transient(&format!("`{field}`: {reason}"), None),
    }
}

/// Milliseconds to wait by a `Retry-After` header: seconds, or an HTTP date seen from `now` (RFC 9110 section 10.2.3).
#[must_use]
pub fn retry_after_ms(value: &str, now: TimestampMs) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return seconds.checked_mul(1000);
    }
    let at = httpdate::parse_http_date(value).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(u64::try_from(at.as_millis()).ok()?.saturating_sub(now))
}

/// What a failure says, for a message about it; the generated `Display` shows the type instead.
#[must_use]
pub fn words(failure: &Failure) -> String {
    match failure {
        Failure::Invalid(input) => format!("`{}` {}", input.field, input.reason),
        Failure::Rejected(said) | Failure::Other(said) => format!("{}: {}", said.code, said.message),
        Failure::Unauthorized(access) => access.message.clone(),
        Failure::NotFound => "not found".to_owned(),
        Failure::Transient(fault) => fault.message.clone(),
        Failure::Unsupported => "unsupported".to_owned(),
        Failure::NotEntitled(words)
        | Failure::NotReady(words)
        | Failure::Locked(words)
        | Failure::InDoubt(words)
        | Failure::Denied(words) => words.clone(),
    }
}

/// Cuts a message to a length that fits a history line, on a character's edge, without line breaks.
#[must_use]
pub fn shorten(message: &str) -> String {
    let flat = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(MESSAGE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", flat.get(..end).unwrap_or_default()),
        None => flat,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, repeat: Repeat, retry_after: Option<&str>) -> Failure {
        let now = 1_445_412_480_000; // 2015-10-21T07:28:00Z
        of_status(Refusal { status, repeat, retry_after, now }, provider_message("x", "said"))
    }

    #[test]
    fn statuses_say_whose_fault_it_is() {
        let read = Repeat::Read;
        assert_eq!(status(401, read, None), unauthorized("HTTP 401: said"));
        assert_eq!(status(403, read, None), unauthorized("HTTP 403: said"));
        assert_eq!(status(402, read, None), Failure::NotEntitled("said".to_owned()));
        assert_eq!(status(404, read, None), Failure::NotFound);
        assert_eq!(status(409, read, None), rejected("x", "said"));
        assert_eq!(status(422, read, None), rejected("x", "said"));
        assert_eq!(status(302, read, None), other("x", "said"));
        assert_eq!(status(503, read, Some("2")), transient("HTTP 503: said", Some(2000)));
        assert_eq!(status(429, Repeat::Once, Some("7")), transient("HTTP 429: said", Some(7000)));
        assert!(matches!(status(500, Repeat::Once, None), Failure::InDoubt(_)));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = 1_445_412_480_000;
        assert_eq!(retry_after_ms(" 120 ", now), Some(120_000));
        assert_eq!(retry_after_ms("Wed, 21 Oct 2015 07:28:30 GMT", now), Some(30_000));
        assert_eq!(retry_after_ms("Wed, 21 Oct 2015 07:00:00 GMT", now), Some(0), "a date already past");
        assert_eq!(retry_after_ms("soon", now), None);
        assert_eq!(retry_after_ms("18446744073709551615", now), None, "no overflow");
    }

    #[test]
    fn lost_answers_are_in_doubt_only_when_a_repeat_would_harm() {
        let lost = |kind, request_sent| SendFailure {
            kind,
            request_sent,
            message: "m".to_owned(),
            consent_url: None,
        };
        let (maybe, no) = (RequestSent::Maybe, RequestSent::No);
        let in_doubt = Failure::InDoubt("m".to_owned());
        for (kind, sent, repeat, expected) in [
            (FailureKind::Timeout, maybe, Repeat::Once, in_doubt.clone()),
            (FailureKind::TooLarge, maybe, Repeat::Once, in_doubt.clone()),
            (FailureKind::InDoubt, maybe, Repeat::Repeatable, in_doubt),
            (FailureKind::Timeout, maybe, Repeat::Repeatable, transient("m", None)),
            (FailureKind::Connect, no, Repeat::Once, transient("m", None)),
            (FailureKind::Denied, no, Repeat::Once, Failure::Denied("m".to_owned())),
            (FailureKind::Unauthorized, no, Repeat::Once, unauthorized("m")),
            (FailureKind::Invalid, no, Repeat::Read, other("invalid-request", "m")),
            (FailureKind::Tls, no, Repeat::Read, other("tls", "m")),
            (FailureKind::TooLarge, maybe, Repeat::Read, other("too-large", "m")),
        ] {
            assert_eq!(of_send(lost(kind, sent), repeat), expected, "{kind:?} {sent:?} {repeat:?}");
        }
    }

    #[test]
    fn messages_are_cut_on_a_characters_edge() {
        assert_eq!(shorten("a\n b"), "a b");
        let long = "ż".repeat(400);
        assert_eq!(shorten(&long).chars().count(), MESSAGE_CHARS_MAX + 1);
    }
}
