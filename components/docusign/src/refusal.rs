//! What DocuSign's refusals mean: by their code, because the same status stands for a spent limit, a dead token and
//! an unknown envelope alike (P17).
//!
//! Codes without a mark here are in DocuSign's reference or its own samples; those marked INFERRED were only seen in
//! programs of others.

use countersign_sdk::contract::types::{Failure, TimestampMs};
use countersign_sdk::{Host, Reply, Request, failure, json};

use crate::wire::problem::Problem;

/// A limit refreshes on the clock hour (P18).
const HOUR_MS: u64 = 3_600_000;

/// A burst is counted over so long.
const BURST_MS: u64 = 30_000;

/// What is wrong when not even an error of DocuSign's comes back.
const NOBODY_THERE: &str = "HTTP 404 without a code of DocuSign's; `base-url` must be the account's `base_uri` and \
    nothing behind it, like `https://eu.docusign.net`";

/// The token or the user is not accepted here.
const UNAUTHORIZED: [&str; 5] = [
    "AUTHORIZATION_INVALID_TOKEN",
    "USER_AUTHENTICATION_FAILED",
    "ACCOUNT_NOT_AUTHORIZED_FOR_ENVELOPE",
    // INFERRED
    "PARTNER_AUTHENTICATION_FAILED",
    // INFERRED
    "USER_LACKS_PERMISSIONS",
];

/// The account's plan does not cover it.
const NOT_ENTITLED: [&str; 2] = [
    "ACCOUNT_LACKS_PERMISSIONS",
    // INFERRED
    "ENVELOPE_ALLOWANCE_EXCEEDED",
];

/// There is no such thing.
const NOT_FOUND: [&str; 2] = [
    "DOCUMENT_DOES_NOT_EXIST",
    // INFERRED
    "ENVELOPE_DOES_NOT_EXIST",
];

/// Sends a request and takes any status but success for a failure, in DocuSign's words.
///
/// # Errors
/// When there is no answer, or a refusal.
pub(crate) fn fetch(host: &dyn Host, request: Request) -> Result<Reply, Failure> {
    let reply = request.send(host)?;
    if reply.is_success() { Ok(reply) } else { Err(refusal(&reply, host)) }
}

/// As [`fetch`], for a request that changes something: its success can carry an error inside (P27).
///
/// # Errors
/// As [`fetch`], and when there is an error inside.
pub(crate) fn change(host: &dyn Host, request: Request) -> Result<Reply, Failure> {
    let reply = fetch(host, request)?;
    match json::read::<Problem>(reply.bytes()).ok().and_then(Problem::inside) {
        Some((code, message)) => Err(by_code(&code, &message, &reply, host)
            .unwrap_or_else(|| failure::rejected(code.clone(), &message))),
        None => Ok(reply),
    }
}

/// What a refusal means.
#[must_use]
pub(crate) fn refusal(reply: &Reply, host: &dyn Host) -> Failure {
    let Some((code, message)) = json::read::<Problem>(reply.bytes()).ok().and_then(Problem::whole) else {
        return match reply.status() {
            429 => spent("", "HTTP 429", reply, host),
            // DocuSign has a code for what it does not know: this is an address where nobody is (P3).
            404 => failure::unauthorized(NOBODY_THERE),
            _ => reply.failure(host),
        };
    };
    by_code(&code, &message, reply, host)
        .unwrap_or_else(|| reply.failure_saying(host, failure::provider_message(code.clone(), &message)))
}

/// What a code says, whatever the status; nothing when the status says it better.
fn by_code(code: &str, message: &str, reply: &Reply, host: &dyn Host) -> Option<Failure> {
    let is_one_of = |codes: &[&str]| codes.iter().any(|known| known.eq_ignore_ascii_case(code));
    let words = format!("{code}: {message}");
    if code.to_ascii_uppercase().ends_with("LIMIT_EXCEEDED") {
        return Some(spent(code, &words, reply, host));
    }
    if is_one_of(&UNAUTHORIZED) {
        return Some(failure::unauthorized(&words));
    }
    if is_one_of(&NOT_ENTITLED) {
        return Some(Failure::NotEntitled(failure::shorten(&words)));
    }
    is_one_of(&NOT_FOUND).then_some(Failure::NotFound)
}

/// A limit that refills by itself.
fn spent(code: &str, words: &str, reply: &Reply, host: &dyn Host) -> Failure {
    failure::transient(words, Some(wait_ms(code, reply, host.now())))
}

/// As long as DocuSign says; a burst is over soon, everything else on the next clock hour.
fn wait_ms(code: &str, reply: &Reply, now: TimestampMs) -> u64 {
    let told = reply.header("retry-after").and_then(|value| failure::retry_after_ms(value, now));
    if let Some(told) = told {
        return told;
    }
    if code.to_ascii_uppercase().starts_with("BURST") {
        return BURST_MS;
    }
    let reset_s = reply.header("x-ratelimit-reset").and_then(|value| value.trim().parse::<u64>().ok());
    let left = reset_s.and_then(|seconds| seconds.checked_mul(1000)?.checked_sub(now));
    left.filter(|left| *left > 0).unwrap_or(HOUR_MS - now % HOUR_MS)
}
