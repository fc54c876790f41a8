//! `countersign call replay`: runs a call again from its journal and tells the first difference.
//!
//! Not here: running it (`conformance`).

use anstream::println;
use anyhow::{anyhow, bail};
use clap::Args;
use countersign_conformance::{Difference, replay};
use serde::Serialize;

use super::source::{Found, Source};
use crate::cli::view::{BAD, GOOD, NOTE};

/// Run a call again from its journal.
#[derive(Debug, Args)]
pub(super) struct Replay {
    #[command(flatten)]
    source: Source,
}

/// What programs read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    call: String,
    same: bool,
    /// How many exchanges were made this time.
    exchanges: usize,
    /// SHA-256 of the component that ran this time.
    component: String,
    /// SHA-256 of the component that made the call.
    recorded_component: String,
    difference: Option<Difference>,
}

impl Replay {
    /// Replays it; an error when it is not the same.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Found { record, shelf, provider } = self.source.read().await?;
        let replayed = replay(&provider, &record.recording, &shelf).await.map_err(|words| anyhow!(words))?;
        let report = Report {
            call: record.recording.call.clone(),
            same: replayed.difference.is_none(),
            exchanges: replayed.end.exchanges.len(),
            component: provider.digest.clone(),
            recorded_component: record.component,
            difference: replayed.difference,
        };
        if !self.source.connect.print_json(&report)? {
            print(&report);
        }
        match report.same {
            true => Ok(()),
            false => bail!("call `{}` is not what it was; the first difference stands above", report.call),
        }
    }
}

fn print(report: &Report) {
    if report.component != report.recorded_component {
        println!(
            "{NOTE}another component{NOTE:#}: made with {:.16}…, run again with {:.16}…",
            report.recorded_component, report.component
        );
    }
    match &report.difference {
        None => println!("{GOOD}the same{GOOD:#}: {} exchanges, same outcome", report.exchanges),
        Some(difference) => println!("{BAD}differs{BAD:#} at {difference}"),
    }
}
