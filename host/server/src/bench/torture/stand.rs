//! What a run stands on: a provider of its own, a data directory of its own, and hosts that come and go.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use countersign_sandbox::connection::config::SecretReference;
use countersign_simulators::autenti::{FaultKind, RequestEntry};
use countersign_simulators::{AutentiCredentials, AutentiOptions, AutentiSimulator, demo_credentials};
use countersign_workflow::definition::retry::Retry;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::plan::Plan;
use crate::bench::definition;
use crate::client::Client;
use crate::demo::configuration;

/// A provider that keeps the host waiting until it is killed.
pub const STALL: FaultKind = FaultKind::Slow { delay_ms: 60_000 };
/// The workflow of all runs.
const WORKFLOW: &str = include_str!("../workflows/every-action.yaml");

/// Longest wait for a process to be gone once its connections broke.
const GONE_MAX: Duration = Duration::from_secs(10);
/// Longest wait for a host to answer.
const READY_MAX: Duration = Duration::from_secs(60);

/// What all runs share: keys, and a compiled component so that no run compiles.
pub struct Template {
    credentials: AutentiCredentials,
    folder: TempDir,
}

/// One run's provider, data and present host.
pub struct Stand {
    /// The provider.
    pub simulator: AutentiSimulator,
    /// A caller of the present host.
    pub client: Client,
    /// Hosts that died so far.
    pub kills: u32,
    /// Requests of the provider's log that were stalled and are dealt with.
    stalls: usize,
    failpoints: std::vec::IntoIter<Option<String>>,
    config: crate::config::Config,
    folder: TempDir,
    host: Child,
}

impl Template {
    /// Makes keys and lets one host compile the component.
    pub async fn make() -> anyhow::Result<Self> {
        let credentials = tokio::task::spawn_blocking(demo_credentials).await??;
        let template = Self { credentials, folder: tempfile::tempdir()? };
        let stand = Stand::up(&template, &Plan::quiet()).await?;
        copy(&stand.folder.path().join("data/compiled"), &template.folder.path().join("compiled"))?;
        Ok(template)
    }
}

impl Stand {
    /// A provider that behaves, and the plan's first host.
    pub async fn up(template: &Template, plan: &Plan) -> anyhow::Result<Self> {
        let simulator = AutentiSimulator::start(AutentiOptions::new(&template.credentials)).await?;
        let folder = tempfile::tempdir()?;
        let mut config = configuration::write(folder.path(), &simulator, &template.credentials)?;
        std::fs::write(folder.path().join("workflow.yaml"), WORKFLOW)?;
        let delay = Some("PT0.05S".to_owned());
        definition::set_retry(&config, &Retry { limit: Some(plan.retries), delay, ..Retry::default() })?;
        // A token of its own, so that a caller never talks to the host of another run that got its port.
        let token = folder.path().join("api-token");
        std::fs::write(&token, uuid::Uuid::new_v4().to_string())?;
        config.api_token = Some(SecretReference::File(token));
        let compiled = template.folder.path().join("compiled");
        if compiled.is_dir() {
            std::fs::create_dir_all(&config.data)?;
            copy(&compiled, &config.data.join("compiled"))?;
        }
        let mut failpoints = plan.failpoints.clone().into_iter();
        let (host, client) = start(folder.path(), &config, failpoints.next().flatten()).await?;
        let mut stand = Self { simulator, client, kills: 0, stalls: 0, failpoints, config, folder, host };
        stand.await_ready().await?;
        Ok(stand)
    }

    /// Starts the next host over the same data when the present one is dead. Answers whether it was.
    pub async fn revive(&mut self) -> anyhow::Result<bool> {
        // A broken connection comes a moment before the process is gone.
        let dead = tokio::time::timeout(GONE_MAX, self.host.wait()).await;
        if dead.is_err() {
            return Ok(false);
        }
        self.next_host().await?;
        self.await_ready().await?;
        Ok(true)
    }

    /// Returns once the provider keeps the host waiting.
    pub async fn stalled(&self) {
        let is_stalled = |request: &RequestEntry| request.fault == Some(STALL);
        while self.simulator.control().requests().iter().filter(|one| is_stalled(one)).count() == self.stalls
        {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// `kill -9`, from outside.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.stalls += 1;
        self.host.start_kill().context("the host could not be killed")
    }

    async fn next_host(&mut self) -> anyhow::Result<()> {
        self.kills += 1;
        let failpoint = self.failpoints.next().flatten();
        (self.host, self.client) = start(self.folder.path(), &self.config, failpoint).await?;
        Ok(())
    }

    /// Waits until the host answers; one that dies on its way (recovery passes failpoints too) is followed by the next.
    async fn await_ready(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + READY_MAX;
        while self.client.get::<serde_json::Value>("/workflows").await.is_err() {
            ensure!(Instant::now() < deadline, "the host did not get ready");
            if let Some(_dead) = self.host.try_wait()? {
                self.next_host().await?;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

async fn start(
    folder: &Path,
    config: &crate::config::Config,
    failpoint: Option<String>,
) -> anyhow::Result<(Child, Client)> {
    let mut config = config.clone();
    config.listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let file = folder.join("countersign.yaml");
    std::fs::write(&file, serde_json::to_string(&config)?)?;
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log"))?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["serve", "--config"]).arg(&file).stderr(log).stdout(Stdio::null()).kill_on_drop(true);
    match failpoint {
        Some(failpoint) => command.env("COUNTERSIGN_FAILPOINT", failpoint),
        None => command.env_remove("COUNTERSIGN_FAILPOINT"),
    };
    let host = command.spawn().context("the host could not be started")?;
    let token = std::fs::read_to_string(folder.join("api-token"))?;
    let client = Client::new(&format!("http://{}", config.listen), Some(token), "manager", "manager")?;
    Ok((host, client))
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
