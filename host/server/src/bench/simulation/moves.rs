//! The scheduler: lists what may happen next, and lets one thing happen.
//!
//! Not here: how it happens (`world.rs`, `people.rs`, `gate.rs`).

use anyhow::Context;
use countersign_workflow::instance::Phase;

use super::faults::{self, StoreFault};
use super::gate::Fate;
use super::world::World;

/// One thing that may happen.
#[derive(Debug, Clone)]
enum Move {
    Begin(usize),
    Act(usize),
    Sign(usize),
    Incident(usize),
    Decide(String, String, Fate),
    Late(bool),
    Time,
    Crash { torn: bool },
    Arm(StoreFault),
    Disarm,
    Acknowledge,
}

/// What may become of a request that the provider has not seen, by weight.
const FATES: [(u32, Fate); 7] = [
    (24, Fate::Answered),
    (8, Fate::Held),
    (3, Fate::LostBefore),
    (4, Fate::LostAfter),
    (2, Fate::ErrorBefore),
    (3, Fate::ErrorAfter),
    (2, Fate::Refused),
];
/// What may become of an answer that is on its way.
const HELD_FATES: [(u32, Fate); 3] = [(20, Fate::Answered), (3, Fate::LostAfter), (2, Fate::ErrorAfter)];

impl World<'_> {
    /// Lets one thing happen; answers what, and whether it led to one thing after another.
    pub async fn step(&mut self) -> anyhow::Result<(String, bool)> {
        let moves = self.moves();
        let all: u32 = moves.iter().map(|(weight, _)| weight).sum();
        let mut place = self.chance.u32(..all);
        let chosen = moves.into_iter().find(|(weight, _)| {
            let here = place < *weight;
            place = place.saturating_sub(*weight);
            here
        });
        let (_, chosen) = chosen.context("nothing may happen")?;
        let is_serial = !matches!(chosen, Move::Time | Move::Crash { .. });
        Ok((self.perform(chosen).await?, is_serial))
    }

    fn moves(&self) -> Vec<(u32, Move)> {
        let (writable, held) = (self.host.store.health().writable, self.host.unknown_since_ms().is_some());
        let kill = if writable { 4 } else { 60 };
        let mut moves =
            vec![(6, Move::Time), (kill, Move::Crash { torn: false }), (kill, Move::Crash { torn: true })];
        for (connection, words, is_held) in self.gate.waiting() {
            let fates: &[(u32, Fate)] = if is_held { &HELD_FATES } else { &FATES };
            let decide = |fate| Move::Decide(connection.clone(), words.clone(), fate);
            moves.extend(fates.iter().map(|(weight, fate)| (*weight, decide(*fate))));
        }
        if !self.late.is_empty() {
            moves.extend([(12, Move::Late(true)), (6, Move::Late(false))]);
        } else if held {
            moves.push((12, Move::Acknowledge));
        }
        if self.armed {
            moves.push((10, Move::Disarm));
        } else if writable {
            moves.extend([(2, Move::Arm(StoreFault::CommitFails)), (2, Move::Arm(StoreFault::DiskFull))]);
        }
        moves.extend((0..self.slots.len()).filter_map(|slot| self.move_of(slot)));
        moves
    }

    /// What people may do with an instance.
    fn move_of(&self, slot: usize) -> Option<(u32, Move)> {
        let one = self.slots.get(slot).filter(|one| !one.is_over())?;
        let Some(instance) = &one.seen else { return Some((20, Move::Begin(slot))) };
        match &instance.phase {
            Phase::Running(_) | Phase::Ended { .. } => None,
            // Whoever answers for a doubt waits until what was under way is over.
            Phase::Resting if instance.incident.is_some() => {
                (!one.is_suspect || self.late.is_empty()).then_some((20, Move::Incident(slot)))
            }
            Phase::Resting if instance.step == "awaiting" && instance.version % 3 == 0 => {
                Some((8, Move::Sign(slot)))
            }
            Phase::Resting => Some((20, Move::Act(slot))),
        }
    }

    async fn perform(&mut self, chosen: Move) -> anyhow::Result<String> {
        match chosen {
            Move::Begin(slot) => self.begin_instance(slot).await,
            Move::Act(slot) => self.act(slot).await,
            Move::Sign(slot) => self.sign(slot).await,
            Move::Incident(slot) => self.answer(slot, true).await,
            Move::Decide(connection, words, fate) => {
                let is_loss = !matches!(fate, Fate::Answered | Fate::Held);
                self.course.lost_requests += usize::from(is_loss);
                self.gate.decide(&connection, fate).await?;
                Ok(format!("{connection}: {words} {fate:?}"))
            }
            Move::Late(arrives) => self.late_arrives(arrives).await,
            Move::Time => self.pass_time().await,
            Move::Crash { torn } => self.crash(torn).await,
            Move::Arm(fault) => {
                let write = *self.chance.choice(&faults::WRITES).context("no writes")?;
                faults::arm(&self.data(), fault, write)?;
                (self.armed, self.course.store_faults) = (true, self.course.store_faults + 1);
                Ok(format!("store: {fault:?} at the next {write}"))
            }
            Move::Disarm => {
                self.disarm()?;
                Ok("store: no more faults".to_owned())
            }
            Move::Acknowledge => self.acknowledge().await,
        }
    }
}
