//! `countersign show`: an instance with its history.

use clap::Args;
use countersign_workflow::effect::Entry;

use super::{Connect, view};
use crate::api::calls::CallView;
use crate::api::view::InstanceView;

/// Show an instance: form, history, what can be done.
#[derive(Debug, Args)]
pub struct Show {
    /// The instance: its number or id.
    instance: String,
    /// Show also what its actions asked of the provider.
    #[arg(long)]
    calls: bool,
    #[command(flatten)]
    connect: Connect,
}

impl Show {
    /// Shows it.
    pub async fn run(self) -> anyhow::Result<()> {
        let client = self.connect.client()?;
        let instance: InstanceView = client.get(&format!("/instances/{}", self.instance)).await?;
        let history: Vec<Entry> = client.get(&format!("/instances/{}/history", self.instance)).await?;
        let calls: Vec<CallView> = match self.calls {
            true => client.get(&format!("/instances/{}/calls", self.instance)).await?,
            false => Vec::new(),
        };
        let all = serde_json::json!({"instance": instance, "history": history, "calls": calls});
        if !self.connect.print_json(&all)? {
            view::history(&history);
            calls.iter().for_each(view::call);
            view::instance(&instance);
        }
        Ok(())
    }
}
