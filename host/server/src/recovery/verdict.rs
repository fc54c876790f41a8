//! Whether a call that was under way may go on from its journal, and what becomes of it otherwise.
//!
//! | found at the start | a `once` request in question | other requests recorded | nothing recorded |
//! |---|---|---|---|
//! | the journal cannot be read, or has a gap | in doubt | in doubt | in doubt |
//! | data of the past, an action that mails, no document known | in doubt | in doubt | in doubt |
//! | the connection is gone | in doubt | fails, may be retried | fails, may be retried |
//! | the component is another | in doubt | fails, may be retried | goes on: nothing of the other was seen |
//! | none of these | goes on | goes on | goes on |
//!
//! Data of the past: a backup, or what a disk kept of what it confirmed. The host went on with the call and may have sent
//! since, so that doing it here is doing it again. A document that is known settles that: the component asks the provider about it before it sends.

use countersign_sandbox::contract::Failure;
use countersign_sandbox::exchange::Exchange;
use countersign_store::{ExchangeRow, ExchangeState, NewCall};
use countersign_workflow::effect::CallRequest;
use jiff::Timestamp;

use crate::host::restored::mails;
use crate::perform::Begun;

/// What is known of one call.
pub(super) struct Case<'a> {
    pub(super) call: &'a NewCall,
    pub(super) exchanges: &'a [ExchangeRow],
    /// The component of its connection now; none when the connection is not configured.
    pub(super) component: Option<&'a str>,
    /// The call has reported the provider's id of its document.
    pub(super) document_reported: bool,
    /// The host runs on data of this time, and nobody has taken over what happened since.
    pub(super) unknown_since_ms: Option<i64>,
}

/// The call as it goes on, or the failure that ends it.
pub(super) fn judge(case: &Case<'_>) -> Result<Begun, Failure> {
    let (request, exchanges) = read(case).map_err(|words| {
        Failure::InDoubt(format!(
            "the host stopped during this call and its journal cannot be read: {words}; it may have sent"
        ))
    })?;
    if let Some(since_ms) = case.unknown_since_ms.filter(|_| mails(&request.action))
        && !case.document_reported
        && request.input.get("resume-document").is_none_or(serde_json::Value::is_null)
    {
        return Err(overtaken(since_ms));
    }
    same_component(case, &exchanges)?;
    Ok(Begun { request, at_ms: case.call.opened_at_ms, recorded: Some(exchanges) })
}

/// The journal, when all of it is there.
fn read(case: &Case<'_>) -> Result<(CallRequest, Vec<Exchange>), String> {
    let request = serde_json::from_str(&case.call.request).map_err(|e| format!("its request: {e}"))?;
    let mut exchanges = Vec::with_capacity(case.exchanges.len());
    for (expected, row) in (1..).zip(case.exchanges) {
        let exchange: Exchange =
            serde_json::from_str(&row.json).map_err(|e| format!("exchange {}: {e}", row.number))?;
        if row.number != expected || exchange.number != expected {
            return Err(format!("exchange {expected} is missing"));
        }
        if exchange.response.is_none() != (row.state == ExchangeState::Open) {
            return Err(format!("exchange {expected} is closed without an answer, or open with one"));
        }
        exchanges.push(exchange);
    }
    Ok((request, exchanges))
}

fn overtaken(since_ms: i64) -> Failure {
    let since = Timestamp::from_millisecond(since_ms).map(|since| since.to_string()).unwrap_or_default();
    Failure::InDoubt(format!(
        "this host knows nothing after {since}, when the call was under way: it may have sent since (CS0014, CS0020)"
    ))
}

/// What one component began is not gone on with by another: the answers in the journal are to the questions of the first.
fn same_component(case: &Case<'_>, exchanges: &[Exchange]) -> Result<(), Failure> {
    let connection = &case.call.connection;
    let (code, words) = match case.component {
        Some(digest) if digest == case.call.component || exchanges.is_empty() => return Ok(()),
        Some(_) => (
            "CS0015",
            format!(
                "the host stopped during this call and connection `{connection}` has another component since"
            ),
        ),
        None => (
            "CS0007",
            format!(
                "the host stopped during this call and connection `{connection}` is not configured any more; add it under `connections` in countersign.yaml"
            ),
        ),
    };
    match exchanges.iter().rfind(|exchange| exchange.is_in_question()) {
        None => Err(Failure::fault(code, words)),
        Some(Exchange { number, request, .. }) => Err(Failure::InDoubt(format!(
            "{words}; exchange {number} (`{} {}`) may have been processed",
            request.method, request.path
        ))),
    }
}

#[cfg(test)]
mod tests;
