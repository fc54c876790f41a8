//! `retry`: how often, and how long after each other, an action is tried when it fails for a passing reason.
//!
//! Not here: which failures pass (`crate::failure`) and the waiting itself (`crate::automation::retrying`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duration;

/// Further tries of an action that failed for a passing reason. What is left out takes the default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Retry {
    /// Tries after the first; 3 when left out, 0 turns it off.
    #[schemars(range(max = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// ISO 8601 duration from the first failure to the second try; `PT1S` when left out.
    #[schemars(extend("examples" = ["PT1S"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
    /// Each wait is so many times the one before; 2 when left out.
    #[schemars(range(min = 1, max = 10))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// ISO 8601 duration that no wait exceeds, unless the provider asks for more; `PT30S` when left out.
    #[schemars(extend("examples" = ["PT1M"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<String>,
    /// Each wait is longer by up to this share, so that instances do not come all at once; 0.2 when left out.
    #[schemars(range(min = 0, max = 1))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<f64>,
    /// ISO 8601 duration from the start of the first try to the start of the last; `PT1M` when left out.
    #[schemars(extend("examples" = ["PT10M"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
}

/// A `retry` with its defaults, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Tries after the first.
    pub limit: u32,
    /// From the first failure to the second try.
    pub delay_ms: i64,
    /// Each wait over the one before.
    pub factor: f64,
    /// No wait exceeds it of itself.
    pub cap_ms: i64,
    /// The share by which a wait may be longer.
    pub jitter: f64,
    /// From the start of the first try to the start of the last.
    pub deadline_ms: i64,
}

impl Default for Policy {
    /// A hiccup of a few seconds passes unseen, and whoever pressed the button still gets the answer.
    fn default() -> Self {
        Self { limit: 3, delay_ms: 1_000, factor: 2.0, cap_ms: 30_000, jitter: 0.2, deadline_ms: 60_000 }
    }
}

impl Retry {
    /// What holds: the values given, and the defaults for the others.
    ///
    /// # Errors
    /// Says which duration cannot be read; a definition that was checked has none.
    pub fn policy(&self) -> Result<Policy, String> {
        let usual = Policy::default();
        let read =
            |text: &Option<String>, usual_ms| text.as_deref().map_or(Ok(usual_ms), duration::milliseconds);
        Ok(Policy {
            limit: self.limit.unwrap_or(usual.limit),
            delay_ms: read(&self.delay, usual.delay_ms)?,
            factor: self.factor.unwrap_or(usual.factor),
            cap_ms: read(&self.cap, usual.cap_ms)?,
            jitter: self.jitter.unwrap_or(usual.jitter),
            deadline_ms: read(&self.deadline, usual.deadline_ms)?,
        })
    }
}

impl Policy {
    /// The wait after so many tries, before the provider's wishes: at least so long, and at most so long with all of
    /// the jitter. `chance` lies between 0 and 1.
    #[must_use]
    pub fn wait_ms(&self, tries: u32, asked_ms: i64, chance: f64) -> i64 {
        let cap_ms = float(self.cap_ms);
        let mut wait_ms = float(self.delay_ms);
        // Repeated multiplication and no `powi`: the same bits on every machine.
        for _ in 1..tries {
            wait_ms = (wait_ms * self.factor).min(cap_ms);
        }
        let wait_ms = wait_ms.min(cap_ms).max(float(asked_ms));
        whole(wait_ms * (1.0 + self.jitter * chance))
    }
}

/// Durations are below a century, so nothing is lost.
#[allow(clippy::cast_precision_loss)]
fn float(ms: i64) -> f64 {
    ms as f64
}

/// Rounds up, so that a provider is never asked earlier than it said.
#[allow(clippy::cast_possible_truncation)]
fn whole(ms: f64) -> i64 {
    ms.ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::{Policy, Retry};

    #[test]
    fn waits_grow_to_the_cap_and_respect_the_provider() {
        let policy = Policy { limit: 9, cap_ms: 5_000, ..Policy::default() };
        for (tries, asked_ms, chance, expect) in [
            (1, 0, 0.0, 1_000),
            (2, 0, 0.0, 2_000),
            (3, 0, 0.0, 4_000),
            (4, 0, 0.0, 5_000),
            (9, 0, 0.0, 5_000),
            (1, 0, 1.0, 1_200),
            (1, 0, 0.5, 1_100),
            (1, 7_000, 0.0, 7_000),
            (1, 7_000, 1.0, 8_400),
            (4, 2_000, 0.0, 5_000),
        ] {
            assert_eq!(policy.wait_ms(tries, asked_ms, chance), expect, "{tries} {asked_ms} {chance}");
        }
    }

    #[test]
    fn what_is_left_out_takes_the_default() {
        assert_eq!(Retry::default().policy(), Ok(Policy::default()));
        let some = Retry { limit: Some(0), cap: Some("PT1M".to_owned()), ..Retry::default() };
        assert_eq!(some.policy(), Ok(Policy { limit: 0, cap_ms: 60_000, ..Policy::default() }));
        assert!(Retry { delay: Some("soon".to_owned()), ..Retry::default() }.policy().is_err());
    }
}
