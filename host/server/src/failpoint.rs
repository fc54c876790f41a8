//! Failpoints: places at durable boundaries where a test may end this process as a power cut would.
//!
//! `COUNTERSIGN_FAILPOINT=after-intent:3` ends the process with SIGKILL when that point is reached for the third time;
//! `after-intent:3@send-reminders` counts only what calls of that action reach. Without the variable a point costs one
//! look at a constant. Not here: who sets it (`bench/torture`).

use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use countersign_store::Moment;
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
    /// The outcome is written and its COMMIT not begun.
    BeforeFinal,
    /// Somewhere within that COMMIT: at a moment that nobody chose.
    WithinFinal,
    /// That COMMIT is on disk; nobody was told.
    AfterFinal,
    /// An event was applied and is not durable.
    BeforeCommit,
    /// An event is durable; its effects were not set off.
    AfterCommit,
}

/// All boundaries by name.
pub const POINTS: [(&str, Point); 12] = [
    ("before-intent", Point::BeforeIntent),
    ("after-intent", Point::AfterIntent),
    ("before-response", Point::BeforeResponse),
    ("after-response", Point::AfterResponse),
    ("before-document", Point::BeforeDocument),
    ("after-document", Point::AfterDocument),
    ("after-guest", Point::AfterGuest),
    ("before-final", Point::BeforeFinal),
    ("within-final", Point::WithinFinal),
    ("after-final", Point::AfterFinal),
    ("before-commit", Point::BeforeCommit),
    ("after-commit", Point::AfterCommit),
];

/// Longest wait of [`Point::WithinFinal`]: about as long as a COMMIT that waits for its disk.
const WITHIN_MICROS_MAX: u64 = 1_000;

struct Armed {
    point: Point,
    action: Option<String>,
    left: AtomicU32,
}

static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
/// The next COMMIT of the store is the one that was meant.
static FINAL_IS_NEXT: AtomicBool = AtomicBool::new(false);

tokio::task_local! {
    /// The action that the call of this task runs.
    static ACTION: String;
}

/// Makes a call of an action, so that its points can be told from those of others.
pub async fn within<F: Future>(action: String, call: F) -> F::Output {
    ACTION.scope(action, call).await
}

/// Passes a boundary, or ends the process there.
pub fn pass(point: Point) {
    let Some(armed) = armed() else { return };
    if armed.point == point && armed.is_met() {
        die();
    }
    // The writer thread knows nothing of calls, so the COMMIT is marked where its call ends.
    if point == Point::AfterGuest && armed.is_of_final() && armed.is_met() {
        FINAL_IS_NEXT.store(true, Ordering::SeqCst);
    }
}

/// What the store's writer passes around a COMMIT.
pub fn around_commit(moment: Moment) {
    if !FINAL_IS_NEXT.load(Ordering::SeqCst) {
        return;
    }
    match (armed().map(|armed| armed.point), moment) {
        (Some(Point::BeforeFinal), Moment::BeforeCommit) | (Some(Point::AfterFinal), Moment::AfterCommit) => {
            die();
        }
        (Some(Point::WithinFinal), Moment::BeforeCommit) => {
            let wait = Duration::from_micros(fastrand::u64(..WITHIN_MICROS_MAX));
            thread::spawn(move || {
                thread::sleep(wait);
                die();
            });
        }
        _ => {}
    }
}

fn armed() -> Option<&'static Armed> {
    let text = || std::env::var("COUNTERSIGN_FAILPOINT").ok()?.parse().ok();
    ARMED.get_or_init(text).as_ref()
}

fn die() {
    let _ = kill_process(getpid(), Signal::KILL);
}

impl Armed {
    /// Whether this passing is the one that was meant.
    fn is_met(&self) -> bool {
        let here = |wanted: &String| ACTION.try_with(|action| action == wanted).unwrap_or(false);
        self.action.as_ref().is_none_or(here) && self.left.fetch_sub(1, Ordering::SeqCst) == 1
    }

    fn is_of_final(&self) -> bool {
        matches!(self.point, Point::BeforeFinal | Point::WithinFinal | Point::AfterFinal)
    }
}

impl FromStr for Armed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (text, action) = match text.split_once('@') {
            Some((text, action)) => (text, Some(action.to_owned())),
            None => (text, None),
        };
        let (name, times) = text.split_once(':').ok_or(())?;
        let point = POINTS.iter().find(|(known, _)| *known == name).ok_or(())?.1;
        Ok(Self { point, action, left: AtomicU32::new(times.parse().map_err(|_| ())?) })
    }
}
