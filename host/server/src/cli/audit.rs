//! `countersign audit`: who did what.

use clap::Args;

use super::{Connect, view};
use crate::api::audit::AuditPage;

/// Show who did what, newest first.
#[derive(Debug, Args)]
pub struct Audit {
    /// Only lines before this position.
    #[arg(long)]
    before: Option<i64>,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    connect: Connect,
}

impl Audit {
    /// Shows it.
    pub async fn run(self) -> anyhow::Result<()> {
        let before = self.before.map(|position| format!("&before={position}")).unwrap_or_default();
        let path = format!("/audit?limit={}{before}", self.limit);
        let page: AuditPage = self.connect.client()?.get(&path).await?;
        if !self.connect.print_json(&page)? {
            view::audit::page(&page);
        }
        Ok(())
    }
}
