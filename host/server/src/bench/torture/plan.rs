//! What a seed decides: where the host is killed, and what the provider does.

use std::fmt;

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use fastrand::Rng;

use crate::failpoint::POINTS;

/// The endpoints that a document passes on its way.
const ENDPOINTS: [Endpoint; 7] = [
    Endpoint::Token,
    Endpoint::CreateProcess,
    Endpoint::UploadFile,
    Endpoint::Act,
    Endpoint::ReadProcess,
    Endpoint::ListFiles,
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
    /// What it was made from.
    pub seed: u64,
    /// `point:times`, one for each start of the host; later starts run free.
    pub failpoints: Vec<String>,
    /// What the provider does wrong.
    pub faults: Vec<Fault>,
    /// Further tries that the definition allows each action.
    pub retries: u32,
}

impl Plan {
    /// The run of a seed.
    pub fn of(seed: u64) -> Self {
        let mut chance = Rng::with_seed(seed);
        let kills = chance.usize(1..=KILLS_MAX);
        let failpoints = (0..kills).map(|_| failpoint(&mut chance)).collect();
        let faults = (0..chance.usize(0..=2)).map(|_| fault(&mut chance)).collect();
        let retries = if chance.bool() { RETRIES } else { 0 };
        Self { seed, failpoints, faults, retries }
    }
}

fn failpoint(chance: &mut Rng) -> String {
    let name = POINTS.get(chance.usize(..POINTS.len())).map_or("after-intent", |(name, _)| *name);
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
    let on = ENDPOINTS.get(chance.usize(..ENDPOINTS.len())).copied().unwrap_or_default();
    Fault { on, action: None, skip: chance.u32(..3), count: chance.u32(1..=2), kind }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "killed at {}; {} retries", self.failpoints.join(", "), self.retries)?;
        self.faults.iter().try_for_each(|fault| {
            write!(f, "; {:?} at {:?} ({} times after {})", fault.kind, fault.on, fault.count, fault.skip)
        })
    }
}
