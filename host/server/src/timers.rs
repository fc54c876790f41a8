//! Timers: sleeps until the next one is due, then hands every due one to the main loop as an event.
//!
//! Nothing is kept per timer: the store's index by due time is the only list.
//! Not here: what a firing leads to (`workflow/timer`).

use std::sync::Arc;
use std::time::Duration;

use countersign_workflow::event::{Actor, What};
use tracing::{debug, error};

use crate::host::Host;

/// How many due timers are taken up at once.
const BATCH: usize = 256;
/// Longest sleep, so that a clock set back or on is noticed.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// How long a refused timer waits before it is tried again.
const AFTER_ERROR: Duration = Duration::from_secs(5);

/// Fires timers until the future is dropped.
pub async fn run(host: Arc<Host>) {
    loop {
        let moved = host.clock.moved();
        tokio::pin!(moved);
        moved.as_mut().enable();
        let fired = fire_due(&host).await;
        let sleep = match fired {
            Ok(0) => until_next(&host).await,
            Ok(_) => Duration::ZERO,
            Err(()) => AFTER_ERROR,
        };
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = moved => {}
        }
    }
}

/// Submits every due timer; answers how many moved on. An error means: not now.
pub(crate) async fn fire_due(host: &Arc<Host>) -> Result<usize, ()> {
    let due = host
        .store
        .due_timers(host.clock.now_ms(), BATCH)
        .await
        .map_err(|e| error!("timers cannot be read: {e}"))?;
    let mut fired = 0;
    let mut refused = false;
    for row in due {
        let what = What::TimerDue { timer: row.timer.clone() };
        match host.submit(&row.instance_id, Actor::default(), what, Vec::new()).await {
            Ok(_) => fired += 1,
            Err(e) => {
                refused = true;
                debug!(instance = row.instance_id, timer = row.timer, "timer refused: {e}");
            }
        }
    }
    if fired == 0 && refused { Err(()) } else { Ok(fired) }
}

async fn until_next(host: &Host) -> Duration {
    let Ok(Some(due_ms)) = host.store.next_due().await else { return SLEEP_MAX };
    let wait = u64::try_from(due_ms - host.clock.now_ms()).unwrap_or_default();
    Duration::from_millis(wait).min(SLEEP_MAX)
}
