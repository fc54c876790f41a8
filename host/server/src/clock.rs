//! The host's time. Everything that plans or compares times asks here, so that the demo and tests can move it on.
//!
//! It never goes back: where the machine's clock is set back, also between two starts, the host's goes on from where it
//! was, at its own pace, until the machine's has caught up. A firing is planned after the one before and a history reads in order; going back instead
//! would fire a timer a second time for the same hour. Not here: timers (`timers.rs`) and the frozen clock of a call
//! (`sandbox`).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// How far the machine's clock may lie behind before an operator is told.
const BEHIND_MS: i64 = 1_000;

/// A time that never goes back, plus an offset that only ever grows.
#[derive(Debug, Default)]
pub struct Clock {
    offset_ms: AtomicI64,
    pace: Pace,
    moved: Notify,
}

/// What moves a clock on by itself.
#[derive(Debug)]
enum Pace {
    /// The machine's clock.
    Machine(Mutex<Steady>),
    /// Nothing: a simulated time, which only the offset moves.
    Standing,
}

/// The latest time that the machine's clock has shown, and when that was on a clock that nobody sets.
#[derive(Debug, Default)]
struct Steady {
    latest: Option<(i64, Instant)>,
    behind: bool,
}

/// The machine's clock as it is, for what other programs or hosts have dated: milliseconds since 1970.
pub fn machine_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, milliseconds)
}

impl Default for Pace {
    fn default() -> Self {
        Self::Machine(Mutex::default())
    }
}

impl Clock {
    /// A clock that stands at this time until it is moved on.
    pub fn standing(at_ms: i64) -> Self {
        Self { offset_ms: AtomicI64::new(at_ms), pace: Pace::Standing, moved: Notify::new() }
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let own_ms = match &self.pace {
            Pace::Machine(steady) => {
                steady.lock().unwrap_or_else(PoisonError::into_inner).read(machine_ms(), Instant::now())
            }
            Pace::Standing => 0,
        };
        own_ms + self.offset_ms.load(Ordering::Relaxed)
    }

    /// Goes on from this time, which was written down before this start, when the machine's clock is behind it.
    pub fn go_on_from(&self, latest_ms: i64) {
        match &self.pace {
            Pace::Machine(steady) => {
                let mut steady = steady.lock().unwrap_or_else(PoisonError::into_inner);
                steady.latest = Some((latest_ms, Instant::now()));
            }
            Pace::Standing => drop(self.offset_ms.fetch_max(latest_ms, Ordering::Relaxed)),
        }
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
            "the machine's clock was set back; the host goes on with its own time until the machine's has caught up"
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
    fn a_start_goes_on_from_what_was_written_down() {
        const DAY: i64 = 86_400_000;
        let ahead = machine_ms() + DAY;
        for (latest_ms, holds) in [(ahead, true), (1_000, false)] {
            let clock = Clock::default();
            clock.go_on_from(latest_ms);
            let now_ms = clock.now_ms();
            assert_eq!(now_ms >= ahead, holds, "{latest_ms}: {now_ms}");
        }
    }

    #[test]
    fn a_standing_clock_moves_when_told() {
        let clock = Clock::standing(5_000);
        for (by_ms, written_ms, expect) in
            [(0, 0, 5_000), (1_000, 0, 6_000), (-9_000, 5_500, 6_000), (0, 9_000, 9_000)]
        {
            clock.advance_ms(by_ms);
            clock.go_on_from(written_ms);
            assert_eq!(clock.now_ms(), expect);
        }
    }

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
