//! `countersign approve`: what a component asks for beyond the lock file is shown and written into it.

use std::path::PathBuf;

use anstream::println;
use anyhow::{Context, bail};
use clap::Args;
use countersign_sandbox::capabilities::Capabilities;
use countersign_sandbox::capabilities::difference::difference;

use super::view::{GOOD, NOTE, changes};
use crate::config::Config;
use crate::lock::Lock;
use crate::{compiling, connections};

/// Approve what a provider component asks for: show the difference and write the lock file.
#[derive(Debug, Args)]
pub struct Approve {
    /// The provider, as `connections` names it: a bundled id or a `.wasm` file.
    provider: String,
    /// The configuration.
    #[arg(long, env = "COUNTERSIGN_CONFIG", default_value = "countersign.yaml")]
    config: PathBuf,
}

impl Approve {
    /// Shows it and writes it down.
    pub fn run(self) -> anyhow::Result<()> {
        let config = Config::load(&self.config)?;
        let provider = configured(&config, &self.provider)?;
        let sandbox = compiling::sandbox(None)?;
        let bytes = connections::component(provider)?;
        let shown = compiling::sign_of_life(provider, &bytes);
        let admitted = sandbox.admit(&bytes);
        drop(shown);
        let admitted = admitted.with_context(|| format!("the component `{provider}` is refused"))?;
        let mut lock = Lock::open(&config.lock)?;
        let nothing = Capabilities::default();
        let before = lock.approved(provider).map_or(&nothing, |approved| &approved.capabilities);
        changes::lines(&difference(before, &admitted.capabilities()));
        lock.approve(provider, &admitted);
        lock.save()?;
        println!(
            "{GOOD}approved{GOOD:#}: {NOTE}{}{NOTE:#} {} in {}",
            self.provider,
            admitted.manifest.version,
            config.lock.display()
        );
        Ok(())
    }
}

/// The provider of the configuration that is meant: named as there, or by a path from here.
fn configured<'a>(config: &'a Config, named: &str) -> anyhow::Result<&'a str> {
    let folder = config.lock.parent().unwrap_or_else(|| ".".as_ref());
    let below = folder.join(named).display().to_string();
    let mut providers = config.connections.values().map(|connection| connection.provider.as_str());
    let meant =
        |provider: &str| [named, &below].iter().any(|name| connections::same_component(name, provider));
    if let Some(found) = providers.find(|provider| meant(provider)) {
        return Ok(found);
    }
    let known: Vec<_> = config.connections.values().map(|one| format!("`{}`", one.provider)).collect();
    bail!("no connection has the provider `{named}`; they have {}", known.join(", "))
}
