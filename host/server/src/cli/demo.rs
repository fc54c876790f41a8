//! `countersign demo`: one document from a form to a signed PDF, against a simulated provider on this machine.

use clap::Args;

use crate::demo;
use crate::demo::provider::Name;

/// Carry one document from a form to a signed PDF, against a simulated provider on this machine.
#[derive(Debug, Args)]
pub struct Demo {
    /// Which provider to simulate; the workflow is the same.
    #[arg(long, value_enum, default_value_t)]
    provider: Name,
    /// Leave host and provider running afterwards and say what to try next.
    #[arg(long)]
    keep: bool,
}

impl Demo {
    /// Plays it.
    pub async fn run(self) -> anyhow::Result<()> {
        demo::play(self.provider, self.keep).await
    }
}
