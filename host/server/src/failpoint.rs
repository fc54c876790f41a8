//! Failpoints: places at durable boundaries where a test may end this process as a power cut would.
//!
//! `COUNTERSIGN_FAILPOINT=after-intent:3` ends the process with SIGKILL when that point is reached for the third time.
//! Without the variable a point costs one look at a constant. Not here: who sets it (`bench/torture.rs`).

use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Signal, getpid, kill_process};

/// The boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// A changing request is about to be journalled; nothing of it is durable, nothing was sent.
    BeforeIntent,
    /// Its intent is durable; nothing was sent.
    AfterIntent,
    /// The provider has answered; the answer is not durable, the component has not seen it.
    BeforeResponse,
    /// The answer is durable; the component has not seen it.
    AfterResponse,
    /// The component told the document's id; it is not durable.
    BeforeDocument,
    /// The document's id is durable.
    AfterDocument,
    /// The component has returned; nothing of its outcome is durable.
    AfterGuest,
    /// An event was applied and is not durable.
    BeforeCommit,
    /// An event is durable; its effects were not set off.
    AfterCommit,
}

/// All boundaries by name.
pub const POINTS: [(&str, Point); 9] = [
    ("before-intent", Point::BeforeIntent),
    ("after-intent", Point::AfterIntent),
    ("before-response", Point::BeforeResponse),
    ("after-response", Point::AfterResponse),
    ("before-document", Point::BeforeDocument),
    ("after-document", Point::AfterDocument),
    ("after-guest", Point::AfterGuest),
    ("before-commit", Point::BeforeCommit),
    ("after-commit", Point::AfterCommit),
];

struct Armed {
    point: Point,
    left: AtomicU32,
}

static ARMED: OnceLock<Option<Armed>> = OnceLock::new();

/// Passes a boundary, or ends the process there.
pub fn pass(point: Point) {
    let armed =
        ARMED.get_or_init(|| std::env::var("COUNTERSIGN_FAILPOINT").ok().and_then(|text| text.parse().ok()));
    if let Some(armed) = armed
        && armed.point == point
        && armed.left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

impl FromStr for Armed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, times) = text.split_once(':').ok_or(())?;
        let point = POINTS.iter().find(|(known, _)| *known == name).ok_or(())?.1;
        Ok(Self { point, left: AtomicU32::new(times.parse().map_err(|_| ())?) })
    }
}
