//! `countersign press`: presses a button.

use clap::Args;

use super::{Connect, view};
use crate::api::view::InstanceView;

/// Press a button.
#[derive(Debug, Args)]
pub struct Press {
    /// The instance: its number or id.
    instance: String,
    /// The button's name.
    button: String,
    #[command(flatten)]
    connect: Connect,
}

impl Press {
    /// Presses the button, waits for its actions, and shows the instance.
    pub async fn run(self) -> anyhow::Result<()> {
        let path = format!("/instances/{}/buttons/{}", self.instance, self.button);
        let instance: InstanceView = self.connect.client()?.post(&path, &serde_json::json!({})).await?;
        if !self.connect.print_json(&instance)? {
            view::instance(&instance);
        }
        Ok(())
    }
}
