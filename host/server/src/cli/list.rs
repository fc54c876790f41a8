//! `countersign list`: instances, newest first.

use clap::Args;

use super::{Connect, view};
use crate::api::view::InstancePage;
use crate::client::with_query;

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
    /// Only tasks of the roles given with --role: what waits for a person, and not for the outside.
    #[arg(long)]
    tasks: bool,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    connect: Connect,
}

impl List {
    /// Lists them.
    pub async fn run(self) -> anyhow::Result<()> {
        let limit = self.limit.to_string();
        let chosen = [
            ("limit", Some(limit.as_str())),
            ("workflow", self.workflow.as_deref()),
            ("step", self.step.as_deref()),
            ("incidents", self.incidents.then_some("true")),
            ("tasks", self.tasks.then_some("true")),
        ];
        let values = chosen.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let query = with_query("/instances", values)?;
        let page: InstancePage = self.connect.client()?.get(&query).await?;
        if !self.connect.print_json(&page)? {
            view::instances(&page.instances);
        }
        Ok(())
    }
}
