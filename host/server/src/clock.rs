//! The host's time. Everything that plans or compares times asks here, so that the demo and tests can move it on.
//!
//! It never goes back: where the machine's clock is set back, the host's goes on from where it was, at its own pace,
//! until the next start. A firing is planned after the one before and a history reads in order; going back instead
//! would fire a timer a second time for the same hour. Not here: timers (`timers.rs`) and the frozen clock of a call
//! (`sandbox`).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// How far the machine's clock may lie behind before an operator is told.
const BEHIND_MS: i64 = 1_000;

/// The machine's time, never backwards, plus an offset that only ever grows.
#[derive(Debug, Default)]
pub struct Clock {
    offset_ms: AtomicI64,
    steady: Mutex<Steady>,
    moved: Notify,
}

/// The latest time that the machine's clock has shown, and when that was on a clock that nobody sets.
#[derive(Debug, Default)]
struct Steady {
    latest: Option<(i64, Instant)>,
    behind: bool,
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, milliseconds);
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        steady.read(wall, Instant::now()) + self.offset_ms.load(Ordering::Relaxed)
    }

    /// Moves the clock on; timers that become due fire.
    pub fn advance_ms(&self, by: i64) {
        self.offset_ms.fetch_add(by.max(0), Ordering::Relaxed);
        self.moved.notify_waiters();
    }

    /// Wakes whoever waits for a time: a nearer one may have been planned.
    pub fn wake(&self) {
        self.moved.notify_waiters();
    }

    /// Waits until the clock is moved on or woken.
    pub fn moved(&self) -> Notified<'_> {
        self.moved.notified()
    }
}

impl Steady {
    /// The time, from what both clocks show now.
    fn read(&mut self, wall_ms: i64, now: Instant) -> i64 {
        let own_ms =
            self.latest.map(|(at_ms, then)| at_ms + milliseconds(now.saturating_duration_since(then)));
        match own_ms {
            Some(own_ms) if wall_ms < own_ms => {
                self.tell(own_ms - wall_ms);
                own_ms
            }
            _ => {
                self.behind = false;
                self.latest = Some((wall_ms, now));
                wall_ms
            }
        }
    }

    fn tell(&mut self, behind_ms: i64) {
        if behind_ms < BEHIND_MS || self.behind {
            return;
        }
        self.behind = true;
        tracing::warn!(
            behind_ms,
            "the machine's clock was set back; the host goes on with its own time until it is started again"
        );
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_whatever_the_machine_s_clock_does() {
        const HOUR: i64 = 3_600_000;
        // What the machine's clock shows at each second of a steady one, and what the host's then does.
        let cases: [(&str, &[i64], &[i64]); 5] = [
            ("in step", &[0, 1_000, 2_000], &[0, 1_000, 2_000]),
            ("set on", &[0, HOUR, HOUR + 1_000], &[0, HOUR, HOUR + 1_000]),
            ("set back", &[HOUR, 1_000, 2_000], &[HOUR, HOUR + 1_000, HOUR + 2_000]),
            ("set back and on again", &[HOUR, 0, HOUR + 5_000], &[HOUR, HOUR + 1_000, HOUR + 5_000]),
            ("a little behind", &[5_000, 5_900, 7_000], &[5_000, 6_000, 7_000]),
        ];
        let begin = Instant::now();
        for (name, walls, expect) in cases {
            let mut steady = Steady::default();
            let seconds = (0..).map(|second| begin + Duration::from_secs(second));
            let times: Vec<i64> =
                walls.iter().zip(seconds).map(|(wall, now)| steady.read(*wall, now)).collect();
            assert_eq!(times, expect, "{name}");
            assert!(times.is_sorted(), "{name}");
        }
    }
}
