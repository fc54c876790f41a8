//! The gate of each connection: calls wait before it while its provider rests or its bucket is empty.
//!
//! A call that waits is committed and has made no request, so it costs no attempt and no time of its own, holds none of
//! the host's places, and is taken up by the next start like any open call. While it waits, memory holds its ids alone.
//! One call of each connection, the first in line, watches the time; the others wait behind it. A person who reads is
//! told at once instead. Not here: running the call (`perform.rs`).

mod breaker;
mod bucket;
mod delay;
mod limits;
mod watched;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, Semaphore};
use tracing::{info, warn};

use crate::clock::Clock;
use breaker::{Admission, Breaker, Seen, Standing, Turn};
use bucket::Bucket;
pub use limits::ConnectionLimits;
pub(crate) use watched::Watched;

/// Longest sleep of the first in line, so that a clock that was set is noticed.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// The gates of all connections.
#[derive(Debug)]
pub(crate) struct Gates {
    gates: BTreeMap<String, Arc<Gate>>,
    rests: Arc<Notify>,
}

/// The gate of one connection.
#[derive(Debug)]
pub(crate) struct Gate {
    connection: String,
    clock: Arc<Clock>,
    state: Mutex<State>,
    /// The first in line holds its only permit. Closed, nobody waits any longer.
    line: Semaphore,
    /// For the first in line.
    changed: Notify,
    /// For those who wait for the end of a call: from now on it may not come soon.
    rests: Arc<Notify>,
}

#[derive(Debug)]
struct State {
    breaker: Breaker,
    bucket: Option<Bucket>,
    /// Requests that a call of this connection usually makes: so many tokens it takes before it begins.
    usual: f64,
    /// Instances whose calls wait.
    waiting: HashSet<String>,
}

/// Leave for one call. It ends with the last holder.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Arc<Gate>,
    generation: u64,
    /// Tokens taken before the call began.
    paid: u32,
    sent: AtomicU32,
}

/// How a gate stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GateView {
    /// The connection.
    pub connection: String,
    /// Its breaker.
    pub breaker: BreakerView,
    /// Until when an open one stays so.
    pub open_until_ms: Option<i64>,
    /// Calls that wait.
    pub waiting: usize,
    /// Requests that could leave now; below zero there are debts. None without a rate.
    pub tokens: Option<f64>,
}

/// How a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerView {
    /// Turned off.
    Off,
    /// Calls pass.
    Closed,
    /// Calls wait.
    Open,
    /// One call goes and finds out.
    HalfOpen,
}

/// Why a call may not begin yet.
enum Wait {
    Until(i64),
    ForOthers,
}

impl Gates {
    /// A gate for each connection.
    pub(crate) fn new(limits: impl Iterator<Item = (String, ConnectionLimits)>, clock: &Arc<Clock>) -> Self {
        let rests = Arc::new(Notify::new());
        let gate = |(name, limits): (String, ConnectionLimits)| {
            (name.clone(), Arc::new(Gate::new(name, &limits, clock.clone(), rests.clone())))
        };
        Self { gates: limits.map(gate).collect(), rests }
    }

    /// The gate of a connection.
    pub(crate) fn of(&self, connection: &str) -> Option<&Arc<Gate>> {
        self.gates.get(connection)
    }

    /// The connection for which the call of this instance waits, and nobody knows how long: no answer waits for it.
    pub(crate) fn delaying(&self, instance_id: &str) -> Option<&str> {
        self.gates.values().find(|gate| gate.delays(instance_id)).map(|gate| gate.connection.as_str())
    }

    /// Ends when a connection begins to rest after now.
    pub(crate) fn rest(&self) -> Notified<'_> {
        self.rests.notified()
    }

    /// Sends home who waits. Calls that need not wait still pass.
    pub(crate) fn close(&self) {
        self.gates.values().for_each(|gate| gate.close());
    }

    /// How they stand.
    pub(crate) fn view(&self) -> Vec<GateView> {
        self.gates.values().map(|gate| gate.view()).collect()
    }
}

impl Gate {
    fn new(connection: String, limits: &ConnectionLimits, clock: Arc<Clock>, rests: Arc<Notify>) -> Self {
        let state = State {
            breaker: Breaker::new(limits.breaker),
            bucket: limits.rate.map(Bucket::new),
            usual: 1.0,
            waiting: HashSet::new(),
        };
        let (line, changed) = (Semaphore::new(1), Notify::new());
        Self { connection, clock, state: Mutex::new(state), line, changed, rests }
    }

    /// Lets a call of this instance begin when nothing stands against it. Otherwise it must [`Gate::wait`].
    pub(crate) fn enter(self: &Arc<Self>, instance_id: &str) -> Option<Arc<Pass>> {
        let mut state = self.lock();
        let entered = match state.waiting.is_empty() {
            true => self.admit(&mut state).ok(),
            false => None,
        };
        if entered.is_none() {
            state.waiting.insert(instance_id.to_owned());
        }
        entered
    }

    /// Waits in line. None: the host stops, and the next start takes the call up.
    pub(crate) async fn wait(self: &Arc<Self>, instance_id: &str) -> Option<Arc<Pass>> {
        let _first = self.line.acquire().await.ok()?;
        while !self.line.is_closed() {
            let clock_moved = self.clock.moved();
            tokio::pin!(clock_moved);
            clock_moved.as_mut().enable();
            let wait = {
                let mut state = self.lock();
                match self.admit(&mut state) {
                    Ok(pass) => {
                        state.waiting.remove(instance_id);
                        return Some(pass);
                    }
                    Err(wait) => wait,
                }
            };
            let sleep = match wait {
                Wait::Until(at_ms) => self.until(at_ms),
                Wait::ForOthers => SLEEP_MAX,
            };
            tokio::select! {
                () = tokio::time::sleep(sleep) => {}
                () = self.changed.notified() => {}
                () = clock_moved => {}
            }
        }
        None
    }

    /// Leave for what a person waits for: at once, or until when the breaker is open.
    pub(crate) fn pass_by(self: &Arc<Self>) -> Result<Arc<Pass>, i64> {
        let mut state = self.lock();
        if let Admission::At(until_ms) = state.breaker.admission(self.clock.now_ms()) {
            return Err(until_ms);
        }
        let generation = state.breaker.enter();
        Ok(Arc::new(Pass { gate: self.clone(), generation, paid: 0, sent: AtomicU32::new(0) }))
    }

    /// Closes the breaker by hand.
    fn close_breaker(&self) {
        let turn = self.lock().breaker.close();
        self.tell(turn);
    }

    fn admit(self: &Arc<Self>, state: &mut State) -> Result<Arc<Pass>, Wait> {
        let now_ms = self.clock.now_ms();
        match state.breaker.admission(now_ms) {
            Admission::Now => {}
            Admission::At(at_ms) => return Err(Wait::Until(at_ms)),
            Admission::AfterOthers => return Err(Wait::ForOthers),
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let usual = state.usual.round().max(1.0) as u32;
        let mut paid = 0;
        if let Some(bucket) = &mut state.bucket {
            let ready_at_ms = bucket.ready_at_ms(usual);
            if now_ms < ready_at_ms {
                return Err(Wait::Until(ready_at_ms));
            }
            bucket.take(usual, now_ms);
            paid = usual;
        }
        let generation = state.breaker.enter();
        Ok(Arc::new(Pass { gate: self.clone(), generation, paid, sent: AtomicU32::new(0) }))
    }

    fn until(&self, at_ms: i64) -> Duration {
        let left = u64::try_from(at_ms - self.clock.now_ms()).unwrap_or_default();
        Duration::from_millis(left).min(SLEEP_MAX)
    }

    fn delays(&self, instance_id: &str) -> bool {
        let state = self.lock();
        let standing = state.breaker.standing(self.clock.now_ms());
        let rests = matches!(standing, Standing::Open(_) | Standing::HalfOpen);
        (rests || self.line.is_closed()) && state.waiting.contains(instance_id)
    }

    fn close(&self) {
        self.line.close();
        self.changed.notify_one();
        self.rests.notify_waiters();
    }

    fn view(&self) -> GateView {
        let (state, now_ms) = (self.lock(), self.clock.now_ms());
        let (breaker, open_until_ms) = match state.breaker.standing(now_ms) {
            Standing::Off => (BreakerView::Off, None),
            Standing::Closed => (BreakerView::Closed, None),
            Standing::Open(until_ms) => (BreakerView::Open, Some(until_ms)),
            Standing::HalfOpen => (BreakerView::HalfOpen, None),
        };
        GateView {
            connection: self.connection.clone(),
            breaker,
            open_until_ms,
            waiting: state.waiting.len(),
            tokens: state.bucket.as_ref().map(|bucket| bucket.tokens(now_ms)),
        }
    }

    fn tell(&self, turn: Option<Turn>) {
        let connection = &self.connection;
        match turn {
            None => {}
            Some(Turn::Opened(until_ms)) => {
                let until = jiff::Timestamp::from_millisecond(until_ms).unwrap_or_default();
                warn!(connection, %until, "the breaker is open, because the provider fails: calls of this connection wait");
                self.rests.notify_waiters();
            }
            Some(Turn::Closed) => info!(connection, "the breaker is closed: calls of this connection go on"),
        }
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// A request leaves.
    fn send(&self) {
        let before = self.sent.fetch_add(1, Ordering::Relaxed);
        if before >= self.paid
            && let Some(bucket) = &mut self.gate.lock().bucket
        {
            bucket.take(1, self.gate.clock.now_ms());
        }
    }

    /// Something is known of the provider.
    fn see(&self, seen: Seen) {
        let turn = self.gate.lock().breaker.see(self.generation, seen, self.gate.clock.now_ms());
        self.gate.tell(turn);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let sent = *self.sent.get_mut();
        {
            let mut state = self.gate.lock();
            state.breaker.leave(self.generation);
            let unused = self.paid.saturating_sub(sent);
            if let Some(bucket) = &mut state.bucket {
                bucket.give_back(unused);
            }
            // What only replays its journal, and what a person reads, is no measure.
            if sent > 0 && self.paid > 0 {
                state.usual += (f64::from(sent) - state.usual) / 4.0;
            }
        }
        self.gate.changed.notify_one();
    }
}

#[cfg(test)]
mod tests;
