//! `countersign serve`: runs the host until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;

use anstream::eprintln;
use clap::Args;
use countersign_sandbox::connection::secret::{ProcessSecrets, secret_variables};

use super::view::{BAD, GOOD, NOTE};
use crate::config::Config;
use crate::host::Host;
use crate::serve::Running;

/// Run the host: API, timers and calls.
#[derive(Debug, Args)]
pub struct Serve {
    /// The configuration.
    #[arg(long, env = "COUNTERSIGN_CONFIG", default_value = "countersign.yaml")]
    config: PathBuf,
    /// Listen here instead of where the configuration says.
    #[arg(long)]
    listen: Option<SocketAddr>,
}

impl Serve {
    /// Runs until SIGINT or SIGTERM.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut config = Config::load(&self.config)?;
        if let Some(listen) = self.listen {
            config.listen = listen;
            config.check()?;
        }
        let listen = config.listen;
        let secrets = ProcessSecrets::capture(&secret_variables(config.connections.values()));
        let started = std::time::Instant::now();
        let host = Host::open(config, &secrets).await?;
        let running = Running::start(host, listen).await?;
        let ms = started.elapsed().as_millis();
        eprintln!(
            "{GOOD}ready{GOOD:#} on {NOTE}http://{}{NOTE:#} after {ms} ms; stop with Ctrl-C",
            running.address
        );
        if let Some(warning) = running.host.restore_warning() {
            eprintln!("{BAD}careful:{BAD:#} {warning}");
        }
        stop_signal().await?;
        eprintln!("stopping: calls under way may end");
        running.stop().await
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn stop_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
