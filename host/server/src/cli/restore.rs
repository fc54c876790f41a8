//! `countersign restore`: what an operator says to a host that runs on data of the past.

use clap::{Args, Subcommand};

use super::{Connect, view};
use crate::api::status::StatusView;

/// Take over what a host that was started on a backup, or whose disk lost commits, cannot know.
#[derive(Debug, Args)]
pub struct Restore {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// I have compared with the provider what was sent since: sending may begin again.
    Acknowledge {
        #[command(flatten)]
        connect: Connect,
    },
}

impl Restore {
    /// Says it and shows how the host is.
    pub async fn run(self) -> anyhow::Result<()> {
        let Verb::Acknowledge { connect } = self.verb;
        let status: StatusView =
            connect.admin()?.post("/restore/acknowledge", &serde_json::json!({})).await?;
        if !connect.print_json(&status)? {
            view::status(&status);
        }
        Ok(())
    }
}
