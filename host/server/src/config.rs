//! `countersign.yaml`: what an operator configures. Read once at start; every problem is told at once.
//!
//! Not here: what a connection is (`sandbox/connection`), what a definition is (`workflow`).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use countersign_sandbox::connection::config::{ConnectionConfig, SecretReference};
use serde::{Deserialize, Serialize};

/// Largest message that a provider may post when nothing is said: DocuSign can send documents along.
pub const WEBHOOK_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The whole file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// Data directory: database and attachments.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// Where the API listens. Anything but loopback needs `api-token`.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// The token that API callers must send as `Authorization: Bearer`.
    #[serde(default)]
    pub api_token: Option<SecretReference>,
    /// Workflow definitions to offer, relative to this file.
    #[serde(default)]
    pub workflows: Vec<PathBuf>,
    /// What was approved of the provider components; written by the host, relative to this file.
    #[serde(default = "default_lock")]
    pub lock: PathBuf,
    /// The connections, by the name that definitions use.
    #[serde(default)]
    pub connections: BTreeMap<String, ConnectionConfig>,
    /// Log every event that providers post (C134); what is kept and shown does not depend on it.
    #[serde(default)]
    pub log_webhooks: bool,
    /// Largest message that a provider may post.
    #[serde(default = "default_webhook_bytes_max")]
    pub webhook_bytes_max: usize,
    /// Seconds one call of an action may take, host calls included.
    #[serde(default = "default_call_seconds")]
    pub call_timeout_seconds: u64,
    /// Calls that may run at the same time; more wait in line.
    #[serde(default = "default_calls_max")]
    pub calls_max: usize,
}

fn default_data() -> PathBuf {
    PathBuf::from("countersign-data")
}

fn default_lock() -> PathBuf {
    PathBuf::from("countersign.lock")
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8420))
}

fn default_webhook_bytes_max() -> usize {
    WEBHOOK_BYTES_MAX
}

fn default_call_seconds() -> u64 {
    120
}

fn default_calls_max() -> usize {
    256
}

impl Config {
    /// Reads the file; paths inside it become relative to its folder.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the configuration `{}` cannot be read", path.display()))?;
        let mut config: Self = serde_saphyr::from_str(&text)
            .map_err(|e| anyhow::anyhow!("the configuration `{}` is wrong: {e}", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        config.data = folder.join(&config.data);
        config.lock = folder.join(&config.lock);
        for workflow in &mut config.workflows {
            *workflow = folder.join(&workflow);
        }
        for connection in config.connections.values_mut() {
            if connection.provider.ends_with(".wasm") {
                connection.provider = folder.join(&connection.provider).display().to_string();
            }
        }
        config.check()?;
        Ok(config)
    }

    /// What holds whoever sets the values.
    pub fn check(&self) -> anyhow::Result<()> {
        if !self.listen.ip().is_loopback() && self.api_token.is_none() {
            bail!(
                "`listen: {}` is open to the network and `api-token` is not set; add `api-token: {{env: COUNTERSIGN_API_TOKEN}}` or listen on 127.0.0.1",
                self.listen
            );
        }
        Ok(())
    }
}
