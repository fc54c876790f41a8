//! `countersign call`: what one run of an action asked of the provider, run again, made a case of.
//!
//! A call is read over the API of a running host, or with `--data` out of the data directory of a stopped one. It is
//! replayed and exported by this process in both cases: the host is only asked what its journal holds, and a component
//! that is tried out never runs in it.

mod export;
mod replay;
mod source;

use clap::{Args, Subcommand};

use super::{Connect, view};
use crate::api::calls::CallDetail;

/// Show what one run of an action asked of the provider, run it again, or make a conformance case of it.
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
    /// Run a call again from its journal, without a network, and tell the first difference.
    ///
    /// Same input, clock, random numbers and answers. Exits with 0 when everything is the same, with 1 when not.
    Replay(replay::Replay),
    /// Make a conformance case of a call: people and secrets replaced, then tried with the component.
    ///
    /// E-mail addresses, phone numbers, names, links and ids of people get stand-ins, the same everywhere. Titles and
    /// other free text stay but for those, so read the case before you pass it on.
    Export(export::Export),
}

impl Call {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.verb {
            Verb::Show { call, connect } => {
                let call: CallDetail = connect.client()?.get(&format!("/calls/{call}")).await?;
                if !connect.print_json(&call)? {
                    view::call::detail(&call);
                }
                Ok(())
            }
            Verb::Replay(command) => command.run().await,
            Verb::Export(command) => command.run().await,
        }
    }
}
