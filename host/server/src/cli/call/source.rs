//! Where a recorded call comes from: a running host or a data directory; and the component it is run with.
//!
//! Not here: what is done with it (`replay.rs`, `export.rs`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use axum::http::StatusCode;
use bytes::Bytes;
use clap::Args;
use countersign_conformance::Shelf;
use countersign_sandbox::Provider;
use countersign_sandbox::attachment::{AttachmentInfo, AttachmentStore};
use countersign_store::{Options, Store};
use futures_util::TryStreamExt;

use crate::cli::Connect;
use crate::config::Config;
use crate::files::InstanceFiles;
use crate::problem::Problem;
use crate::recorded::{self, CallRecord};
use crate::{client::Client, compiling, connections};

/// Which call, out of which journal, with which component.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// The call's id, or the instance's number and the call's: `12-3`.
    call: String,
    /// Run this component instead of the connection's: a `.wasm` file, or the id of a bundled provider.
    #[arg(long, value_name = "COMPONENT")]
    component: Option<String>,
    /// Read the data directory of a stopped host instead of asking a running one.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// With `--data`: the configuration that has the call's connection.
    #[arg(long, env = "COUNTERSIGN_CONFIG", default_value = "countersign.yaml", value_name = "FILE")]
    config: PathBuf,
    #[command(flatten)]
    pub(super) connect: Connect,
}

/// A call that can be run again.
pub(super) struct Found {
    pub(super) record: CallRecord,
    /// The files it was granted and those it made, as far as they are at hand.
    pub(super) shelf: Arc<Shelf>,
    pub(super) provider: Arc<Provider>,
}

impl Source {
    /// Reads the call and admits the component.
    pub(super) async fn read(&self) -> anyhow::Result<Found> {
        let (record, shelf) = match &self.data {
            Some(data) => self.stopped(data).await?,
            None => self.running().await?,
        };
        let component = self.component.as_deref().unwrap_or(&record.provider);
        let provider = admit(component).await?;
        Ok(Found { record, shelf: Arc::new(shelf), provider })
    }

    async fn running(&self) -> anyhow::Result<(CallRecord, Shelf)> {
        let client = self.connect.client()?;
        let record: CallRecord = client.get(&format!("/calls/{}/record", self.call)).await?;
        let shelf = Shelf::default();
        for info in files(&record) {
            if let Some(bytes) = download(&client, record.instance, info).await {
                shelf.put(bytes);
            }
        }
        Ok((record, shelf))
    }

    async fn stopped(&self, data: &Path) -> anyhow::Result<(CallRecord, Shelf)> {
        // Opening would make a new one.
        if !data.join("countersign.db").is_file() {
            bail!("`{}` is no data directory of a host; name the one in its configuration", data.display());
        }
        let config = Config::load(&self.config)?;
        let directory = data.to_owned();
        let store = tokio::task::spawn_blocking(move || Store::open(&directory, Options::default())).await?;
        let store = store.context("a running host is asked over its API: leave `--data` out")?;
        let found = self.stored(&store, &config).await;
        store.close().await;
        found
    }

    async fn stored(&self, store: &Store, config: &Config) -> anyhow::Result<(CallRecord, Shelf)> {
        let row = recorded::find(store, &self.call).await?;
        let name = &row.call.connection;
        let connection = config.connections.get(name).ok_or_else(|| {
            let detail = format!(
                "connection `{name}` is not configured; add it under `connections` in `{}`",
                self.config.display()
            );
            Problem::new(StatusCode::NOT_FOUND, "CS0007", detail)
        })?;
        let record = recorded::read(store, row, connection).await?;
        let shelf = Shelf::default();
        for info in files(&record) {
            if let Some(bytes) = load(store, info).await {
                shelf.put(bytes);
            }
        }
        Ok((record, shelf))
    }
}

fn files(record: &CallRecord) -> impl Iterator<Item = &AttachmentInfo> {
    record.recording.granted.iter().chain(&record.recording.created)
}

/// The bytes of a file; none when they are not there any more, which matters only to who reads them.
async fn download(client: &Client, instance: i64, info: &AttachmentInfo) -> Option<Bytes> {
    let path = format!("/instances/{instance}/attachments/{}/content", info.id);
    client.download(&path).await.ok()?.bytes().await.ok()
}

async fn load(store: &Store, info: &AttachmentInfo) -> Option<Bytes> {
    let pieces = InstanceFiles(store.clone()).open(&info.sha256, 0).await.ok()?;
    let pieces: Vec<Bytes> = pieces.try_collect().await.ok()?;
    Some(pieces.concat().into())
}

/// The component, ready to run.
async fn admit(component: &str) -> anyhow::Result<Arc<Provider>> {
    let bytes = connections::component(component).map_err(|e| {
        let detail = format!("{e:#}; name the component to run with `--component FILE.wasm`");
        Problem::new(StatusCode::NOT_FOUND, "CS0305", detail)
    })?;
    let sandbox = compiling::sandbox(None)?;
    let shown = compiling::sign_of_life(component, &bytes);
    let admitted = tokio::task::spawn_blocking(move || sandbox.admit(&bytes)).await?;
    drop(shown);
    admitted.map_err(|refusal| {
        let detail = format!("the component `{component}` is refused: {refusal}");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.code(), detail).into()
    })
}
