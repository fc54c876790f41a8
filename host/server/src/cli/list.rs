//! `countersign list`: instances, newest first.

use clap::Args;

use super::{Connect, view};
use crate::api::view::InstancePage;

/// List instances.
#[derive(Debug, Args)]
pub struct List {
    /// Only those of this workflow.
    #[arg(long)]
    workflow: Option<String>,
    /// Only those in this step.
    #[arg(long)]
    step: Option<String>,
    /// Only those with something that needs a person.
    #[arg(long)]
    incidents: bool,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    connect: Connect,
}

impl List {
    /// Lists them.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut query = format!("/instances?limit={}", self.limit);
        for (name, value) in [("workflow", &self.workflow), ("step", &self.step)] {
            if let Some(value) = value {
                query.push_str(&format!("&{name}={value}"));
            }
        }
        if self.incidents {
            query.push_str("&incidents=true");
        }
        let page: InstancePage = self.connect.client()?.get(&query).await?;
        if !self.connect.print_json(&page)? {
            view::instances(&page.instances);
        }
        Ok(())
    }
}
