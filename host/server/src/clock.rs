//! The host's time. Everything that plans or compares times asks here, so that the demo and tests can move it on.
//!
//! Not here: timers (`timers.rs`) and the frozen clock of a call (`sandbox`).

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Wall-clock time plus an offset that only ever grows.
#[derive(Debug, Default)]
pub struct Clock {
    offset_ms: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
        i64::try_from(wall).unwrap_or(i64::MAX) + self.offset_ms.load(Ordering::Relaxed)
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
