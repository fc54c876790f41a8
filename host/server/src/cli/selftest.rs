//! `countersign selftest`: the hostile pack against this build and what a configuration grants.
//!
//! No request leaves: the provider of every connection is played in this process, and no token is fetched.
//! Not here: the misbehaviours (`components/hostile`), running and judging one (`sandbox/selftest`).

mod report;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use countersign_sandbox::connection::Sources;
use countersign_sandbox::connection::secret::{ProcessSecrets, secret_variables};
use countersign_sandbox::selftest::{Grant, Misbehaviour, misbehaviours};
use countersign_sandbox::{Provider, Sandbox, SandboxConfig};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::Config;
use crate::connections;
use crate::host::open::sandbox_config;
use report::{Granted, Report};

/// A misbehaviour needs a place beside its neighbour's.
const CALLS_MIN: u32 = 2;

/// Run what this build promises to hold against: 0 it held, 1 it did not, 2 the configuration is wrong.
#[derive(Debug, Args)]
pub struct Selftest {
    /// The hostile pack: a component that misbehaves in every way known, over every role of every connection.
    #[arg(long, required = true)]
    hostile: bool,
    /// The configuration whose limits and connections are tested; the defaults without one.
    #[arg(long, env = "COUNTERSIGN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON for programs instead of text for people.
    #[arg(long)]
    json: bool,
}

impl Selftest {
    /// Runs it and tells how each misbehaviour ended; an error is a wrong configuration.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let config = match &self.config {
            Some(path) => Config::load(path)?,
            None => serde_json::from_str("{}").context("the defaults are no configuration")?,
        };
        let sandbox = sandbox(&config)?;
        let (grants, without_role) = grants(&config, &sandbox).await?;
        let hostile = admit(&sandbox, countersign_components::hostile().to_vec()).await?;
        let pack = misbehaviours(&hostile).await.map_err(anyhow::Error::msg)?;
        let report = Report::new(run(&grants, &hostile, &pack).await?, without_role);
        report.print(self.json)?;
        Ok(report.exit_code())
    }
}

/// A sandbox with the host's limits; what it compiles is kept nowhere.
fn sandbox(config: &Config) -> anyhow::Result<Arc<Sandbox>> {
    let host = sandbox_config(config)?;
    Sandbox::new(SandboxConfig { cache_dir: None, max_calls: host.max_calls.max(CALLS_MIN), ..host })
}

/// What every role of every connection grants, and the connections that have no role; where there is no role at all, a
/// grant that is nobody's.
async fn grants(config: &Config, sandbox: &Arc<Sandbox>) -> anyhow::Result<(Vec<Grant>, Vec<String>)> {
    let secrets = ProcessSecrets::capture(&secret_variables(config.connections.values()));
    let sources = Sources { secrets: &secrets, connections: &config.connections };
    let (mut all, mut without_role, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (name, connection) in &config.connections {
        let provider = match connections::component(&connection.provider) {
            Ok(bytes) => admit(sandbox, bytes).await,
            Err(error) => Err(error),
        };
        let granted =
            provider.map(|provider| Grant::of(name, connection, &provider.manifest.offer(), &sources));
        match granted {
            Ok(Ok(grants)) if grants.is_empty() => without_role.push(name.clone()),
            Ok(Ok(grants)) => all.extend(grants),
            Ok(Err(wrong)) => problems.push(wrong.to_string()),
            Err(error) => problems.push(format!("connection `{name}`: {error:#}")),
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    if all.is_empty() {
        all.push(Grant::of_nobody()?);
    }
    Ok((all, without_role))
}

async fn admit(sandbox: &Arc<Sandbox>, bytes: Vec<u8>) -> anyhow::Result<Arc<Provider>> {
    let sandbox = Arc::clone(sandbox);
    Ok(tokio::task::spawn_blocking(move || sandbox.admit(&bytes)).await??)
}

/// Every misbehaviour over every grant, one after the other.
async fn run(
    grants: &[Grant],
    hostile: &Arc<Provider>,
    pack: &[Misbehaviour],
) -> anyhow::Result<Vec<Granted>> {
    let progress = ProgressBar::new((grants.len() * pack.len()) as u64)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} misbehaviours · {wide_msg}")?);
    let mut granted = Vec::with_capacity(grants.len());
    for grant in grants {
        let mut lines = grant.addresses();
        for misbehaviour in pack {
            progress.set_message(misbehaviour.name.clone());
            lines.push(grant.run(hostile, misbehaviour).await);
            progress.inc(1);
        }
        granted.push(Granted::new(grant, lines));
    }
    progress.finish_and_clear();
    Ok(granted)
}
