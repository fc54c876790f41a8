//! What the demo runs on: a simulated provider, a host with a fresh data directory, and a caller of its API.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, ensure};
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_simulators::contract_pdf;
use countersign_workflow::form::Attachment;
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::TempDir;

use super::configuration;
use super::provider::{Name, Simulated};
use crate::client::Client;
use crate::config::Config;
use crate::host::Host;
use crate::serve::Running;

/// Everything the demo needs, up and running.
pub struct Stage {
    /// A caller of the host's API.
    pub client: Client,
    /// From the configuration to a listening host, milliseconds.
    pub start_ms: f64,
    provider: Simulated,
    running: Running,
    config: Config,
    folder: TempDir,
}

impl Stage {
    /// Starts provider and host, showing progress.
    pub async fn set(name: Name) -> anyhow::Result<Self> {
        let progress =
            ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {msg}")?);
        progress.enable_steady_tick(std::time::Duration::from_millis(80));
        progress.set_message("making keys and starting the simulated provider");
        let folder = tempfile::Builder::new().prefix("countersign-demo-").tempdir()?;
        let (provider, connection) = Simulated::start(name, folder.path()).await?;
        let config = configuration::host(folder.path(), connection)?;
        progress.set_message(format!("compiling the {} component and starting the host", name.shown()));
        let (running, start_ms) = start(config.clone()).await?;
        progress.finish_and_clear();
        let client = Client::new(&format!("http://{}", running.address), None, "demo", "")?;
        Ok(Self { client, start_ms, provider, running, config, folder })
    }

    /// Stops the host gracefully and starts it again over the same data.
    pub async fn restart(self) -> anyhow::Result<Self> {
        self.running.stop().await?;
        let (running, start_ms) = start(self.config.clone()).await?;
        let client = Client::new(&format!("http://{}", running.address), None, "demo", "")?;
        Ok(Self { client, start_ms, running, ..self })
    }

    /// Whether the component came from the cache of an earlier start.
    pub fn compiled_from_cache(&self) -> bool {
        self.running.host.connections().all(|(_, bound)| bound.provider.compiled_from_cache())
    }

    /// Where the host listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// Where people sign.
    pub fn provider_page(&self) -> String {
        self.provider.page_url()
    }

    /// The contract to sign.
    pub fn contract(&self) -> Vec<u8> {
        contract_pdf(
            "Framework agreement",
            &["Between the parties named in the form.", "Two signatures are needed."],
        )
    }

    /// Moves the host's clock on.
    pub fn advance(&self, by_ms: i64) {
        self.running.host.clock.advance_ms(by_ms);
    }

    /// A recipient signs on the provider's page.
    pub async fn sign(&self, email: &str) -> anyhow::Result<()> {
        self.provider.sign(email).await
    }

    /// What the provider mailed: kind and recipient.
    pub fn mailed(&self) -> Vec<(String, String)> {
        self.provider.mailed()
    }

    /// Downloads a file over the API, beside the data directory, and looks whether it is a PDF.
    pub async fn fetch(&self, number: i64, file: &Attachment) -> anyhow::Result<PathBuf> {
        let path = format!("/instances/{number}/attachments/{}/content", file.id);
        let bytes = self.client.download(&path).await?.bytes().await?;
        ensure!(bytes.starts_with(b"%PDF-"), "the signed file is no PDF");
        let place = std::env::temp_dir().join("countersign-demo-signed.pdf");
        tokio::fs::write(&place, &bytes).await?;
        Ok(place)
    }

    /// Stops host and provider and removes the data directory.
    pub async fn strike(self) -> anyhow::Result<()> {
        self.running.stop().await?;
        self.provider.shutdown().await;
        self.folder.close().context("the demo's folder could not be removed")
    }
}

async fn start(config: Config) -> anyhow::Result<(Running, f64)> {
    let started = Instant::now();
    let listen = config.listen;
    let host = Host::open(config, &ProcessSecrets::default()).await?;
    let running = Running::start(host, listen).await?;
    Ok((running, started.elapsed().as_secs_f64() * 1e3))
}
