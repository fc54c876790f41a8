//! `POST /backup`: a backup taken by the running host, told line by line while it goes on.
//!
//! Not here: taking it (`store/backup`).

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_store::BackupError;
use countersign_store::backup::{Manifest, Progress};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::caller::Caller;
use crate::host::Host;
use crate::problem::Problem;

/// Where to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BackupOrder {
    /// An absolute path on the host's machine: a new or empty directory.
    pub directory: PathBuf,
}

/// One line of the answer; the last one is `taken` or `failed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackupLine {
    /// How far it has come.
    Copied(Progress),
    /// It is complete.
    Taken(BackupTaken),
    /// There is no backup.
    Failed(Problem),
}

/// A complete backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BackupTaken {
    /// When, milliseconds since 1970: what the copy knows of.
    pub taken_at_ms: i64,
    /// Its files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// Lines that wait for a slow reader.
const LINES_MAX: usize = 64;

/// `POST /backup`: newline-delimited JSON. It goes on when the caller hangs up.
pub async fn take(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Json(order): Json<BackupOrder>,
) -> Result<Response, Problem> {
    let actor = caller.into_admin()?;
    if !order.directory.is_absolute() {
        let detail = format!("`{}` is not absolute; give the whole path", order.directory.display());
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "CS0013", detail));
    }
    let (lines, mut waiting) = mpsc::channel(LINES_MAX);
    tokio::spawn(async move {
        tracing::info!(actor = actor.name, directory = %order.directory.display(), "backup begun");
        let told = lines.clone();
        // A reader that is slow or gone loses progress, never the end.
        let tell = move |progress| drop(told.try_send(BackupLine::Copied(progress)));
        let end = match host.store.back_up(&order.directory, host.clock.now_ms(), tell).await {
            Ok(manifest) => BackupLine::Taken(taken(&manifest)),
            Err(error) => BackupLine::Failed(failed(&error)),
        };
        tracing::info!(?end, "backup ended");
        let _ = lines.send(end).await;
    });
    let body = stream::poll_fn(move |context| waiting.poll_recv(context).map(|line| line.map(encode)));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(body)).into_response())
}

fn encode(line: BackupLine) -> Result<Bytes, serde_json::Error> {
    let mut text = serde_json::to_vec(&line)?;
    text.push(b'\n');
    Ok(text.into())
}

fn taken(manifest: &Manifest) -> BackupTaken {
    BackupTaken {
        taken_at_ms: manifest.taken_at_ms,
        files: manifest.files.len(),
        bytes: manifest.files.iter().map(|file| file.size).sum(),
    }
}

fn failed(error: &BackupError) -> Problem {
    let status = match error {
        BackupError::NotEmpty { .. } | BackupError::Inside { .. } => StatusCode::CONFLICT,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    Problem::new(status, "CS0013", error.to_string())
}
