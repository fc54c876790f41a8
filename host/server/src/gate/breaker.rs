//! When a connection rests: the circuit breaker as a state machine that is told the time.
//!
//! ```text
//!            failures in a row                the time is over
//!  closed ───────────────────────▶ open ───────────────────────▶ half open: one call goes as a probe
//!    ▲                              ▲  it fails: longer than before  │ │
//!    │                              └────────────────────────────────┘ │
//!    └──────────────────── the provider answers it ────────────────────┘
//! ```
//!
//! Calls are let go in growing number: at first, and after an outage, no more than the failures it takes to open;
//! each answer makes room for one more. So neither a start nor a recovery sends a herd at a provider that may be down.
//! Not here: waiting (`gate.rs`), and what counts as a failure (`watched.rs`).

use super::limits::BreakerRules;

/// With so much room, calls are not counted any more.
const ROOM_ENOUGH: u32 = 256;

/// A breaker.
#[derive(Debug)]
pub(super) struct Breaker {
    rules: BreakerRules,
    state: State,
    failures_in_a_row: u32,
    openings_in_a_row: u32,
    /// Grows with each opening: what calls of an earlier one see says nothing about now.
    generation: u64,
    /// Calls of this generation under way.
    under_way: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { room: u32 },
    Open { until_ms: i64 },
    HalfOpen,
}

/// How a breaker stands, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is turned off.
    Off,
    /// Calls pass.
    Closed,
    /// They wait until then.
    Open(i64),
    /// One of them finds out.
    HalfOpen,
}

/// Whether a call may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// It may.
    Now,
    /// Not before this time.
    At(i64),
    /// When others have seen how the provider is.
    AfterOthers,
}

/// What an exchange tells of its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It works.
    Answer,
    /// It does not, and perhaps it says for how long.
    Failure { retry_after_ms: Option<i64> },
}

/// What is worth a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It opened until then.
    Opened(i64),
    /// It closed.
    Closed,
}

impl Breaker {
    pub(super) fn new(rules: BreakerRules) -> Self {
        let state = State::Closed { room: rules.failures };
        Self { rules, state, failures_in_a_row: 0, openings_in_a_row: 0, generation: 0, under_way: 0 }
    }

    /// Whether a call may begin now.
    pub(super) fn admission(&self, now_ms: i64) -> Admission {
        let room = match self.state {
            State::Open { until_ms } if now_ms < until_ms => return Admission::At(until_ms),
            State::Open { .. } | State::HalfOpen => 1,
            State::Closed { room } => room,
        };
        // Failures keep their places until an answer comes, so that no more of them come than it takes to open.
        let taken = self.under_way.saturating_add(self.failures_in_a_row);
        match self.is_off() || room >= ROOM_ENOUGH || taken < room {
            true => Admission::Now,
            false => Admission::AfterOthers,
        }
    }

    /// A call begins; answers its generation.
    pub(super) fn enter(&mut self) -> u64 {
        if let State::Open { .. } = self.state {
            self.state = State::HalfOpen;
        }
        self.under_way += 1;
        self.generation
    }

    /// A call of that generation is over.
    pub(super) fn leave(&mut self, generation: u64) {
        if generation == self.generation {
            self.under_way = self.under_way.saturating_sub(1);
        }
    }

    /// A call of that generation saw how the provider is.
    pub(super) fn see(&mut self, generation: u64, seen: Seen, now_ms: i64) -> Option<Turn> {
        if self.is_off() || generation != self.generation {
            return None;
        }
        match seen {
            Seen::Answer => self.answered(),
            Seen::Failure { retry_after_ms } => self.failed(retry_after_ms, now_ms),
        }
    }

    /// An operator knows better.
    pub(super) fn close(&mut self) -> Option<Turn> {
        if matches!(self.state, State::Closed { .. }) {
            return None;
        }
        self.failures_in_a_row = 0;
        self.openings_in_a_row = 0;
        self.state = State::Closed { room: self.rules.failures };
        Some(Turn::Closed)
    }

    pub(super) fn standing(&self, now_ms: i64) -> Standing {
        match self.state {
            _ if self.is_off() => Standing::Off,
            State::Open { until_ms } if now_ms < until_ms => Standing::Open(until_ms),
            State::Open { .. } | State::HalfOpen => Standing::HalfOpen,
            State::Closed { .. } => Standing::Closed,
        }
    }

    fn is_off(&self) -> bool {
        self.rules.failures == 0
    }

    fn answered(&mut self) -> Option<Turn> {
        self.failures_in_a_row = 0;
        match &mut self.state {
            State::Closed { room } => {
                *room = room.saturating_add(1).min(ROOM_ENOUGH);
                None
            }
            State::Open { .. } | State::HalfOpen => self.close(),
        }
    }

    fn failed(&mut self, retry_after_ms: Option<i64>, now_ms: i64) -> Option<Turn> {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        if self.failures_in_a_row < self.rules.failures && self.state != State::HalfOpen {
            return None;
        }
        let longer = 1_i64.checked_shl(self.openings_in_a_row).unwrap_or(i64::MAX);
        let own_ms = self.rules.open_for_ms.saturating_mul(longer);
        let asked_ms = retry_after_ms.unwrap_or_default();
        let until_ms = now_ms.saturating_add(own_ms.max(asked_ms).min(self.rules.open_for_max_ms));
        self.state = State::Open { until_ms };
        self.openings_in_a_row = (self.openings_in_a_row + 1).min(32);
        self.failures_in_a_row = 0;
        self.generation += 1;
        self.under_way = 0;
        Some(Turn::Opened(until_ms))
    }
}

#[cfg(test)]
mod tests;
