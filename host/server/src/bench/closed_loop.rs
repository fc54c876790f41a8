//! A closed loop: so many callers, each beginning its next piece of work when the last one is done.
//!
//! Not here: what a piece of work is (`bench/*.rs`).

use std::time::{Duration, Instant};

use anyhow::ensure;
use futures_util::future::try_join_all;

use super::quantile;

/// How many callers at once the goals are about.
pub const LEVELS: [usize; 4] = [1, 16, 64, 256];
/// What is done before counting begins.
const WARM_UP: Duration = Duration::from_millis(250);

/// What one loop did.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Pieces of work a second.
    pub per_second: f64,
    /// Median duration.
    pub p50_ms: f64,
    /// Only one in a hundred took longer.
    pub p99_ms: f64,
    /// Processor time of one piece, without the callers'.
    pub cpu_ms: f64,
}

/// One caller: does one piece of work after another.
pub trait Caller: Send + 'static {
    /// Does one piece of work.
    fn work(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Lets the callers work for so long; `cpu` tells the processor time used so far, in seconds.
pub async fn run<C: Caller>(
    callers: Vec<C>,
    lasts: Duration,
    cpu: impl Fn() -> f64,
) -> anyhow::Result<Measured> {
    let begin = Instant::now() + WARM_UP;
    let end = begin + lasts;
    let tasks: Vec<_> = callers.into_iter().map(|caller| tokio::spawn(until(caller, begin, end))).collect();
    tokio::time::sleep_until(begin.into()).await;
    let cpu_before = cpu();
    tokio::time::sleep_until(end.into()).await;
    let cpu_s = cpu() - cpu_before;
    let mut samples = Vec::new();
    for worked in try_join_all(tasks).await? {
        samples.extend(worked?);
    }
    ensure!(!samples.is_empty(), "nothing was done in {lasts:?}");
    let done = samples.len() as f64;
    Ok(Measured {
        per_second: done / lasts.as_secs_f64(),
        p50_ms: quantile(&mut samples, 0.5),
        p99_ms: quantile(&mut samples, 0.99),
        cpu_ms: cpu_s * 1e3 / done,
    })
}

/// Of several rounds, the median of each figure.
pub fn median(rounds: &[Measured]) -> Measured {
    let of = |figure: fn(&Measured) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(figure).collect();
        quantile(&mut values, 0.5)
    };
    Measured {
        per_second: of(|m| m.per_second),
        p50_ms: of(|m| m.p50_ms),
        p99_ms: of(|m| m.p99_ms),
        cpu_ms: of(|m| m.cpu_ms),
    }
}

/// Works until the end and answers how long each piece took, in milliseconds, that ended in the counted time.
async fn until(mut caller: impl Caller, begin: Instant, end: Instant) -> anyhow::Result<Vec<f64>> {
    let mut samples = Vec::new();
    loop {
        let started = Instant::now();
        if started >= end {
            return Ok(samples);
        }
        caller.work().await?;
        let ended = Instant::now();
        if ended >= begin && ended < end {
            samples.push((ended - started).as_secs_f64() * 1e3);
        }
    }
}
