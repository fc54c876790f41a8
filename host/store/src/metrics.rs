//! Figures about the store's work: counters and two distributions, cheap enough to be always on.
//!
//! Not here: exporting them (`host/server`) and how much is stored (`row/counts.rs`).

use std::sync::atomic::{AtomicU64, Ordering};

/// A reading of the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Logical transactions acknowledged.
    pub transactions: u64,
    /// Logical transactions refused, each alone.
    pub refused: u64,
    /// COMMITs, each one sync to disk.
    pub commits: u64,
    /// Commits waiting that somebody waits for.
    pub queued_command: usize,
    /// Commits waiting that nobody waits for.
    pub queued_background: usize,
    /// Logical transactions in a COMMIT.
    pub batch_transactions: Percentiles,
    /// From the first change to the end of the COMMIT.
    pub batch_us: Percentiles,
}

/// Two percentiles, at most an eighth too high.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// The median.
    pub p50: u64,
    /// Only one in a hundred is above.
    pub p99: u64,
}

/// The figures as they are counted.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    pub(crate) transactions: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) batch_transactions: Histogram,
    pub(crate) batch_us: Histogram,
}

/// Counts of values by size: eight buckets for each doubling.
#[derive(Debug)]
pub(crate) struct Histogram {
    buckets: Vec<AtomicU64>,
}

const PER_DOUBLING: u64 = 8;
const BUCKETS: u64 = PER_DOUBLING * 40;

impl Meters {
    /// Counts one batch.
    pub(crate) fn count(&self, transactions: u64, refused: u64, micros: u64) {
        self.transactions.fetch_add(transactions, Ordering::Relaxed);
        self.refused.fetch_add(refused, Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.batch_transactions.count(transactions + refused);
        self.batch_us.count(micros);
    }

    /// Reads everything but the queue.
    pub(crate) fn read(&self) -> Metrics {
        Metrics {
            transactions: self.transactions.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            batch_transactions: self.batch_transactions.percentiles(),
            batch_us: self.batch_us.percentiles(),
            ..Metrics::default()
        }
    }
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Histogram {
    /// Counts one value.
    pub(crate) fn count(&self, value: u64) {
        let index = usize::try_from(bucket(value)).unwrap_or(usize::MAX);
        if let Some(bucket) = self.buckets.get(index).or_else(|| self.buckets.last()) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Reads the percentiles.
    pub(crate) fn percentiles(&self) -> Percentiles {
        Percentiles { p50: self.percentile(50), p99: self.percentile(99) }
    }

    fn percentile(&self, percent: u64) -> u64 {
        let counts: Vec<u64> = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
        let rank = (counts.iter().sum::<u64>() * percent).div_ceil(100);
        let mut seen = 0;
        for (index, count) in (0_u64..).zip(counts) {
            seen += count;
            if seen >= rank && seen > 0 {
                return largest(index);
            }
        }
        0
    }
}

/// Values below 8 have a bucket each; above, the three bits below the highest choose among eight.
fn bucket(value: u64) -> u64 {
    if value < PER_DOUBLING {
        return value;
    }
    let shift = u64::from(value.ilog2()) - 3;
    PER_DOUBLING * (shift + 1) + ((value >> shift) - PER_DOUBLING)
}

/// The largest value of a bucket.
fn largest(index: u64) -> u64 {
    if index < PER_DOUBLING {
        return index;
    }
    let shift = index / PER_DOUBLING - 1;
    ((PER_DOUBLING + index % PER_DOUBLING + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::{Histogram, Percentiles, bucket, largest};

    #[test]
    fn a_bucket_is_at_most_an_eighth_wide() {
        for value in [0, 1, 7, 8, 9, 15, 16, 17, 255, 256, 1_000, 65_537, 1_000_000_007] {
            let top = largest(bucket(value));
            assert!(top >= value && top - value <= value / 8, "{value} reads as {top}");
        }
    }

    #[test]
    fn percentiles_are_read_from_the_counts() {
        let cases: [(Vec<u64>, Percentiles); 4] = [
            (vec![], Percentiles { p50: 0, p99: 0 }),
            (vec![5], Percentiles { p50: 5, p99: 5 }),
            ((1..=7).collect(), Percentiles { p50: 4, p99: 7 }),
            ([vec![1; 99], vec![6]].concat(), Percentiles { p50: 1, p99: 1 }),
        ];
        for (values, expect) in cases {
            let histogram = Histogram::default();
            values.iter().for_each(|value| histogram.count(*value));
            assert_eq!(histogram.percentiles(), expect, "{values:?}");
        }
    }
}
