//! What the runs of one worker stand on: a provider, and the bound connections of a host that works with it.
//!
//! Each instance gets a connection of its own, so that a request tells whose it is. Not here: hosts and their data
//! (`world.rs`).

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use countersign_sandbox::connection::config::BreakerConfig;
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_simulators::{AutentiCredentials, AutentiOptions, AutentiSimulator, contract_pdf};
use countersign_workflow::definition::retry::Retry;
use tempfile::TempDir;

use crate::bench::definition;
use crate::config::Config;
use crate::demo::configuration;
use crate::host::{BoundConnection, open};

/// Most instances in one run.
pub const INSTANCES_MAX: usize = 6;
/// Longer than any run, so that no real time decides anything.
const CALL_SECONDS: u64 = 24 * 3_600;

/// A provider and connections to it.
pub struct Stage {
    /// The provider; forgets everything between two runs.
    pub simulator: AutentiSimulator,
    /// `sign`, and one for each instance.
    pub connections: BTreeMap<String, BoundConnection>,
    /// The configuration; each host has another data directory.
    pub config: Config,
    /// What is sent.
    pub contract: Bytes,
    _folder: TempDir,
}

impl Stage {
    /// Starts the provider and admits the component, compiled once for all stages.
    pub async fn set(credentials: &AutentiCredentials, shared: &Path) -> anyhow::Result<Self> {
        let simulator = AutentiSimulator::start(AutentiOptions::new(credentials)).await?;
        let folder = tempfile::tempdir()?;
        let mut config = configuration::write(folder.path(), &simulator, credentials)?;
        config.call_timeout_seconds = CALL_SECONDS;
        config.data = shared.to_path_buf();
        // Who waits at a breaker goes on when real tasks are run, so the order would not be the seed's.
        let never = BreakerConfig { failures: Some(0), ..BreakerConfig::default() };
        config.connections.values_mut().for_each(|one| one.limits.breaker = never.clone());
        definition::set_retry(&config, &retry())?;
        if let Some(one) = config.connections.get("sign").cloned() {
            config.connections.extend((0..INSTANCES_MAX).map(|slot| (connection(slot), one.clone())));
        }
        let connections = open::bind(&config, &ProcessSecrets::default()).await?;
        let contract = contract_pdf("Simulation", &["Please sign."]).into();
        Ok(Self { simulator, connections, config, contract, _folder: folder })
    }
}

/// Without jitter, which comes from the ids of calls, and they are never the same.
fn retry() -> Retry {
    let (delay, deadline) = (Some("PT30S".to_owned()), Some("PT1H".to_owned()));
    Retry { limit: Some(2), delay, deadline, jitter: Some(0.0), ..Retry::default() }
}

/// The connection of the instance in this slot.
pub fn connection(slot: usize) -> String {
    format!("sign-{slot}")
}
