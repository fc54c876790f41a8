//! `countersign status`: how a host is.

use clap::Args;

use super::{Connect, view};
use crate::api::status::StatusView;

/// Show how a host is.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    connect: Connect,
}

impl Status {
    /// Shows it.
    pub async fn run(self) -> anyhow::Result<()> {
        let status: StatusView = self.connect.client()?.get("/status").await?;
        if !self.connect.print_json(&status)? {
            view::status(&status);
        }
        Ok(())
    }
}
