//! Who is measured: the host over its real API, and the ceiling, each with a runtime and a data directory of its own.
//!
//! Not here: the ceiling itself (`w1/bare.rs`).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, ensure};
use countersign_sandbox::connection::config::{
    ConnectionConfig, LimitsConfig, RoleConfig, Scheme, SecretReference,
};
use countersign_sandbox::connection::secret::ProcessSecrets;
use tokio::runtime::Runtime;

use super::bare::Bare;
use super::stand_in::StandIn;
use super::{bytes_of, data_of, runtime};
use crate::bench::closed_loop::Caller;
use crate::bench::wire::Wire;
use crate::config::{Config, WEBHOOK_BYTES_MAX};
use crate::host::Host;
use crate::serve::Running;

const WORKFLOW: &str = include_str!("../workflows/round-trip.yaml");

/// Who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// This host.
    Host,
    /// The ceiling: the same commits, and no workflow.
    Ceiling,
}

/// One of them, running.
pub struct Contestant {
    /// Who it is.
    pub kind: Kind,
    address: SocketAddr,
    running: Serving,
    runtime: Runtime,
    data: PathBuf,
    done: Arc<AtomicU64>,
}

enum Serving {
    Host(Running),
    Bare(Arc<Bare>),
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Host, Self::Ceiling];

    /// What the table says.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Ceiling => "ceiling",
        }
    }

    /// The name of its threads, for who profiles them.
    fn thread(self) -> &'static str {
        match self {
            Self::Host => "bench-host",
            Self::Ceiling => "bench-ceiling",
        }
    }
}

impl Contestant {
    /// Starts one.
    pub fn start(kind: Kind, folder: &Path, provider: &StandIn) -> anyhow::Result<Self> {
        let runtime = runtime(kind.thread())?;
        let data = data_of(folder, kind);
        let config = configure(folder, &data, provider)?;
        let (address, running) = runtime.block_on(serve(kind, config))?;
        Ok(Self { kind, address, running, runtime, data, done: Arc::default() })
    }

    /// So many callers, each with a connection of its own.
    pub async fn callers(&self, level: usize) -> anyhow::Result<Vec<Customer>> {
        let mut callers = Vec::new();
        for _ in 0..level {
            let wire = Wire::connect(self.address).await?;
            callers.push(Customer { kind: self.kind, wire, done: self.done.clone() });
        }
        Ok(callers)
    }

    /// Stops it and answers the bytes on disk of one instance.
    pub fn end(self) -> anyhow::Result<f64> {
        match self.running {
            Serving::Host(running) => self.runtime.block_on(running.stop())?,
            Serving::Bare(bare) => self.runtime.block_on(bare.close()),
        }
        Ok(bytes_of(&self.data)? / self.done.load(Ordering::Relaxed) as f64)
    }
}

async fn serve(kind: Kind, config: Config) -> anyhow::Result<(SocketAddr, Serving)> {
    match kind {
        Kind::Host => {
            let listen = config.listen;
            let host = Host::open(config, &ProcessSecrets::default()).await?;
            let running = Running::start(host, listen).await?;
            Ok((running.address, Serving::Host(running)))
        }
        Kind::Ceiling => {
            let bare = Bare::open(&config).await?;
            Ok((bare.listen().await?, Serving::Bare(bare)))
        }
    }
}

fn configure(folder: &Path, data: &Path, provider: &StandIn) -> anyhow::Result<Config> {
    let (workflow, key) = (folder.join("workflow.yaml"), folder.join("key"));
    std::fs::write(&workflow, WORKFLOW)?;
    std::fs::write(&key, "api-key bench")?;
    private(&key)?;
    let role = RoleConfig {
        authentication: Scheme::Verbatim { secret: SecretReference::File(key) },
        allow_private_addresses: true,
        ..RoleConfig::at(&format!("http://{}", provider.address))
    };
    let settings = [("organisation-id", "organisation"), ("user-id", "user")];
    let connection = ConnectionConfig {
        provider: "autenti".to_owned(),
        settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        acting_user: None,
        limits: LimitsConfig::default(),
        roles: BTreeMap::from([("api".to_owned(), role)]),
        webhook: None,
    };
    Ok(Config {
        data: data.to_path_buf(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        api_token: None,
        workflows: vec![workflow],
        lock: data.with_extension("lock"),
        connections: BTreeMap::from([("sign".to_owned(), connection)]),
        log_webhooks: false,
        webhook_bytes_max: WEBHOOK_BYTES_MAX,
        call_timeout_seconds: 30,
        calls_max: 256,
    })
}

fn private(file: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?)
}

/// Carries one instance after another from start to end.
pub struct Customer {
    kind: Kind,
    wire: Wire,
    done: Arc<AtomicU64>,
}

impl Caller for Customer {
    async fn work(&mut self) -> anyhow::Result<()> {
        match self.kind {
            Kind::Host => self.through_host().await?,
            Kind::Ceiling => self.through_bare().await?,
        }
        self.done.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Customer {
    async fn through_host(&mut self) -> anyhow::Result<()> {
        let new = r#"{"workflow":"round-trip","take":{"path":"ask"},"form":{"fields":{"document":"DOCUMENT_PROCESS:1"},"lists":{"people":[{"email":"first.signer@example.com"}]}}}"#;
        let waiting = self.wire.post("/api/v1/instances", new).await?;
        ensure!(waiting.contains(r#""step":"waiting""#), "it does not wait: {waiting}");
        let changed = format!("/api/v1/instances/{}/paths/changed", id(&waiting)?);
        let ended = self.wire.post(&changed, "{}").await?;
        ensure!(ended.contains(r#""outcome":"success""#), "it has not ended: {ended}");
        Ok(())
    }

    async fn through_bare(&mut self) -> anyhow::Result<()> {
        let new = r#"{"document":"DOCUMENT_PROCESS:1","email":"first.signer@example.com"}"#;
        let waiting = self.wire.post("/start", new).await?;
        let ended = self.wire.post(&format!("/changed/{}", id(&waiting)?), "{}").await?;
        ensure!(ended.contains(r#""step":"done""#), "it has not ended: {ended}");
        Ok(())
    }
}

/// The first `id` of an answer.
fn id(answer: &str) -> anyhow::Result<&str> {
    let found = answer.split_once(r#""id":""#).and_then(|(_, rest)| rest.split_once('"'));
    found.map(|(id, _)| id).with_context(|| format!("no id in {answer}"))
}
