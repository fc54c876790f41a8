//! `countersign breaker`: what an operator says about a connection that rests.

use clap::{Args, Subcommand};

use super::{Connect, view};
use crate::api::status::StatusView;

/// Let the calls of a connection go on before its provider is tried again.
#[derive(Debug, Args)]
pub struct Breaker {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// The provider works again: its calls go on. When it does not, the breaker opens again.
    Close {
        /// The connection's name.
        connection: String,
        #[command(flatten)]
        connect: Connect,
    },
}

impl Breaker {
    /// Says it and shows how the host is.
    pub async fn run(self) -> anyhow::Result<()> {
        let Verb::Close { connection, connect } = self.verb;
        let path = format!("/connections/{connection}/breaker/close");
        let status: StatusView = connect.admin()?.post(&path, &serde_json::json!({})).await?;
        if !connect.print_json(&status)? {
            view::status(&status);
        }
        Ok(())
    }
}
