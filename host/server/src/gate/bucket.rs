//! How many requests a connection may send: a token bucket, kept as the one time at which it is full again (GCRA).
//!
//! A call begins when its tokens are there; further requests of it are taken into debt, which later calls wait off, so
//! that none runs into its deadline half way and the average rate is held. Not here: waiting (`gate.rs`).

use super::limits::Rate;

/// A bucket of tokens, one for each request.
#[derive(Debug)]
pub(super) struct Bucket {
    between_us: i64,
    burst: u32,
    full_at_us: i64,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn new(rate: Rate) -> Self {
        Self { between_us: rate.between_us, burst: rate.burst, full_at_us: i64::MIN }
    }

    /// From when on so many tokens are there, or as many as there can be.
    pub(super) fn ready_at_ms(&self, tokens: u32) -> i64 {
        let spare = self.burst.saturating_sub(tokens);
        let at_us = self.full_at_us.saturating_sub(self.worth_us(spare));
        // Rounded up: a millisecond early would only be refused.
        at_us.saturating_add(999).div_euclid(1_000)
    }

    /// Takes tokens, into debt where there are none.
    pub(super) fn take(&mut self, tokens: u32, now_ms: i64) {
        let from_us = self.full_at_us.max(now_ms.saturating_mul(1_000));
        self.full_at_us = from_us.saturating_add(self.worth_us(tokens));
    }

    /// Gives back what was taken and not used.
    pub(super) fn give_back(&mut self, tokens: u32) {
        self.full_at_us = self.full_at_us.saturating_sub(self.worth_us(tokens));
    }

    /// What is there; below zero it is a debt.
    pub(super) fn tokens(&self, now_ms: i64) -> f64 {
        let missing_us = self.full_at_us.saturating_sub(now_ms.saturating_mul(1_000)).max(0);
        f64::from(self.burst) - missing_us as f64 / self.between_us as f64
    }

    fn worth_us(&self, tokens: u32) -> i64 {
        self.between_us.saturating_mul(i64::from(tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy)]
    enum Do {
        Take(u32),
        GiveBack(u32),
        /// So many tokens are there from this time on.
        Ready(u32, i64),
        Tokens(f64),
    }

    #[test]
    fn tokens_come_back_at_their_rate_and_debts_are_waited_off() {
        use Do::{GiveBack, Ready, Take, Tokens};
        // Ten a second, five at once: one comes back every 100 ms.
        let cases: [(&str, &[(i64, Do)]); 6] = [
            ("full at first", &[(0, Tokens(5.0)), (0, Ready(5, i64::MIN / 1_000))]),
            (
                "a burst, then the rate",
                &[(0, Take(5)), (0, Tokens(0.0)), (0, Ready(1, 100)), (0, Ready(2, 200))],
            ),
            ("debt", &[(0, Take(8)), (0, Tokens(-3.0)), (0, Ready(1, 400)), (400, Tokens(1.0))]),
            (
                "never more than the burst",
                &[(0, Take(1)), (60_000, Tokens(5.0)), (60_000, Take(6)), (60_000, Ready(1, 60_200))],
            ),
            ("given back", &[(0, Take(5)), (0, GiveBack(2)), (0, Tokens(2.0)), (0, Ready(1, -100))]),
            ("more than there can be", &[(0, Take(2)), (0, Ready(9, 200))]),
        ];
        for (name, steps) in cases {
            let mut bucket = Bucket::new(Rate { between_us: 100_000, burst: 5 });
            for (now_ms, step) in steps {
                match *step {
                    Take(tokens) => bucket.take(tokens, *now_ms),
                    GiveBack(tokens) => bucket.give_back(tokens),
                    Ready(tokens, at_ms) => assert_eq!(bucket.ready_at_ms(tokens), at_ms, "{name}: {step:?}"),
                    Tokens(tokens) => {
                        let there = bucket.tokens(*now_ms);
                        assert!((there - tokens).abs() < 1e-9, "{name}: {step:?}: {there}");
                    }
                }
            }
        }
    }

    #[test]
    fn in_no_span_of_time_are_there_more_than_rate_and_burst_allow() {
        let mut chance = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let rate = Rate { between_us: chance.i64(1_000..500_000), burst: chance.u32(1..30) };
            let mut bucket = Bucket::new(rate);
            let (mut now_ms, mut taken) = (0, Vec::new());
            for _ in 0..300 {
                now_ms = (now_ms + chance.i64(0..300)).max(bucket.ready_at_ms(1));
                bucket.take(1, now_ms);
                taken.push(now_ms);
            }
            for (first, from_ms) in taken.iter().enumerate() {
                for (last, until_ms) in taken.iter().enumerate().skip(first) {
                    let allowed = i64::from(rate.burst) + (until_ms - from_ms) * 1_000 / rate.between_us;
                    assert!((last - first + 1) as i64 <= allowed, "{rate:?}");
                }
            }
        }
    }
}
