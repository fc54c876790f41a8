//! The crash matrix: every exchange of every action × where the host is killed × what the provider does.
//!
//! `list-changes` is missing because the component does not offer it, data sources because nothing of them is
//! journalled. An exchange that only reads has no intent and no response on disk: at it the host is killed while it
//! waits; the places behind the component's return count for every exchange.
//! Not here: playing a combination (`play.rs`), and the table of what came of them (`grid.rs`).

use std::collections::HashSet;
use std::fmt;

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use fastrand::Rng;

use super::act::Act;
use super::plan::Plan;
use super::stand::STALL;
use crate::failpoint::POINTS;

/// One request of an action on which nothing goes wrong.
#[derive(Debug, Clone, Copy)]
pub struct Exchange {
    /// Whose request it is.
    pub act: Act,
    /// Its place within the action, from 1.
    number: u32,
    on: Endpoint,
    /// Requests of the same action to the same endpoint before it.
    skip: u32,
    /// Its place among those that are journalled one by one; none when it only reads.
    journalled: Option<u32>,
    /// What the component reads when it does not know what came of this request.
    look_up: Option<Endpoint>,
}

/// What the provider does with that request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Behaviour {
    /// Answers at once.
    Prompt,
    /// Answers late.
    Slow,
    /// Does the work and drops the answer.
    Drops,
    /// Answers 503 and does nothing.
    FailsBefore,
    /// Does the work and answers 502.
    FailsAfter,
    /// Does the work twice.
    Twice,
}

/// All behaviours.
pub const BEHAVIOURS: [Behaviour; 6] = [
    Behaviour::Prompt,
    Behaviour::Slow,
    Behaviour::Drops,
    Behaviour::FailsBefore,
    Behaviour::FailsAfter,
    Behaviour::Twice,
];

/// One point of the matrix.
#[derive(Debug, Clone, Copy)]
pub struct Combination {
    /// Its place in [`all`].
    pub index: usize,
    /// The request under attack.
    pub exchange: Exchange,
    /// Where the host is killed: a failpoint, or [`MID_REQUEST`].
    pub place: &'static str,
    /// What the provider does.
    pub behaviour: Behaviour,
}

/// From outside, while the host waits for an answer.
pub const MID_REQUEST: &str = "mid-request";
const AT_INTENT: [&str; 2] = ["before-intent", "after-intent"];
const AT_RESPONSE: [&str; 2] = ["before-response", "after-response"];
const AT_DOCUMENT: [&str; 2] = ["before-document", "after-document"];
const AT_END: [&str; 4] = ["after-guest", "before-final", "within-final", "after-final"];

/// How late a slow answer comes.
const LATE_MS: u64 = 40;

const EXCHANGES: [Exchange; 14] = [
    exchange(Act::Send, 1, (Endpoint::CreateProcess, 0)).changes(1, None),
    exchange(Act::Send, 2, (Endpoint::UploadFile, 0)).changes(2, Some(Endpoint::ListFiles)),
    exchange(Act::Send, 3, (Endpoint::Act, 0)).changes(3, Some(Endpoint::ReadProcess)),
    exchange(Act::Send, 4, (Endpoint::ReadProcess, 0)),
    exchange(Act::Remind, 1, (Endpoint::Act, 0)).changes(1, None),
    exchange(Act::Remind, 2, (Endpoint::ListParties, 0)),
    exchange(Act::Remind, 3, (Endpoint::Act, 1)).changes(2, None),
    exchange(Act::Links, 1, (Endpoint::ActionLinks, 0)).changes(1, None),
    exchange(Act::Links, 2, (Endpoint::ActionLinks, 1)).changes(2, None),
    exchange(Act::Signers, 1, (Endpoint::ReadProcess, 0)),
    exchange(Act::Check, 1, (Endpoint::ReadProcess, 0)),
    exchange(Act::Fetch, 1, (Endpoint::ReadProcess, 0)),
    exchange(Act::Fetch, 2, (Endpoint::DownloadFile, 0)),
    exchange(Act::Withdraw, 1, (Endpoint::Act, 0)).changes(1, Some(Endpoint::ReadProcess)),
];

const fn exchange(act: Act, number: u32, (on, skip): (Endpoint, u32)) -> Exchange {
    Exchange { act, number, on, skip, journalled: None, look_up: None }
}

impl Exchange {
    const fn changes(self, journalled: u32, look_up: Option<Endpoint>) -> Self {
        Self { journalled: Some(journalled), look_up, ..self }
    }

    /// Where the host can be killed at it.
    fn places(self) -> Vec<&'static str> {
        let mut places = vec![MID_REQUEST];
        if self.journalled.is_some() {
            places.extend(AT_INTENT.iter().chain(&AT_RESPONSE));
        }
        if self.on == Endpoint::CreateProcess {
            places.extend(AT_DOCUMENT);
        }
        places.extend(AT_END);
        places
    }

    fn fault(self, kind: FaultKind) -> Fault {
        Fault { on: self.on, action: None, skip: self.skip, count: 1, kind }
    }
}

impl Behaviour {
    fn kind(self) -> Option<FaultKind> {
        match self {
            Self::Prompt => None,
            Self::Slow => Some(FaultKind::Slow { delay_ms: LATE_MS }),
            Self::Drops => Some(FaultKind::DropAfter),
            Self::FailsBefore => Some(FaultKind::ServerErrorBefore { status: 503 }),
            Self::FailsAfter => Some(FaultKind::ServerErrorAfter { status: 502 }),
            Self::Twice => Some(FaultKind::ProcessTwice),
        }
    }
}

impl fmt::Display for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prompt => "prompt",
            Self::Slow => "slow",
            Self::Drops => "drops the answer",
            Self::FailsBefore => "5xx before",
            Self::FailsAfter => "5xx after",
            Self::Twice => "processes twice",
        })
    }
}

/// Every combination, in an order that stays.
pub fn all() -> Vec<Combination> {
    let sites = EXCHANGES.iter().flat_map(|exchange| exchange.places().into_iter().map(|at| (*exchange, at)));
    let combinations = sites.flat_map(|site| BEHAVIOURS.map(|behaviour| (site, behaviour)));
    combinations
        .enumerate()
        .map(|(index, ((exchange, place), behaviour))| Combination { index, exchange, place, behaviour })
        .collect()
}

/// So many of them, chosen by a seed, at least as many as it takes that every exchange meets every place and every
/// action every behaviour.
pub fn sample(runs: usize, seed: u64) -> Vec<Combination> {
    let mut combinations = all();
    Rng::with_seed(seed).shuffle(&mut combinations);
    let (mut sites, mut pairs) = (HashSet::new(), HashSet::new());
    let (needed, others): (Vec<_>, Vec<_>) = combinations.into_iter().partition(|combination| {
        let Combination { exchange, place, behaviour, .. } = *combination;
        // Both are asked, so that both remember.
        let new_site = sites.insert((exchange.act.action(), exchange.number, place));
        pairs.insert((exchange.act.action(), behaviour)) || new_site
    });
    let more = runs.saturating_sub(needed.len());
    needed.into_iter().chain(others.into_iter().take(more)).collect()
}

impl Combination {
    /// The run. Its seed decides whether the host is killed once more while it recovers, and where.
    pub fn plan(self, seed: u64) -> Plan {
        let Exchange { act, .. } = self.exchange;
        let mut chance = Rng::with_seed(seed.wrapping_add((self.index as u64) << 32));
        let again = chance.choice(POINTS).filter(|_| chance.bool());
        let second = again.map(|(name, _)| format!("{name}:{}@{}", chance.u32(1..=2), act.action()));
        Plan {
            again: format!("--matrix --only {} --seed {seed}", self.index),
            failpoints: [self.failpoint()].into_iter().chain(second.map(Some)).collect(),
            faults: self.faults(),
            retries: 0,
            target: Some(act),
            presses: Some(act).into_iter().filter(|act| act.is_press()).collect(),
            // The cheaper end, unless the end is what is attacked.
            ends_withdrawn: !matches!(act, Act::Check | Act::Fetch),
        }
    }

    /// Whether the provider does what it is asked for, and says so.
    pub fn is_answered_well(self) -> bool {
        matches!(self.behaviour, Behaviour::Prompt | Behaviour::Slow | Behaviour::Twice)
    }

    /// Whether the host must die; a COMMIT may be over, and so the run, before the kill comes.
    pub fn is_certain(self) -> bool {
        self.place != "within-final"
    }

    fn failpoint(self) -> Option<String> {
        let journalled = AT_INTENT.contains(&self.place) || AT_RESPONSE.contains(&self.place);
        let times = self.exchange.journalled.filter(|_| journalled).unwrap_or(1);
        let point = format!("{}:{times}@{}", self.place, self.exchange.act.action());
        (self.place != MID_REQUEST).then_some(point)
    }

    /// The stall comes first; what the provider does then meets the request, or the look-up, of the recovered host.
    fn faults(self) -> Vec<Fault> {
        let stall = (self.place == MID_REQUEST).then(|| self.exchange.fault(STALL));
        let kind = self.behaviour.kind();
        let meets = kind.clone().map(|kind| self.exchange.fault(kind));
        let unanswered = matches!(self.place, MID_REQUEST | "after-intent");
        let look_up = self.exchange.look_up.filter(|_| unanswered).zip(kind);
        let look_up = look_up.map(|(on, kind)| Fault { on, ..Fault::once(on, kind) });
        stall.into_iter().chain(meets).chain(look_up).collect()
    }
}

impl fmt::Display for Combination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exchange { act, number, .. } = self.exchange;
        write!(f, "{act}, exchange {number}, {}, provider: {}", self.place, self.behaviour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_whole_and_its_places_are_real() {
        let all = all();
        assert_eq!(all.len(), (8 * 9 + 2 + 6 * 5) * BEHAVIOURS.len());
        for (place, combination) in all.iter().enumerate() {
            assert_eq!(combination.index, place);
            let known = POINTS.iter().any(|(name, _)| *name == combination.place);
            assert!(known || combination.place == MID_REQUEST, "{combination}");
        }
    }

    #[test]
    fn a_sample_meets_every_pair() {
        let sites = |combinations: &[Combination]| {
            let site = |c: &Combination| (c.exchange.act.action(), c.exchange.number, c.place);
            combinations.iter().map(site).collect::<HashSet<_>>()
        };
        let pairs = |combinations: &[Combination]| {
            let pair = |c: &Combination| (c.exchange.act.action(), c.behaviour);
            combinations.iter().map(pair).collect::<HashSet<_>>()
        };
        for (runs, seed) in [(1, 1), (400, 2), (10_000, 3)] {
            let sample = sample(runs, seed);
            assert!(sample.len() >= runs.min(all().len()));
            assert_eq!(sites(&sample), sites(&all()));
            assert_eq!(pairs(&sample), pairs(&all()));
        }
    }
}
