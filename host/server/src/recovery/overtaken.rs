//! How long to wait for a host that was overtaken without its lock (deleted, or not copied with the directory).
//!
//! The system frees the lock of a process when it ends, so whoever gets the lock knows that the host before is gone. Where
//! the lock itself was gone, the host before may still run. The epoch fences it: it can commit no further intent. But a
//! `once` request whose intent it had committed may be on its way for as long as a call may take. Nobody may ask the
//! provider what became of that request, and act on the answer, before. Not here: fencing (`store`).

use std::time::Duration;

use anyhow::Context;
use countersign_sandbox::exchange::{Exchange, Repeat};

use crate::clock::machine_ms;
use crate::host::Host;

/// How long the open request of this call may still be under way; none when it cannot be.
pub(super) async fn wait(host: &Host, exchanges: &[Exchange]) -> anyhow::Result<Option<Duration>> {
    let Some(began_ms) = began_ms(exchanges) else { return Ok(None) };
    let overtaken_at_ms =
        host.store.overtaken_at_ms().await.context("when the directory was overtaken cannot be read")?;
    // A request of a later host was sent under its lock.
    let Some(_) = overtaken_at_ms.filter(|at_ms| began_ms <= *at_ms) else { return Ok(None) };
    Ok(left(began_ms, machine_ms(), host.call_timeout))
}

/// When the open `once` request of a call began, by the machine's clock.
fn began_ms(exchanges: &[Exchange]) -> Option<i64> {
    let open = |exchange: &&Exchange| exchange.response.is_none() && exchange.request.repeat == Repeat::Once;
    exchanges.iter().find(open).map(|exchange| exchange.started_at_ms)
}

/// What is left of the longest request; a clock that was set back makes it no longer than that.
fn left(began_ms: i64, now_ms: i64, longest: Duration) -> Option<Duration> {
    let since = Duration::from_millis(u64::try_from(now_ms.saturating_sub(began_ms)).unwrap_or(0));
    longest.checked_sub(since).filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::left;

    #[test]
    fn the_longest_request_is_waited_out_and_no_longer() {
        let seconds = |seconds: Option<u64>| seconds.map(Duration::from_secs);
        for (since_ms, expect) in
            [(0, Some(30)), (10_000, Some(20)), (30_000, None), (90_000, None), (-3_600_000, Some(30))]
        {
            assert_eq!(
                left(1_000_000, 1_000_000 + since_ms, Duration::from_secs(30)),
                seconds(expect),
                "{since_ms}"
            );
        }
    }
}
