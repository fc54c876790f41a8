//! Binding the operator's connections: the component is admitted, the addresses and secrets are checked.
//!
//! Not here: admission itself and reading secrets (`sandbox`).

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use countersign_sandbox::connection::config::ConnectionConfig;
use countersign_sandbox::connection::secret::{ProcessSecrets, SecretReader};
use countersign_sandbox::connection::{Connection, Sources};
use countersign_sandbox::provider::Provider;
use countersign_sandbox::sandbox::Sandbox;
use secrecy::SecretString;
use tracing::{info, warn};

use crate::compiling;
use crate::config::Config;
use crate::gate::ConnectionLimits;
use crate::host::BoundConnection;
use crate::lock::Lock;

/// Admits every component that a connection names and the lock file allows, and checks every connection; tells all problems at once.
pub async fn load_all(
    sandbox: &Arc<Sandbox>,
    configured: &BTreeMap<String, ConnectionConfig>,
    sources: &Sources<'_>,
    lock: &mut Lock,
) -> anyhow::Result<BTreeMap<String, BoundConnection>> {
    let mut providers: BTreeMap<&str, Arc<Provider>> = BTreeMap::new();
    let mut bound = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, config) in configured {
        let provider = match providers.get(config.provider.as_str()) {
            Some(provider) => provider.clone(),
            None => match admit(sandbox, &config.provider, lock).await {
                Ok(provider) => provider,
                Err(e) => {
                    problems.push(format!("connection `{name}`: {e:#}"));
                    continue;
                }
            },
        };
        providers.insert(&config.provider, provider.clone());
        let limits = ConnectionLimits::check(&config.limits).unwrap_or_else(|wrong| {
            problems.extend(wrong.iter().map(|wrong| format!("connection `{name}`, {wrong}")));
            ConnectionLimits::default()
        });
        match Connection::load(name, config.clone(), &provider.manifest.offer(), sources) {
            Ok(connection) => {
                bound.insert(name.clone(), bind(connection, provider, limits));
            }
            Err(e) => problems.push(e.to_string()),
        }
    }
    if problems.is_empty() { Ok(bound) } else { bail!("{}", problems.join("\n")) }
}

/// The bytes of a bundled provider, or of a file.
pub fn component(provider: &str) -> anyhow::Result<Vec<u8>> {
    if let Some(bundled) = countersign_components::bundled_by_id(provider) {
        return Ok(bundled.bytes.to_vec());
    }
    if !provider.ends_with(".wasm") {
        let known: Vec<&str> = countersign_components::bundled().iter().map(|bundled| bundled.id).collect();
        bail!(
            "provider `{provider}` is not bundled ({}); name one of those or a `.wasm` file",
            known.join(", ")
        );
    }
    std::fs::read(provider).with_context(|| format!("the component `{provider}` cannot be read"))
}

/// Whether two names mean the same component: the same bundled id, or the same file.
pub fn same_component(one: &str, other: &str) -> bool {
    let file = |name: &str| std::path::Path::new(name).canonicalize().ok();
    one == other || file(one).is_some_and(|found| file(other) == Some(found))
}

/// The token API callers must send, when one is configured.
pub fn api_token(config: &Config, secrets: &ProcessSecrets) -> anyhow::Result<Option<SecretString>> {
    use countersign_sandbox::connection::config::SecretReference;
    let Some(reference) = &config.api_token else { return Ok(None) };
    let token = match reference {
        SecretReference::Env(name) => secrets
            .variable(name)
            .with_context(|| format!("`api-token`: the environment variable `{name}` is not set"))?,
        SecretReference::File(path) => {
            let file = secrets
                .file(path)
                .with_context(|| format!("`api-token`: `{}` cannot be read", path.display()))?;
            use secrecy::ExposeSecret;
            SecretString::from(file.text.expose_secret().trim_end_matches(['\r', '\n']))
        }
        SecretReference::Connection(_) => bail!("`api-token` must be `env` or `file`"),
    };
    Ok(Some(token))
}

async fn admit(sandbox: &Arc<Sandbox>, provider: &str, lock: &mut Lock) -> anyhow::Result<Arc<Provider>> {
    let bytes = component(provider)?;
    let (sandbox, started) = (sandbox.clone(), std::time::Instant::now());
    let shown = compiling::sign_of_life(provider, &bytes);
    let admitted = tokio::task::spawn_blocking(move || sandbox.admit(&bytes)).await?;
    drop(shown);
    let admitted = admitted.with_context(|| format!("the component `{provider}` is refused"))?;
    lock.admit(provider, &admitted)?;
    let (cached, ms) = (admitted.compiled_from_cache(), started.elapsed().as_millis());
    info!(provider, digest = admitted.digest, cached, ms, "component admitted");
    Ok(admitted)
}

/// A checked connection with its component; choices are read later.
fn bind(connection: Connection, provider: Arc<Provider>, limits: ConnectionLimits) -> BoundConnection {
    for warning in &connection.warnings {
        warn!("{warning}");
    }
    let sources = provider.data_sources().to_vec();
    BoundConnection { connection: Arc::new(connection), provider, sources, limits, choices: BTreeMap::new() }
}
