//! Assembling a host from its configuration. Everything that is wrong is told before anything runs.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use anyhow::{Context, bail};
use countersign_sandbox::connection::Sources;
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::Transport;
use countersign_sandbox::{Limits, Sandbox, SandboxConfig};
use countersign_store::change::{Change, Commit};
use countersign_store::row::definition::DefinitionRow;
use countersign_store::{Options, Store};
use countersign_workflow::load::Workflow;
use tokio::sync::{Notify, Semaphore, watch};

use super::rows::{self, Means};
use super::{BoundConnection, Host};
use crate::clock::Clock;
use crate::config::Config;
use crate::gate::Gates;
use crate::lock::Lock;
use crate::once::KeysInUse;
use crate::turns::Turns;
use crate::unwritten::EVENT_WAITS_MAX;
use crate::{catalogue, compiling, connections, definitions, failpoint};

/// What a host is put together from.
pub(crate) struct Parts {
    /// What is durable.
    pub(crate) store: Store,
    /// Admitted components behind checked connections.
    pub(crate) connections: BTreeMap<String, BoundConnection>,
    /// Its time.
    pub(crate) clock: Clock,
    /// What carries its requests.
    pub(crate) transport: Arc<dyn Transport>,
    /// How long an event may wait to share a commit with its call.
    pub(crate) event_waits_max: Duration,
}

impl Host {
    /// Opens the store, admits the components, checks connections and definitions.
    pub async fn open(config: Config, secrets: &ProcessSecrets) -> anyhow::Result<Arc<Self>> {
        let store = open_store(&config, options()).await?;
        let connections = bind(&config, secrets).await?;
        let transport = Arc::new(Network::new()?);
        let parts = Parts {
            store,
            connections,
            clock: Clock::default(),
            transport,
            event_waits_max: EVENT_WAITS_MAX,
        };
        Self::assemble(config, secrets, parts).await
    }

    /// Puts a host together.
    pub(crate) async fn assemble(
        config: Config,
        secrets: &ProcessSecrets,
        parts: Parts,
    ) -> anyhow::Result<Arc<Self>> {
        let Parts { store, mut connections, clock, transport, event_waits_max } = parts;
        if let Some(latest_ms) = store.latest_ms().await? {
            clock.go_on_from(latest_ms);
        }
        let clock = Arc::new(clock);
        let call_timeout = Duration::from_secs(config.call_timeout_seconds);
        let means = Means {
            store: &store,
            transport: transport.clone(),
            deadline: call_timeout,
            now_ms: clock.now_ms(),
        };
        for bound in connections.values_mut() {
            rows::read_choices(bound, &means).await;
        }
        let offered = offer(&store, &config.workflows, &connections, clock.now_ms()).await?;
        let restored = store.restore().await?;
        let api_token = connections::api_token(&config, secrets)?;
        let definitions = offered.values().map(|w| (w.digest.clone(), w.clone())).collect::<HashMap<_, _>>();
        Ok(Arc::new(Self {
            gates: Gates::new(connections.iter().map(|(name, bound)| (name.clone(), bound.limits)), &clock),
            clock,
            store,
            transport,
            call_timeout,
            event_waits_max,
            calls: Semaphore::new(config.calls_max),
            calls_running: watch::Sender::new(0),
            turns: Turns::default(),
            keys_in_use: KeysInUse::default(),
            inbox: Notify::default(),
            log_webhooks: config.log_webhooks,
            webhook_bytes_max: config.webhook_bytes_max,
            connections,
            offered,
            definitions: RwLock::new(definitions),
            redirects: Mutex::default(),
            restored: RwLock::new(restored),
            api_token,
        }))
    }

    /// Lets calls in flight end (at most `patience`), then closes the store. What did not end is taken up at the next start.
    pub async fn close(&self, patience: Duration) {
        self.stop_waiting();
        self.calls.close();
        let mut running = self.calls_running.subscribe();
        let drained = running.wait_for(|calls| *calls == 0);
        if tokio::time::timeout(patience, drained).await.is_err() {
            tracing::warn!("calls are still under way; they are taken up again at the next start");
        }
        self.store.close().await;
    }
}

fn options() -> Options {
    Options { watch: Some(failpoint::around_commit), ..Options::default() }
}

/// Opens the data directory.
pub(crate) async fn open_store(config: &Config, options: Options) -> anyhow::Result<Store> {
    let data = config.data.clone();
    Ok(tokio::task::spawn_blocking(move || Store::open(&data, options)).await??)
}

/// Admits the components, as far as they are approved, and checks the connections.
pub(crate) async fn bind(
    config: &Config,
    secrets: &ProcessSecrets,
) -> anyhow::Result<BTreeMap<String, BoundConnection>> {
    let sandbox = Sandbox::new(sandbox_config(config)?)?;
    let sources = Sources { secrets, connections: &config.connections };
    let mut lock = Lock::open(&config.lock)?;
    let bound = connections::load_all(&sandbox, &config.connections, &sources, &mut lock).await?;
    lock.keep_up()?;
    Ok(bound)
}

/// What a host's sandbox is set up with.
pub(crate) fn sandbox_config(config: &Config) -> anyhow::Result<SandboxConfig> {
    Ok(SandboxConfig {
        cache_dir: Some(config.data.join("compiled")),
        max_calls: u32::try_from(config.calls_max)?,
        limits: Limits::default(),
        compile_with: compiling::in_child()?,
    })
}

/// Checks the definitions against the connections, keeps them, and answers the newest of each name.
async fn offer(
    store: &Store,
    paths: &[std::path::PathBuf],
    connections: &BTreeMap<String, BoundConnection>,
    now_ms: i64,
) -> anyhow::Result<BTreeMap<String, Arc<Workflow>>> {
    let mut offered: BTreeMap<String, Arc<Workflow>> = BTreeMap::new();
    for path in paths {
        let (workflow, text) = read(path, connections)?;
        let metadata = &workflow.definition.metadata;
        let row = DefinitionRow {
            digest: workflow.digest.clone(),
            name: metadata.name.clone(),
            version: metadata.version,
            text,
            stored_at_ms: now_ms,
        };
        store.commit(Commit::command(vec![Change::PutDefinition(row)])).await?;
        if offered
            .get(&metadata.name)
            .is_none_or(|known| known.definition.metadata.version < metadata.version)
        {
            offered.insert(metadata.name.clone(), Arc::new(workflow));
        }
    }
    Ok(offered)
}

fn read(path: &Path, connections: &BTreeMap<String, BoundConnection>) -> anyhow::Result<(Workflow, String)> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the workflow `{}` cannot be read", path.display()))?;
    match definitions::check(&text, &catalogue::of_connections(connections)) {
        Ok(workflow) => Ok((workflow, text)),
        Err(problems) => bail!("{}", definitions::render(&path.display().to_string(), &text, &problems)),
    }
}
