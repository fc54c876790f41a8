//! What the end of a call means: an outcome, or the failure that says whether a repeat can help.
//!
//! Not here: how it came to it (`call/invoke.rs`).

use std::sync::Arc;

use tokio::time::Instant;
use wasmtime::PoolConcurrencyLimitError;

use super::invoke::Answer;
use super::state::CallState;
use super::{CallEnd, EndedBy, outcome};
use crate::contract::{ActionInput, ActionOutcome, Failure};
use crate::exchange::{Exchange, RecordedResponse};

/// The longest trap message kept.
const TRAP_BYTES_MAX: usize = 2_000;

/// How the run of a guest function ended.
pub(super) enum Ran {
    /// It answered, or trapped.
    Through(Answer<ActionOutcome>),
    /// The deadline cut it, or it never began.
    Cut,
}

impl From<Answer<ActionOutcome>> for Ran {
    fn from(answer: Answer<ActionOutcome>) -> Self {
        Self::Through(answer)
    }
}

/// Makes the end of the call from what its store held.
pub(super) fn conclude(ran: Ran, action: &ActionInput, mut state: CallState, started: Instant) -> CallEnd {
    let (result, ended_by) = judge(ran, action, &mut state);
    let connection = state.work.as_ref().map(|work| Arc::clone(&work.connection));
    let (exchanges, created, document_id) =
        state.work.take().map(|work| (work.exchanges, work.created, work.document_id)).unwrap_or_default();
    CallEnd {
        result,
        exchanges,
        log: state.log.finish(state.console, connection.as_deref()),
        created,
        document_id,
        ended_by,
        duration: started.elapsed(),
        memory_peak_bytes: state.meter.peak_bytes(),
    }
}

type Judged = (Result<ActionOutcome, Failure>, EndedBy);

fn judge(ran: Ran, action: &ActionInput, state: &mut CallState) -> Judged {
    let ended = state.ended.take();
    let exchanges = state.work.as_ref().map(|work| work.exchanges.as_slice()).unwrap_or_default();
    match ran {
        Ran::Through(Ok(Ok(outcome))) => {
            let checked = state.work.as_ref().map_or(Ok(()), |work| outcome::check(action, &outcome, work));
            match checked {
                Ok(()) => (Ok(outcome), EndedBy::Returned),
                Err(words) => cut(EndedBy::BrokeContract(words), exchanges),
            }
        }
        Ran::Through(Ok(Err(failure))) => (Err(doubted(failure, exchanges)), EndedBy::Returned),
        Ran::Through(Err(error)) => cut(ended.unwrap_or_else(|| trap(&error, state)), exchanges),
        Ran::Cut => cut(ended.unwrap_or(EndedBy::TimedOut), exchanges),
    }
}

/// The words of a trap.
pub(super) fn trap(error: &wasmtime::Error, state: &CallState) -> EndedBy {
    // A component of several memories can use up the pool before the calls are too many.
    if error.is::<PoolConcurrencyLimitError>() {
        return EndedBy::NoRoom;
    }
    let mut words = format!("{error:#}");
    words.truncate(words.floor_char_boundary(TRAP_BYTES_MAX));
    if state.meter.refused {
        let limit_mib = state.limits.memory_bytes_max / (1024 * 1024);
        words = format!("it asked for more than {limit_mib} MiB of memory: {words}");
    }
    EndedBy::Trapped(words)
}

fn cut(ended_by: EndedBy, exchanges: &[Exchange]) -> Judged {
    (Err(failure(&ended_by, exchanges)), ended_by)
}

/// The failure of a call that did not answer. A `once` request that may have been processed leaves it in doubt,
/// whatever ended it; otherwise nothing that matters was changed.
fn failure(ended_by: &EndedBy, exchanges: &[Exchange]) -> Failure {
    let (code, words) = match ended_by {
        EndedBy::Returned => ("returned", "the component answered".to_owned()),
        EndedBy::Trapped(words) => ("trapped", format!("the component trapped: {words}")),
        EndedBy::TimedOut => ("timed-out", "the call took longer than it may".to_owned()),
        EndedBy::JournalFailed(words) => ("journal", format!("the journal could not be written: {words}")),
        EndedBy::BrokeContract(words) => ("contract", format!("the component broke the contract: {words}")),
        EndedBy::Diverged(words) => ("nondeterministic-provider", words.clone()),
        EndedBy::NoRoom => ("no-room", "too many calls run at once; raise `max-calls` or wait".to_owned()),
    };
    if let Some(position) = question(exchanges) {
        return in_doubt(&words, exchanges.get(position));
    }
    match ended_by {
        EndedBy::TimedOut | EndedBy::JournalFailed(_) | EndedBy::NoRoom => Failure::passing(words),
        _ => Failure::fault(code, words),
    }
}

/// A component's own failure, unless it says that nothing was changed and waiting helps, after a `once` request that
/// may have been processed and that it did not look into: no later exchange was answered well. A host repeats such
/// failures by itself, so they must not be taken on trust.
fn doubted(failure: Failure, exchanges: &[Exchange]) -> Failure {
    let invites = matches!(failure, Failure::Transient(_) | Failure::NotReady(_));
    let Some(position) = question(exchanges).filter(|_| invites) else { return failure };
    let later = exchanges.get(position + 1..).unwrap_or_default();
    let looked =
        later.iter().any(|exchange| status(exchange).is_some_and(|status| (200..300).contains(&status)));
    if looked { failure } else { in_doubt(&failure.to_string(), exchanges.get(position)) }
}

fn in_doubt(words: &str, exchange: Option<&Exchange>) -> Failure {
    let about = exchange.map(|exchange| {
        let request = &exchange.request;
        format!("exchange {} (`{} {}`)", exchange.number, request.method, request.path)
    });
    Failure::InDoubt(format!(
        "{words}; {} may have been processed and must not be repeated",
        about.unwrap_or_default()
    ))
}

/// The last `once` request that may have been processed.
fn question(exchanges: &[Exchange]) -> Option<usize> {
    exchanges.iter().rposition(Exchange::is_in_question)
}

fn status(exchange: &Exchange) -> Option<u16> {
    match &exchange.response {
        Some(RecordedResponse::Answered { status, .. }) => Some(*status),
        _ => None,
    }
}
