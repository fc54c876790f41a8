//! What OneSpan's refusals mean: by their message key, and by the status where there is none.
//!
//! Only families of keys are known (`error.notFound.…`); OneSpan publishes no list.

use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Host, Reply, Request, failure, json};

use crate::wire::problem::Problem;

/// What is wrong when not even an error of OneSpan's comes back. INFERRED: its own answers always say more.
const NOBODY_THERE: &str = "HTTP 404 without an error of OneSpan's; `base-url` must be the host alone, like \
    `https://sandbox.esignlive.com`, without `/api`";

/// An account accepts one way only, and refuses the others as if they were wrong.
const ONE_WAY: &str = "an account accepts one way to authenticate: OAuth, or API key and API token";

/// Sends a request and takes any status but success for a failure, in OneSpan's words.
///
/// # Errors
/// When there is no answer, or a refusal.
pub(crate) fn fetch(host: &dyn Host, request: Request) -> Result<Reply, Failure> {
    let reply = request.send(host)?;
    if reply.is_success() { Ok(reply) } else { Err(refusal(&reply, host)) }
}

fn refusal(reply: &Reply, host: &dyn Host) -> Failure {
    let Some((code, message)) = json::read::<Problem>(reply.bytes()).ok().and_then(Problem::words) else {
        return match reply.status() {
            401 => failure::unauthorized(&format!("HTTP 401; {ONE_WAY}")),
            404 => failure::unauthorized(NOBODY_THERE),
            _ => reply.failure(host),
        };
    };
    let words = format!("{code}: {message}");
    match reply.status() {
        // A fault or a limit is one whatever the key says.
        408 | 425 | 429 | 500.. => {}
        401 => return failure::unauthorized(&format!("{words}; {ONE_WAY}")),
        _ if is_of(&code, "error.unauthorized") || is_of(&code, "error.forbidden") => {
            return failure::unauthorized(&words);
        }
        _ if is_of(&code, "error.notFound") => return Failure::NotFound,
        _ if is_of(&code, "error.validation") || is_of(&code, "error.unprocessableEntity") => {
            return failure::rejected(code, &message);
        }
        _ => {}
    }
    reply.failure_saying(host, failure::provider_message(code, &message))
}

/// Whether a key belongs to a family: `error.notFound` or `error.notFound.package`, in any case.
fn is_of(key: &str, family: &str) -> bool {
    let start = key.get(..family.len()).unwrap_or_default();
    let rest = key.get(family.len()..).unwrap_or_default();
    start.eq_ignore_ascii_case(family) && (rest.is_empty() || rest.starts_with('.'))
}
