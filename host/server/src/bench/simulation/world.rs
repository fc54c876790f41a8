//! One run: the host that is up, its data, the instances, and what the scheduler does to them until all is over.
//!
//! Not here: which moves there are (`moves.rs`), what people do (`people.rs`), what must hold (`check.rs`).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::Transport;
use countersign_store::Options;
use countersign_workflow::instance::{Instance, Phase};
use fastrand::Rng;
use tempfile::TempDir;

use super::course::Course;
use super::gate::{Fate, Gate, Waiting};
use super::stage::{INSTANCES_MAX, Stage};
use super::{check, faults};
use crate::clock::Clock;
use crate::config::Config;
use crate::host::Host;
use crate::host::open::{Parts, open_store};
use crate::{recovery, timers};

/// Where simulated time begins.
const BEGIN_MS: i64 = 1_750_000_000_000;
/// Longest real wait for the host to come to rest.
const REST_MAX: Duration = Duration::from_secs(60);
/// Most rounds until everything has come to its end.
const ROUNDS_MAX: usize = 40;

/// One run.
pub struct World<'a> {
    pub stage: &'a Stage,
    pub chance: Rng,
    pub course: &'a mut Course,
    pub host: Arc<Host>,
    pub gate: Arc<Gate>,
    /// Requests of killed hosts that the network still carries.
    pub late: Vec<Waiting>,
    pub slots: Vec<Slot>,
    /// A fault of the store is switched on.
    pub armed: bool,
    network: Arc<dyn Transport>,
    folder: TempDir,
    /// Hosts so far.
    generation: usize,
    /// Commits in the log after each step, and whether the step was one thing after another.
    marks: Vec<Mark>,
}

/// One instance, as it was last seen at rest.
#[derive(Default)]
pub struct Slot {
    /// Names its document at the provider.
    pub title: String,
    /// None before it began; an instance that a torn log has lost does not begin again.
    pub id: Option<String>,
    pub seen: Option<Instance>,
    /// The lines of its history.
    pub history: Vec<String>,
    /// So often a person said wrongly that it was not sent.
    pub wrong_answers: usize,
    /// Its state may be older than what was done for it.
    pub is_suspect: bool,
    /// Its document was sent, it does not know, and nobody can tell it: people leave it alone.
    pub is_left_alone: bool,
}

/// A host that is up.
struct Raised {
    host: Arc<Host>,
    gate: Arc<Gate>,
    /// Commits of earlier hosts in its database.
    commits_kept: i64,
}

struct Mark {
    commits: usize,
    is_serial: bool,
}

/// Plays one seed to its end.
pub async fn run(stage: &Stage, seed: u64, course: &mut Course) -> anyhow::Result<()> {
    stage.simulator.control().reset();
    let mut world = World::begin(stage, Rng::with_seed(seed), course).await?;
    let result = world.play().await;
    world.gate.shut();
    world.host.close(REST_MAX).await;
    result
}

impl Slot {
    /// Whether nothing more is to be done for it.
    pub fn is_over(&self) -> bool {
        let ended = |instance: &Instance| matches!(instance.phase, Phase::Ended { .. });
        self.is_left_alone || self.seen.as_ref().is_some_and(ended)
    }

    /// Where it is, for events: nothing random in it.
    pub fn words(&self) -> String {
        let Some(instance) = &self.seen else { return "—".to_owned() };
        let phase = match instance.phase {
            Phase::Resting => "",
            Phase::Running(_) => " running",
            Phase::Ended { .. } => " ended",
        };
        let incident = match &instance.incident {
            None => "",
            Some(incident) if incident.in_doubt => " in-doubt",
            Some(_) => " incident",
        };
        let alone = if self.is_left_alone { " left-alone" } else { "" };
        format!("{}{phase}{incident}{alone} v{}", instance.step, instance.version)
    }
}

impl<'a> World<'a> {
    async fn begin(stage: &'a Stage, mut chance: Rng, course: &'a mut Course) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let network: Arc<dyn Transport> = Arc::new(Network::new()?);
        let Raised { host, gate, .. } = raise(stage, folder.path().join("0"), BEGIN_MS, &network).await?;
        let slots = (0..chance.usize(3..=INSTANCES_MAX))
            .map(|slot| Slot { title: format!("Contract {slot}"), ..Slot::default() })
            .collect();
        let mut world = Self {
            stage,
            chance,
            course,
            host,
            gate,
            late: Vec::new(),
            slots,
            armed: false,
            network,
            folder,
            generation: 0,
            marks: Vec::new(),
        };
        world.mark(false)?;
        Ok(world)
    }

    async fn play(&mut self) -> anyhow::Result<()> {
        for _ in 0..self.chance.usize(50..=110) {
            let (words, is_serial) = self.step().await?;
            self.rest(words, is_serial).await?;
        }
        self.finish().await
    }

    /// Faults are over, everything is answered, time moves on: every instance comes to its end.
    async fn finish(&mut self) -> anyhow::Result<()> {
        for round in 0..ROUNDS_MAX {
            self.calm().await?;
            if self.slots.iter().all(Slot::is_over) {
                return check::end(self);
            }
            for slot in 0..self.slots.len() {
                let words = self.go_on(slot).await?;
                self.rest(format!("end: {words}"), true).await?;
                self.answer_all().await?;
            }
            if round % 8 == 7 {
                let words = self.pass_time().await?;
                self.rest(words, false).await?;
            }
        }
        let open = self.slots.iter().find(|slot| !slot.is_over()).and_then(|slot| slot.seen.as_ref());
        anyhow::bail!("no end after {ROUNDS_MAX} rounds: {open:#?}")
    }

    async fn calm(&mut self) -> anyhow::Result<()> {
        self.disarm()?;
        if !self.host.store.health().writable {
            let words = self.crash(false).await?;
            self.rest(words, false).await?;
        }
        while !self.late.is_empty() {
            let words = self.late_arrives(true).await?;
            self.rest(words, true).await?;
        }
        self.answer_all().await?;
        if self.host.unknown_since_ms().is_some() {
            let words = self.acknowledge().await?;
            self.rest(words, true).await?;
        }
        Ok(())
    }

    async fn answer_all(&mut self) -> anyhow::Result<()> {
        while let Some((connection, words, _)) = self.gate.waiting().into_iter().next() {
            self.gate.decide(&connection, Fate::Answered).await?;
            self.rest(format!("end: {connection} is answered {words}"), true).await?;
        }
        Ok(())
    }

    /// Waits until every call waits for the scheduler, then looks whether all is as it must be.
    async fn rest(&mut self, words: String, is_serial: bool) -> anyhow::Result<()> {
        self.course.steps += 1;
        self.course.events.push(words);
        self.still().await?;
        let seen = check::all(self).await?;
        if let Some(last) = self.course.events.last_mut() {
            *last = format!("{last} → {seen}");
        }
        self.mark(is_serial)
    }

    /// A waiting request is one of a running call, so where there are as many of both, nothing moves.
    pub async fn still(&self) -> anyhow::Result<()> {
        let (mut waiting, mut running) = (self.gate.count.subscribe(), self.host.calls_running.subscribe());
        let resting = async {
            loop {
                // In this order: only the scheduler makes fewer wait, so equal numbers were equal all the while.
                let wait = *waiting.borrow_and_update();
                if wait == *running.borrow_and_update() {
                    return Ok::<_, tokio::sync::watch::error::RecvError>(());
                }
                tokio::select! {
                    changed = waiting.changed() => changed?,
                    changed = running.changed() => changed?,
                }
            }
        };
        let rested = tokio::time::timeout(REST_MAX, resting).await;
        rested.context("the host does not come to rest")?.context("the host is gone")
    }

    fn mark(&mut self, is_serial: bool) -> anyhow::Result<()> {
        let commits = faults::log_commits(&self.data())?.len();
        self.marks.push(Mark { commits, is_serial });
        Ok(())
    }

    /// Time moves to the next timer, which fires.
    pub async fn pass_time(&mut self) -> anyhow::Result<String> {
        let Some(due_ms) = self.host.store.next_due().await? else {
            self.host.clock.advance_ms(60_000);
            return Ok("a minute passes".to_owned());
        };
        self.host.clock.advance_ms(due_ms - self.host.clock.now_ms());
        // A store that cannot write refuses; the timer stays due.
        let fired =
            timers::fire_due(&self.host).await.map_or_else(|()| "none".to_owned(), |fired| fired.to_string());
        Ok(format!("time passes to the next timer, {fired} fired"))
    }

    /// Late requests go on, or are lost.
    pub async fn late_arrives(&mut self, arrives: bool) -> anyhow::Result<String> {
        let mut late = self.late.remove(0);
        if arrives {
            late.process(&*self.network).await;
            self.course.late_requests += 1;
        }
        Ok(format!("late: {} {}", late.words, if arrives { "arrives" } else { "is lost" }))
    }

    /// Switches faults of the store off.
    pub fn disarm(&mut self) -> anyhow::Result<()> {
        self.armed = false;
        faults::disarm(&self.data())
    }

    /// Where the present host's data are.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join(self.generation.to_string())
    }

    /// Kills the host, perhaps tears its log, and starts the next over what is left.
    pub async fn crash(&mut self, torn: bool) -> anyhow::Result<String> {
        self.course.crashes += 1;
        let before = faults::commits(&self.data())?;
        let was_held = self.host.unknown_since_ms().is_some();
        let now_ms = self.host.clock.now_ms();
        let old = self.data();
        self.generation += 1;
        faults::copy(&old, &self.data())?;
        self.bury().await;
        let place = if torn { self.tear()? } else { String::new() };
        // The machine's clock may have been set back meanwhile; the host's time is not.
        let set_back_ms = if self.chance.u32(..4) == 0 { self.chance.i64(0..7_200_000) } else { 0 };
        let next = raise(self.stage, self.data(), now_ms - set_back_ms, &self.network).await;
        let Raised { host, gate, commits_kept } = next.context("the next host")?;
        (self.host, self.gate, self.armed) = (host, gate, false);
        let lost = before - commits_kept;
        self.judge_loss(lost, was_held).await?;
        recovery::recover(&self.host).await?;
        self.marks.clear();
        Ok(format!("the host is killed{place}, {lost} commits lost"))
    }

    /// The old host answers nobody any more; what it was sending is lost, processed or late.
    async fn bury(&mut self) {
        for mut one in self.gate.shut() {
            match self.chance.u32(..3) {
                0 => {}
                1 => one.process(&*self.network).await,
                _ if one.is_unseen() => self.late.push(one),
                _ => {}
            }
        }
        self.host.store.close().await;
        self.host.close(REST_MAX).await;
    }

    /// A loss must be said before anything is sent; where nothing was lost, nothing may be said.
    async fn judge_loss(&mut self, lost: i64, was_held: bool) -> anyhow::Result<()> {
        let warning = self.host.restore_warning();
        if lost <= 0 {
            ensure!(was_held == warning.is_some(), "nothing was lost, and the host says: {warning:?}");
            return Ok(());
        }
        let said = warning.context("the log was torn after acknowledgement, and the host says nothing")?;
        ensure!(said.contains("older than what this host acknowledged"), "it says: {said}");
        self.course.losses += 1;
        check::begin_again(self).await
    }

    /// Tears within the last steps: between two of them, or within one in which one thing came after another.
    fn tear(&mut self) -> anyhow::Result<String> {
        let ends = faults::log_commits(&self.data())?;
        let steps = self.marks.windows(2).rev().take(8).filter_map(|pair| match pair {
            [before, after] if before.commits < after.commits => Some((before.commits, after)),
            _ => None,
        });
        let steps: Vec<(usize, &Mark)> = steps.collect();
        let Some((kept, after)) = self.chance.choice(&steps) else { return Ok(String::new()) };
        let kept = if after.is_serial { self.chance.usize(*kept..after.commits) } else { *kept };
        let place = kept.checked_sub(1).and_then(|last| ends.get(last).copied()).unwrap_or(32);
        faults::tear(&self.data(), place, &mut self.chance)?;
        Ok(format!(" and its log is torn after commit {kept} of {}", ends.len()))
    }
}

/// Starts a host on a data directory.
async fn raise(
    stage: &Stage,
    data: PathBuf,
    now_ms: i64,
    network: &Arc<dyn Transport>,
) -> anyhow::Result<Raised> {
    let config = Config { data: data.clone(), ..stage.config.clone() };
    let options = Options {
        // One COMMIT for each transaction: which ones share one depends on real time.
        batch_transactions_max: 1,
        database_bytes_max: Some(faults::DATABASE_BYTES_MAX),
        disk_free_min_bytes: 0,
        ..Options::default()
    };
    let store = open_store(&config, options).await?;
    faults::disarm(&data)?;
    // Taking its turn was a commit of its own.
    let commits_kept = faults::commits(&data)? - 1;
    let gate = Gate::new(network.clone());
    let (connections, clock) = (stage.connections.clone(), Clock::standing(now_ms));
    // How long an event is unwritten would be real time, too.
    let parts = Parts { store, connections, clock, transport: gate.clone(), event_waits_max: Duration::ZERO };
    let host = Host::assemble(config, &ProcessSecrets::default(), parts).await?;
    Ok(Raised { host, gate, commits_kept })
}
