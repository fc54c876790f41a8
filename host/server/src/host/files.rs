//! Files that come in and go out, and whether anything may come in at all.

use axum::http::StatusCode;
use countersign_sandbox::attachment::ByteStream;

use super::Host;
use crate::problem::Problem;

impl Host {
    /// Stores a file durably; answers its length and SHA-256.
    pub async fn store_file(&self, bytes: ByteStream, size_max: u64) -> Result<(u64, String), Problem> {
        let stored = self.store.attachments().put(bytes, size_max).await;
        let stored =
            stored.map_err(|e| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "CS0012", e.to_string()))?;
        Ok((stored.size, stored.sha256))
    }

    /// Opens a stored file.
    pub async fn open_file(&self, sha256: &str) -> Result<ByteStream, Problem> {
        let opened = self.store.attachments().open(sha256, 0).await;
        opened.map_err(|e| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0012", e.to_string()))
    }

    /// Refuses new work while the disk is nearly full or the store cannot write.
    pub fn intake_allowed(&self) -> Result<(), Problem> {
        if self.store.intake_allowed() {
            return Ok(());
        }
        let detail =
            "the host takes nothing new: the disk is nearly full or the store cannot write; see /healthz";
        Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0011", detail))
    }

    /// Refuses when the store cannot write.
    pub fn healthy(&self) -> Result<(), Problem> {
        let health = self.store.health();
        if health.writable {
            return Ok(());
        }
        let reason = health.reason.unwrap_or_else(|| "the store cannot write".to_owned());
        Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0011", reason))
    }
}
