//! `countersign take`: takes a path.

use clap::Args;

use super::{Connect, view};
use crate::api::instances::TakePath;
use crate::api::view::InstanceView;

/// Take a path.
#[derive(Debug, Args)]
pub struct Take {
    /// The instance: its number or id.
    instance: String,
    /// The path's name.
    path: String,
    /// Why; some paths demand it.
    #[arg(long)]
    comment: Option<String>,
    #[command(flatten)]
    connect: Connect,
}

impl Take {
    /// Takes the path, waits for its actions, and shows where the instance is.
    pub async fn run(self) -> anyhow::Result<()> {
        let path = format!("/instances/{}/paths/{}", self.instance, self.path);
        let instance: InstanceView =
            self.connect.client()?.post(&path, &TakePath { comment: self.comment }).await?;
        if !self.connect.print_json(&instance)? {
            view::instance(&instance);
        }
        Ok(())
    }
}
