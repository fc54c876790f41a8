//! What the end of a call means: an outcome, or the failure that says whether a repeat can help.
//!
//! Not here: how it came to it (`call/invoke.rs`).

use tokio::time::Instant;

use super::invoke::Answer;
use super::state::CallState;
use super::{CallEnd, EndedBy};
use crate::capability::mask;
use crate::contract::{ActionOutcome, Failure};
use crate::exchange::{Exchange, RecordedResponse, Repeat};

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
pub(super) fn conclude(ran: Ran, mut state: CallState, started: Instant) -> CallEnd {
    let masks = state.work.as_ref().map(mask::of_work).unwrap_or_default();
    let (exchanges, created, document_id) =
        state.work.take().map(|work| (work.exchanges, work.created, work.document_id)).unwrap_or_default();
    let (result, ended_by) = match ran {
        Ran::Through(Ok(answered)) => (answered, EndedBy::Returned),
        Ran::Through(Err(error)) => {
            cut(state.ended.take().unwrap_or_else(|| trap(&error, &state)), &exchanges)
        }
        Ran::Cut => cut(state.ended.take().unwrap_or(EndedBy::TimedOut), &exchanges),
    };
    CallEnd {
        result,
        exchanges,
        log: state.log.finish(state.console, &masks),
        created,
        document_id,
        ended_by,
        duration: started.elapsed(),
        memory_peak_bytes: state.meter.peak_bytes(),
    }
}

/// The words of a trap.
pub(super) fn trap(error: &wasmtime::Error, state: &CallState) -> EndedBy {
    let mut words = format!("{error:#}");
    words.truncate(words.floor_char_boundary(TRAP_BYTES_MAX));
    if state.meter.refused {
        let limit_mib = state.limits.memory_bytes_max / (1024 * 1024);
        words = format!("it asked for more than {limit_mib} MiB of memory: {words}");
    }
    EndedBy::Trapped(words)
}

fn cut(ended_by: EndedBy, exchanges: &[Exchange]) -> (Result<ActionOutcome, Failure>, EndedBy) {
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
    if let Some(exchange) = open_question(exchanges) {
        let request = &exchange.request;
        return Failure::InDoubt(format!(
            "{words}; exchange {} (`{} {}`) must not be repeated and may have been processed",
            exchange.number, request.method, request.path
        ));
    }
    match ended_by {
        EndedBy::TimedOut | EndedBy::JournalFailed(_) | EndedBy::NoRoom => Failure::passing(words),
        _ => Failure::fault(code, words),
    }
}

/// The `once` request that was answered, or may have been processed unanswered.
fn open_question(exchanges: &[Exchange]) -> Option<&Exchange> {
    exchanges.iter().find(|exchange| {
        let unsent = matches!(exchange.response, Some(RecordedResponse::Failed { maybe_sent: false, .. }));
        exchange.request.repeat == Repeat::Once && !unsent
    })
}
