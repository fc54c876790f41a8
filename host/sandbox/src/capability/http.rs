//! `http`: the one way out. Every request passes here, in this order: allowed? → recorded → its intent journalled →
//! sent → the answer bounded, masked, recorded and journalled → handed over.
//!
//! Not here: address policy, TLS and credentials, which come after recording (`network.rs`).

mod answer;
mod body;
pub(crate) mod grant;
pub(crate) mod headers;
mod path;
mod prepare;
mod replay;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, timeout_at};

use crate::call::EndedBy;
use crate::call::state::{CallState, Work};
use crate::capability::mask;
use crate::contract::http::{FailureKind, Request, RequestSent, Response, SendFailure};
use crate::contract::log::Level;
use crate::exchange::{Exchange, RecordedResponse, Repeat};
use crate::limits::Limits;
use prepare::Prepared;

/// What is left of a call when a request gives up, so that the component can still answer for itself.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// `http.connection-setting`
pub(crate) fn connection_setting(state: &mut CallState, name: &str) -> wasmtime::Result<Option<String>> {
    Ok(state.work("http.connection-setting")?.connection.setting(name).map(str::to_owned))
}

/// `http.send`
pub(crate) async fn send(
    state: &mut CallState,
    request: Request,
) -> wasmtime::Result<Result<Response, SendFailure>> {
    if Instant::now() >= state.deadline {
        return Err(state.time_out());
    }
    let (limits, seed) = (std::sync::Arc::clone(&state.limits), state.seed);
    let work = state.work("http.send")?;
    let prepared = match prepare::prepare(work, request, &limits, seed) {
        Ok(prepared) => prepared,
        Err(refusal) => {
            // The operator sees the mend even when the component swallows it.
            state.log.host(Level::Warn, refusal.message.clone(), &limits);
            return Ok(Err(refusal));
        }
    };
    match replay::next(work, &prepared) {
        replay::Next::Live => {}
        replay::Next::Recorded(answer) => return Ok(answer),
        replay::Next::Open => return answer_in_doubt(state, prepared).await,
        replay::Next::Differs(words) => return Err(state.end(EndedBy::Diverged(words))),
    }
    open(state, &prepared).await?;
    let deadline = state.deadline;
    let work = state.work("http.send")?;
    let (repeat, started) = (prepared.recorded_repeat, Instant::now());
    let carried = carry(work, prepared, &limits, deadline).await;
    close(state, repeat, carried, started).await
}

/// Records the exchange as open and, unless it only reads, commits its intent with everything before it.
async fn open(state: &mut CallState, prepared: &Prepared) -> wasmtime::Result<()> {
    let deadline = state.deadline;
    let work = state.work("http.send")?;
    work.exchanges.push(Exchange {
        number: prepared.number,
        request: prepared.recorded.clone(),
        response: None,
        started_at_ms: wall_clock_ms(),
        duration_ms: None,
    });
    if prepared.recorded_repeat == Repeat::Read {
        return Ok(());
    }
    let (Some((open, ended)), journaled) = (work.exchanges.split_last(), work.journaled) else {
        return Ok(());
    };
    let before = ended.get(journaled..).unwrap_or_default();
    match timeout_at(deadline, work.journal.intent(&work.id, before, open)).await {
        Ok(Ok(())) => {
            work.journaled = work.exchanges.len();
            Ok(())
        }
        Ok(Err(reason)) => {
            // Nothing was sent, so it is no exchange.
            work.exchanges.pop();
            Err(state.end(EndedBy::JournalFailed(reason)))
        }
        Err(_) => {
            work.exchanges.pop();
            Err(state.time_out())
        }
    }
}

/// What was carried: what the component gets, and what the record gets.
type Carried = Result<(Response, RecordedResponse), SendFailure>;

async fn carry(work: &mut Work, prepared: Prepared, limits: &Limits, deadline: Instant) -> Carried {
    let now = Instant::now();
    let left = deadline.saturating_duration_since(now);
    if left.is_zero() {
        // Stopped while the intent was committed: another host may have waited this call out and taken it up.
        let message = "the call's time was over before the request left".to_owned();
        let (kind, request_sent) = (FailureKind::Timeout, RequestSent::No);
        return Err(SendFailure { kind, request_sent, message, consent_url: None });
    }
    // Half of what is left when little is left, never nothing: a zero timeout makes some clients panic.
    let patience = left.saturating_sub(LAST_WORDS).max(left / 2).max(Duration::from_millis(1));
    let mut outgoing = prepared.outgoing;
    outgoing.timeout = patience;
    let carried = async {
        let incoming = work.transport.send(outgoing).await.map_err(answer::failure)?;
        answer::take(work, incoming, prepared.destination, limits).await
    };
    timeout_at(now + patience, carried).await.unwrap_or_else(|_| {
        Err(SendFailure {
            kind: FailureKind::Timeout,
            request_sent: RequestSent::Maybe,
            message: format!("no whole answer within {} ms", patience.as_millis()),
            consent_url: None,
        })
    })
}

/// Records the answer and commits it, and only then hands it over.
async fn close(
    state: &mut CallState,
    repeat: Repeat,
    carried: Carried,
    started: Instant,
) -> wasmtime::Result<Result<Response, SendFailure>> {
    let deadline = state.deadline;
    let work = state.work("http.send")?;
    let (answer, recorded) = match carried {
        Ok((response, recorded)) => (Ok(response), recorded),
        Err(failure) => {
            let mut failure = answer::doubt(failure, repeat);
            mask::text(&work.connection, &mut failure.message);
            let recorded = answer::recorded_failure(&failure);
            (Err(failure), recorded)
        }
    };
    if let Some(open) = work.exchanges.last_mut() {
        open.response = Some(recorded);
        open.duration_ms = u64::try_from(started.elapsed().as_millis()).ok();
    }
    let Some(answered) = work.exchanges.last().filter(|_| repeat != Repeat::Read) else { return Ok(answer) };
    match timeout_at(deadline, work.journal.response(&work.id, answered)).await {
        Ok(Ok(())) => Ok(answer),
        Ok(Err(reason)) => Err(state.end(EndedBy::JournalFailed(reason))),
        Err(_) => Err(state.time_out()),
    }
}

/// Run again from its journal, a call stands before a `once` request that may have been sent: it never is again.
async fn answer_in_doubt(
    state: &mut CallState,
    prepared: Prepared,
) -> wasmtime::Result<Result<Response, SendFailure>> {
    let work = state.work("http.send")?;
    work.exchanges.push(Exchange {
        number: prepared.number,
        request: prepared.recorded,
        response: None,
        started_at_ms: wall_clock_ms(),
        duration_ms: None,
    });
    work.journaled = work.exchanges.len();
    let failure = SendFailure {
        kind: FailureKind::InDoubt,
        request_sent: RequestSent::Maybe,
        message: "the host stopped while this request was under way; it may have been processed".to_owned(),
        consent_url: None,
    };
    close(state, Repeat::Once, Err(failure), Instant::now()).await
}

fn wall_clock_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
