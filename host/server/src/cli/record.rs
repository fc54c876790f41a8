//! `countersign record`: runs one action over a configured connection, for real, and makes a conformance case of it.
//!
//! No host and no workflow has a part in it: nothing is journalled, and what the action does at the provider is done.
//! Not here: making the case (`case.rs`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Args;
use countersign_conformance::{RecordedResult, Recording, Shelf};
use countersign_sandbox::attachment::AttachmentInfo;
use countersign_sandbox::connection::Sources;
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_sandbox::journal::Unjournaled;
use countersign_sandbox::network::Network;
use countersign_sandbox::{ActionInput, CallEnd, CallInput};
use serde_json::{Value, json};

use super::attach::media_type;
use super::case::{CaseArguments, no_case};
use crate::clock::Clock;
use crate::config::Config;
use crate::host::BoundConnection;
use crate::lock::Lock;
use crate::{changes, compiling, connections};

/// Run one action over a connection, for real, and make a conformance case of it.
#[derive(Debug, Args)]
pub struct Record {
    /// The connection's name in the configuration.
    connection: String,
    /// The action: `get-document-status`.
    action: String,
    /// A file with the action's input as JSON, with the names of the contract; `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    input: String,
    /// A file that the action may use, numbered from 1 in the order given.
    #[arg(long = "file", value_name = "FILE")]
    attachments: Vec<PathBuf>,
    /// E-mail of the user in whose context it runs; the default is the connection's.
    #[arg(long = "as", value_name = "EMAIL")]
    acting_user: Option<String>,
    /// The configuration that has the connection.
    #[arg(long, env = "COUNTERSIGN_CONFIG", default_value = "countersign.yaml", value_name = "FILE")]
    config: PathBuf,
    #[command(flatten)]
    case: CaseArguments,
    /// Print JSON for programs instead of text for people.
    #[arg(long)]
    json: bool,
}

impl Record {
    /// Records it; an error when it is no case, or the component does not pass it.
    pub async fn run(self) -> anyhow::Result<()> {
        self.case.check()?;
        if self.action == "rows" {
            return Err(no_case("rows of data sources are no action; write that case by hand"));
        }
        let config = Config::load(&self.config)?;
        let bound = self.bind(&config).await?;
        let shelf = Arc::new(Shelf::default());
        let mut granted = Vec::with_capacity(self.attachments.len());
        for (id, path) in (1..).zip(&self.attachments) {
            granted.push(put(&shelf, id, path)?);
        }
        let recording = self.call(&config, &bound, granted, &shelf).await?;
        let written = self.case.write(&bound.provider, &recording, &bound.provider.digest, &shelf).await?;
        written.tell(self.json)
    }

    /// The one connection, checked, with its component.
    async fn bind(&self, config: &Config) -> anyhow::Result<BoundConnection> {
        let name = &self.connection;
        let wanted = config.connections.get(name).with_context(|| {
            format!(
                "connection `{name}` is not configured; add it under `connections` in `{}`",
                self.config.display()
            )
        })?;
        let sandbox = compiling::sandbox(None)?;
        let secrets = ProcessSecrets::default();
        let sources = Sources { secrets: &secrets, connections: &config.connections };
        let mut lock = Lock::open(&config.lock)?;
        let wanted = BTreeMap::from([(name.clone(), wanted.clone())]);
        connections::load_all(&sandbox, &wanted, &sources, &mut lock)
            .await?
            .remove(name)
            .context("the connection is missing")
    }

    async fn call(
        &self,
        config: &Config,
        bound: &BoundConnection,
        granted: Vec<AttachmentInfo>,
        shelf: &Arc<Shelf>,
    ) -> anyhow::Result<Recording> {
        let input = self.read_input()?;
        let action = ActionInput::from_json(&self.action, input.clone())
            .map_err(|words| anyhow!("`--input` does not fit `{}`: {words}", self.action))?;
        let call = format!("recorded-{}", uuid::Uuid::now_v7());
        let (now_ms, seed) = (Clock::default().now_ms(), changes::seed(&call));
        let next_attachment = u32::try_from(granted.len())?.saturating_add(1);
        let end = bound
            .provider
            .call(CallInput {
                id: call.clone(),
                connection: bound.connection.clone(),
                action,
                acting_user: self.acting_user.clone(),
                now_ms,
                seed,
                granted: granted.clone(),
                next_attachment,
                attachments: shelf.clone(),
                journal: Arc::new(Unjournaled),
                transport: Arc::new(Network::new()?),
                deadline: std::time::Duration::from_secs(config.call_timeout_seconds),
            })
            .await;
        let CallEnd { result, exchanges, created, .. } = end;
        let configured = &bound.connection.config;
        Ok(Recording {
            call,
            connection: self.connection.clone(),
            roles: configured.roles.keys().cloned().collect(),
            settings: configured.settings.clone(),
            acting_user: self.acting_user.clone().or_else(|| configured.acting_user.clone()),
            action: self.action.clone(),
            input,
            now_ms,
            seed,
            granted,
            next_attachment,
            exchanges,
            result: match result {
                Ok(outcome) => RecordedResult::Outcome(outcome.to_json()),
                Err(failure) => RecordedResult::Failure(json!(failure)),
            },
            created,
        })
    }

    fn read_input(&self) -> anyhow::Result<Value> {
        let text = match self.input.as_str() {
            "-" => std::io::read_to_string(std::io::stdin()).context("standard input cannot be read")?,
            path => {
                std::fs::read_to_string(path).with_context(|| format!("the input `{path}` cannot be read"))?
            }
        };
        serde_json::from_str(&text).with_context(|| format!("the input `{}` is no JSON", self.input))
    }
}

/// Puts a file on the shelf.
fn put(shelf: &Shelf, id: u32, path: &Path) -> anyhow::Result<AttachmentInfo> {
    let bytes =
        std::fs::read(path).with_context(|| format!("the file `{}` cannot be read", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (media_type, size) = (media_type(&name).to_owned(), bytes.len() as u64);
    Ok(AttachmentInfo { id, name, media_type, size, sha256: shelf.put(bytes) })
}
