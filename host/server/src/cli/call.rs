//! `countersign call`: what one run of an action asked of the provider.

use clap::{Args, Subcommand};

use super::{Connect, view};
use crate::api::calls::CallDetail;

/// Show what one run of an action asked of the provider.
#[derive(Debug, Args)]
pub struct Call {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show a call's exchanges with headers and bodies; long bodies are shortened, `--json` shows them whole.
    Show {
        /// The call's id, or the instance's number and the call's: `12-3`.
        call: String,
        #[command(flatten)]
        connect: Connect,
    },
}

impl Call {
    /// Shows it.
    pub async fn run(self) -> anyhow::Result<()> {
        let Verb::Show { call, connect } = self.verb;
        let call: CallDetail = connect.client()?.get(&format!("/calls/{call}")).await?;
        if !connect.print_json(&call)? {
            view::call::detail(&call);
        }
        Ok(())
    }
}
