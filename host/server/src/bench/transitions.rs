//! Transitions: paths taken through the main loop, each durable before it is answered, beside the same rows written by
//! hand-made commits to the same kind of store, without engine and loading.
//!
//! Not here: HTTP and calls (`bench/w1.rs`).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_store::change::{Change, Commit};
use countersign_store::{Options, Store};
use countersign_workflow::effect::Entry;
use countersign_workflow::event::{Actor, What};
use countersign_workflow::form::FormEdit;
use countersign_workflow::instance::Instance;

use super::closed_loop::{self, Caller, LEVELS, Measured, median};
use super::{Figure, Report, conditions};
use crate::api::instances::NewInstance;
use crate::config::{Config, WEBHOOK_BYTES_MAX};
use crate::host::Host;

/// The workflow: two steps, a path each way.
const WORKFLOW: &str = include_str!("workflows/back-and-forth.yaml");
/// How long one loop is counted.
const LASTS: Duration = Duration::from_secs(1);

/// Measures in alternating rounds, so that a machine that slows down slows both.
pub async fn transitions(rounds: usize) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let host = open(folder.path()).await?;
    let store = Store::open(&folder.path().join("raw"), Options::default())?;
    let template = Template::take(&host).await?;
    let (mut ours, mut raw) = (vec![Vec::new(); LEVELS.len()], vec![Vec::new(); LEVELS.len()]);
    for _ in 0..rounds.max(1) {
        for ((level, ours), raw) in LEVELS.into_iter().zip(&mut ours).zip(&mut raw) {
            ours.push(closed_loop::run(walkers(&host, level).await?, LASTS, || 0.0).await?);
            raw.push(closed_loop::run(template.writers(&store, level).await?, LASTS, || 0.0).await?);
        }
    }
    store.close().await;
    host.close(Duration::from_secs(1)).await;
    let of_levels = |rounds: &[Vec<Measured>]| rounds.iter().map(|rounds| median(rounds)).collect::<Vec<_>>();
    Ok(report(&of_levels(&ours), &of_levels(&raw), rounds))
}

fn report(ours: &[Measured], raw: &[Measured], rounds: usize) -> Report {
    let mut figures = Vec::new();
    let mut ratio = 0.0;
    for ((level, ours), raw) in LEVELS.into_iter().zip(ours).zip(raw) {
        figures.push(Figure::new(format!("{level}: transitions"), ours.per_second, "1/s"));
        figures.push(Figure::new(format!("{level}: raw commits"), raw.per_second, "1/s"));
        figures.push(Figure::new(format!("{level}: ratio"), ours.per_second / raw.per_second, ""));
        figures.push(Figure::new(format!("{level}: transition p50"), ours.p50_ms, "ms"));
        figures.push(Figure::new(format!("{level}: transition p99"), ours.p99_ms, "ms"));
        figures.push(Figure::new(format!("{level}: raw p99"), raw.p99_ms, "ms"));
        if level == 64 {
            ratio = ours.per_second / raw.per_second;
        }
    }
    let mut conditions = conditions();
    conditions.push(format!(
        "SQLite WAL, synchronous=FULL; closed loop; medians of {rounds} rounds of {LASTS:?} each, both in every round"
    ));
    conditions.push("raw: the same rows through the same group commit, made beforehand".to_owned());
    Report {
        bench: "transitions",
        ratio,
        goal: "at 64 instances at least 50 % of the raw group-commit limit",
        meets: ratio >= 0.5,
        figures,
        conditions,
    }
}

async fn open(folder: &Path) -> anyhow::Result<Arc<Host>> {
    let workflow = folder.join("workflow.yaml");
    std::fs::write(&workflow, WORKFLOW)?;
    let config = Config {
        data: folder.join("data"),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        api_token: None,
        workflows: vec![workflow],
        lock: folder.join("countersign.lock"),
        connections: BTreeMap::new(),
        log_webhooks: false,
        webhook_bytes_max: WEBHOOK_BYTES_MAX,
        call_timeout_seconds: 30,
        calls_max: 1,
    };
    Host::open(config, &ProcessSecrets::default()).await
}

async fn begin(host: &Arc<Host>) -> anyhow::Result<Arc<Instance>> {
    let new = NewInstance {
        workflow: "back-and-forth".to_owned(),
        connections: BTreeMap::new(),
        form: FormEdit::default(),
        take: None,
    };
    Ok(host.start(Actor::default(), new, None).await?)
}

/// Takes one path after the other.
struct Walker {
    host: Arc<Host>,
    id: String,
    there: bool,
}

async fn walkers(host: &Arc<Host>, level: usize) -> anyhow::Result<Vec<Walker>> {
    let mut walkers = Vec::new();
    for _ in 0..level {
        walkers.push(Walker { host: host.clone(), id: begin(host).await?.id.clone(), there: false });
    }
    Ok(walkers)
}

impl Caller for Walker {
    async fn work(&mut self) -> anyhow::Result<()> {
        let path = if self.there { "back" } else { "go" };
        let what = What::Take { path: path.to_owned(), comment: None };
        self.host.submit(&self.id, Actor::default(), what, Vec::new()).await?;
        self.there = !self.there;
        Ok(())
    }
}

/// The rows of one transition, as the host writes them.
struct Template {
    instance: Instance,
    lines: Vec<Entry>,
}

impl Template {
    /// Lets the host make one transition and keeps what it wrote.
    async fn take(host: &Arc<Host>) -> anyhow::Result<Self> {
        let id = begin(host).await?.id.clone();
        let before = host.history(&id).await?.len();
        let what = What::Take { path: "go".to_owned(), comment: None };
        let instance = host.submit(&id, Actor::default(), what, Vec::new()).await?;
        let lines = host.history(&id).await?.split_off(before);
        Ok(Self { instance: Instance::clone(&instance), lines })
    }

    async fn writers(&self, store: &Store, level: usize) -> anyhow::Result<Vec<Writer>> {
        let mut writers = Vec::new();
        for _ in 0..level {
            let instance = Instance {
                id: uuid::Uuid::now_v7().to_string(),
                number: store.next_instance_number().await?,
                ..self.instance.clone()
            };
            let at_ms = instance.entered_at_ms;
            store.commit(Commit::command(vec![Change::create_instance(&instance, at_ms)?])).await?;
            let changes = vec![
                Change::update_instance(&instance, instance.version, at_ms)?,
                Change::append_history(&instance.id, &self.lines)?,
            ];
            writers.push(Writer { store: store.clone(), changes });
        }
        Ok(writers)
    }
}

/// Writes the same rows again and again, one version after the other.
struct Writer {
    store: Store,
    changes: Vec<Change>,
}

impl Caller for Writer {
    async fn work(&mut self) -> anyhow::Result<()> {
        let Some(Change::UpdateInstance { instance, expected_version }) = self.changes.first_mut() else {
            return Err(anyhow::anyhow!("the template has no instance"));
        };
        *expected_version = instance.summary.version;
        instance.summary.version += 1;
        self.store.commit(Commit::command(self.changes.clone())).await.context("a hand-made commit")?;
        Ok(())
    }
}
