//! `retry` of actions: durations that can be read, and that leave room for another try.
//!
//! Not here: the ranges of its numbers, which the schema tells (`shape.rs`).

use super::Check;
use crate::definition::duration;
use crate::definition::retry::Retry;
use crate::position::join;

impl Check<'_> {
    pub(super) fn retry(&mut self, pointer: &str, retry: &Retry) {
        let durations = [("delay", &retry.delay), ("cap", &retry.cap), ("deadline", &retry.deadline)];
        for (key, text) in durations.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
            match duration::milliseconds(text) {
                Err(reason) => self.report.error("bad-duration", &join(pointer, key), reason),
                // A provider that fails needs a moment.
                Ok(0) => {
                    let message = format!("`{text}` is no time at all; write for example `PT1S`");
                    self.report.error("bad-duration", &join(pointer, key), message);
                }
                Ok(_) => {}
            }
        }
        let Ok(policy) = retry.policy() else { return };
        if retry.cap.is_some() && policy.cap_ms < policy.delay_ms {
            let message = "the cap is below the delay, so every wait is the cap; write it as `delay`";
            self.report.warn_at_key("redundant", &join(pointer, "cap"), message);
        }
        if policy.limit > 0 && policy.delay_ms.min(policy.cap_ms) > policy.deadline_ms {
            let message = "the deadline is over before the second try; make it longer, or write `limit: 0`";
            let key = if retry.deadline.is_some() { "deadline" } else { "delay" };
            self.report.error_at_key("never-retried", &join(pointer, key), message);
        }
    }
}
