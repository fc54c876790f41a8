//! One run as decided beforehand: where the host is killed, what the provider does wrong, what people do.
//!
//! Here: runs of a seed, in which anything may happen anywhere. Not here: the matrix (`matrix.rs`).

use std::fmt;

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use fastrand::Rng;

use super::act::{Act, PRESSES};
use crate::failpoint::POINTS;

/// The endpoints that a document passes on its way.
const ENDPOINTS: [Endpoint; 9] = [
    Endpoint::Token,
    Endpoint::CreateProcess,
    Endpoint::UploadFile,
    Endpoint::Act,
    Endpoint::ActionLinks,
    Endpoint::ReadProcess,
    Endpoint::ListFiles,
    Endpoint::ListParties,
    Endpoint::DownloadFile,
];
/// Most often that a point is passed before the host is killed there: about as often as half a run passes one.
const TIMES_MAX: u32 = 7;
/// Further tries of an action, where it has any.
const RETRIES: u32 = 3;
/// Most times that the host is killed in one run.
const KILLS_MAX: usize = 3;

/// One run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What to give `bench torture` to see it again.
    pub again: String,
    /// `point:times@action`, one for each start of the host; none and later starts run free.
    pub failpoints: Vec<Option<String>>,
    /// What the provider does wrong.
    pub faults: Vec<Fault>,
    /// Further tries that the definition allows each action.
    pub retries: u32,
    /// The act with which its faults begin; none means from the start.
    pub target: Option<Act>,
    /// What people do while the document is out.
    pub presses: Vec<Act>,
    /// How it ends: signed and fetched, or withdrawn.
    pub ends_withdrawn: bool,
}

impl Plan {
    /// A run in which nothing goes wrong.
    pub fn quiet() -> Self {
        let (again, presses) = (String::new(), PRESSES.to_vec());
        Self {
            again,
            failpoints: Vec::new(),
            faults: Vec::new(),
            retries: 0,
            target: None,
            presses,
            ends_withdrawn: false,
        }
    }

    /// The run of a seed.
    pub fn of(seed: u64) -> Self {
        let mut chance = Rng::with_seed(seed);
        let kills = chance.usize(1..=KILLS_MAX);
        let mut presses = PRESSES.to_vec();
        chance.shuffle(&mut presses);
        Self {
            again: format!("--runs 1 --seed {seed}"),
            failpoints: (0..kills).map(|_| Some(failpoint(&mut chance))).collect(),
            faults: (0..chance.usize(0..=2)).map(|_| fault(&mut chance)).collect(),
            retries: if chance.bool() { RETRIES } else { 0 },
            target: None,
            presses,
            ends_withdrawn: chance.u32(..3) == 0,
        }
    }
}

fn failpoint(chance: &mut Rng) -> String {
    let name = chance.choice(POINTS).map_or("after-intent", |(name, _)| name);
    format!("{name}:{}", chance.u32(1..=TIMES_MAX))
}

fn fault(chance: &mut Rng) -> Fault {
    let kind = match chance.u32(..7) {
        0 => FaultKind::Slow { delay_ms: 150 },
        1 => FaultKind::DropBefore,
        2 => FaultKind::DropAfter,
        3 => FaultKind::ServerErrorBefore { status: 503 },
        4 => FaultKind::ServerErrorAfter { status: 502 },
        5 => FaultKind::ProcessTwice,
        _ => FaultKind::Unauthorized,
    };
    let on = chance.choice(ENDPOINTS).unwrap_or_default();
    Fault { on, action: None, skip: chance.u32(..3), count: chance.u32(1..=2), kind }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points: Vec<&str> =
            self.failpoints.iter().map(|point| point.as_deref().unwrap_or("no point")).collect();
        write!(f, "killed at {}; {} retries", points.join(", "), self.retries)?;
        self.faults.iter().try_for_each(|fault| {
            write!(f, "; {:?} at {:?} ({} times after {})", fault.kind, fault.on, fault.count, fault.skip)
        })
    }
}
