//! What an operator allows a connection, checked: how many requests, and when it rests.
//!
//! Not here: the file's format (`sandbox/connection/config`).

use countersign_sandbox::connection::config::{BreakerConfig, LimitsConfig};
use countersign_workflow::definition::duration;

const FAILURES: u32 = 5;
const OPEN_FOR_MS: i64 = 30_000;
const OPEN_FOR_MAX_MS: i64 = 600_000;
const POLL_EVERY_MS: i64 = 15 * 60_000;
/// One request a week; a million a second.
const RATES: std::ops::RangeInclusive<f64> = 1.0 / 604_800.0..=1_000_000.0;

/// The limits of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    pub(super) rate: Option<Rate>,
    pub(super) breaker: BreakerRules,
    /// How often the provider is asked for all that changed; none: never.
    pub(crate) poll_every_ms: Option<i64>,
}

/// So many requests in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// Microseconds from one to the next.
    pub(super) between_us: i64,
    /// So many at once after a pause.
    pub(super) burst: u32,
}

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BreakerRules {
    /// Failures in a row that open it; none turns it off.
    pub(super) failures: u32,
    pub(super) open_for_ms: i64,
    pub(super) open_for_max_ms: i64,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        let breaker =
            BreakerRules { failures: FAILURES, open_for_ms: OPEN_FOR_MS, open_for_max_ms: OPEN_FOR_MAX_MS };
        Self { rate: None, breaker, poll_every_ms: Some(POLL_EVERY_MS) }
    }
}

impl ConnectionLimits {
    /// Checks what an operator wrote.
    ///
    /// # Errors
    /// All problems, each with its key and what is expected.
    pub fn check(config: &LimitsConfig) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let rate = rate(config, &mut problems);
        let breaker = breaker(&config.breaker, &mut problems);
        let poll_every_ms = poll_every(config, &mut problems);
        if problems.is_empty() { Ok(Self { rate, breaker, poll_every_ms }) } else { Err(problems) }
    }
}

fn rate(config: &LimitsConfig, problems: &mut Vec<String>) -> Option<Rate> {
    let Some(per_second) = config.requests_per_second else {
        if config.burst.is_some() {
            problems.push(
                "key `limits.burst`: is nothing without a rate; add `requests-per-second` beside it"
                    .to_owned(),
            );
        }
        return None;
    };
    if !RATES.contains(&per_second) {
        problems.push(format!(
            "key `limits.requests-per-second`: `{per_second}` is no rate; write a number above 0, for example `10` or `0.5`"
        ));
        return None;
    }
    // Without a burst of its own, what comes in a second may come at once.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let burst = config.burst.unwrap_or(per_second.ceil() as u32);
    if burst == 0 {
        problems.push("key `limits.burst`: 0 lets nothing pass; write 1 or more".to_owned());
    }
    #[allow(clippy::cast_possible_truncation)]
    let between_us = (1_000_000.0 / per_second).round() as i64;
    Some(Rate { between_us, burst })
}

fn breaker(config: &BreakerConfig, problems: &mut Vec<String>) -> BreakerRules {
    let mut read = |key: &str, text: &Option<String>, usual_ms: i64| {
        let read = text.as_deref().map_or(Ok(usual_ms), duration::milliseconds);
        match read {
            Ok(0) => {
                problems.push(format!("key `limits.breaker.{key}`: must be longer than nothing; write for example `PT30S`, or turn the breaker off with `failures: 0`"));
                usual_ms
            }
            Ok(ms) => ms,
            Err(words) => {
                problems.push(format!("key `limits.breaker.{key}`: {words}"));
                usual_ms
            }
        }
    };
    let open_for_ms = read("open-for", &config.open_for, OPEN_FOR_MS);
    let open_for_max_ms = read("open-for-max", &config.open_for_max, OPEN_FOR_MAX_MS.max(open_for_ms));
    if open_for_max_ms < open_for_ms {
        problems.push(
            "key `limits.breaker.open-for-max`: is shorter than `open-for`; write the longer one here"
                .to_owned(),
        );
    }
    BreakerRules { failures: config.failures.unwrap_or(FAILURES), open_for_ms, open_for_max_ms }
}

fn poll_every(config: &LimitsConfig, problems: &mut Vec<String>) -> Option<i64> {
    let Some(text) = &config.poll_every else { return Some(POLL_EVERY_MS) };
    match duration::milliseconds(text) {
        Ok(ms) => Some(ms).filter(|ms| *ms > 0),
        Err(words) => {
            problems.push(format!("key `limits.poll-every`: {words}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str) -> Result<ConnectionLimits, Vec<String>> {
        ConnectionLimits::check(&serde_saphyr::from_str(yaml).unwrap_or_else(|e| panic!("{yaml}: {e}")))
    }

    #[test]
    fn limits_are_read_as_they_are_meant() {
        let usual = BreakerRules { failures: 5, open_for_ms: 30_000, open_for_max_ms: 600_000 };
        let rate = |between_us, burst| Some(Rate { between_us, burst });
        let cases = [
            ("{}", None, usual),
            ("{requests-per-second: 10, burst: 20}", rate(100_000, 20), usual),
            ("{requests-per-second: 0.5}", rate(2_000_000, 1), usual),
            ("{breaker: {failures: 0}}", None, BreakerRules { failures: 0, ..usual }),
            (
                "{breaker: {failures: 2, open-for: PT15M}}",
                None,
                BreakerRules { failures: 2, open_for_ms: 900_000, open_for_max_ms: 900_000 },
            ),
        ];
        for (yaml, rate, breaker) in cases {
            let poll_every_ms = Some(900_000);
            assert_eq!(check(yaml), Ok(ConnectionLimits { rate, breaker, poll_every_ms }), "{yaml}");
        }
    }

    #[test]
    fn polling_has_a_time_or_none() {
        for (yaml, expected) in [("{poll-every: PT1H}", Some(3_600_000)), ("{poll-every: PT0S}", None)] {
            assert_eq!(check(yaml).map(|limits| limits.poll_every_ms), Ok(expected), "{yaml}");
        }
    }

    #[test]
    fn wrong_limits_are_all_told_with_their_keys() {
        let cases: [(&str, &[&str]); 7] = [
            ("{burst: 3}", &["limits.burst"]),
            ("{poll-every: often}", &["limits.poll-every"]),
            ("{requests-per-second: 0}", &["limits.requests-per-second"]),
            ("{requests-per-second: .nan}", &["limits.requests-per-second"]),
            ("{requests-per-second: 1, burst: 0}", &["limits.burst"]),
            (
                "{breaker: {open-for: 30s, open-for-max: P1Y}}",
                &["breaker.open-for`", "breaker.open-for-max`"],
            ),
            (
                "{requests-per-second: -1, breaker: {open-for: PT1H, open-for-max: PT1M}}",
                &["requests-per-second", "open-for-max"],
            ),
        ];
        for (yaml, keys) in cases {
            let problems = check(yaml).err().unwrap_or_default();
            assert_eq!(problems.len(), keys.len(), "{yaml}: {problems:?}");
            for (problem, key) in problems.iter().zip(keys) {
                assert!(problem.contains(key), "{yaml}: {problem}");
            }
        }
    }
}
