//! Whether a call ended as it must.
//!
//! Not here: running it (`beside.rs`), and secrets in what it left (`needle.rs`).

use super::misbehaviour::Misbehaviour;
use crate::{ActionOutcome, CallEnd, EndedBy, Failure, Limits};

/// What a console may leave in the log beside the component's messages, and the host's own last words.
const CONSOLE_BYTES_MAX: u64 = 16 * 1024 + 1_024;

/// Who ended a call, and the failure's kind or `outcome`.
#[must_use]
pub fn words(end: &CallEnd) -> (&'static str, &'static str) {
    let ended_by = match &end.ended_by {
        EndedBy::Returned => "returned",
        EndedBy::Trapped(_) => "trapped",
        EndedBy::TimedOut => "timed-out",
        EndedBy::BrokeContract(_) => "broke-contract",
        EndedBy::JournalFailed(_) => "journal-failed",
        EndedBy::Diverged(_) => "diverged",
        EndedBy::NoRoom => "no-room",
    };
    (ended_by, end.result.as_ref().map_or_else(Failure::kind, |_| "outcome"))
}

/// Everything that is wrong with an end; `asked` is what the provider saw of the call.
#[must_use]
pub fn judge(expected: &Misbehaviour, end: &CallEnd, asked: &[String], limits: &Limits) -> Vec<String> {
    let mut wrong = Vec::new();
    let must = (expected.ended_by.as_str(), expected.result.as_str());
    let ended = words(end);
    if ended != must {
        let why = match &end.result {
            Ok(_) => String::new(),
            Err(failure) => format!(": {failure}"),
        };
        wrong.push(format!("ended `{}: {}` instead of `{}: {}`{why}", ended.0, ended.1, must.0, must.1));
    }
    if end.memory_peak_bytes > limits.memory_bytes_max {
        wrong.push(format!("held {} bytes of memory", end.memory_peak_bytes));
    }
    if expected.sends_nothing() && !asked.is_empty() {
        wrong.push(format!("sent {asked:?}"));
    }
    let said: usize = end.log.iter().map(|line| line.message.len()).sum();
    if said as u64 > limits.log_bytes_max + CONSOLE_BYTES_MAX {
        wrong.push(format!("left {said} bytes of log"));
    }
    wrong
}

/// Whether a good call did what it was asked, with the provider's document `D-1`.
pub(super) fn is_good(end: &CallEnd) -> bool {
    let sent = |outcome: &ActionOutcome| matches!(outcome, ActionOutcome::SendForSignature(sent) if sent.document_id == "D-1");
    end.result.as_ref().is_ok_and(sent) && end.document_id.as_deref() == Some("D-1")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::contract::log::Level;
    use crate::{LogLine, LogSource};

    fn expected(family: &str, ended_by: &str, result: &str) -> Misbehaviour {
        Misbehaviour {
            name: "any".to_owned(),
            does: "Something.".to_owned(),
            family: family.to_owned(),
            action: "send-for-signature".to_owned(),
            ended_by: ended_by.to_owned(),
            result: result.to_owned(),
        }
    }

    fn end(ended_by: EndedBy, failure: Failure) -> CallEnd {
        CallEnd {
            result: Err(failure),
            exchanges: Vec::new(),
            log: Vec::new(),
            created: Vec::new(),
            document_id: None,
            ended_by,
            duration: Duration::ZERO,
            memory_peak_bytes: 0,
        }
    }

    #[test]
    fn a_sandbox_that_does_not_hold_is_noticed() {
        let limits = Limits::default();
        let denied = || end(EndedBy::Returned, Failure::Denied("no".to_owned()));
        let message = "m".repeat(limits.log_bytes_max as usize * 2);
        let line = LogLine { source: LogSource::Component, level: Level::Info, message, pairs: Vec::new() };
        let reach = || expected("reach", "returned", "denied");
        let sent = ["GET /accounts/1".to_owned()];
        let table: [(Misbehaviour, CallEnd, &[String], &str); 6] = [
            (reach(), denied(), &[], ""),
            (reach(), denied(), &sent, "sent [\"GET /accounts/1\"]"),
            (
                reach(),
                end(EndedBy::Returned, Failure::NotFound),
                &[],
                "ended `returned: not-found` instead of `returned: denied`",
            ),
            (
                reach(),
                end(EndedBy::TimedOut, Failure::Denied(String::new())),
                &[],
                "ended `timed-out: denied`",
            ),
            (reach(), CallEnd { memory_peak_bytes: u64::MAX, ..denied() }, &[], "bytes of memory"),
            (reach(), CallEnd { log: vec![line], ..denied() }, &[], "bytes of log"),
        ];
        for (expected, end, asked, words) in table {
            let wrong = judge(&expected, &end, asked, &limits);
            assert_eq!(wrong.is_empty(), words.is_empty(), "{wrong:?}");
            assert!(wrong.concat().contains(words), "{wrong:?}");
        }
    }
}
