//! `countersign incident`: deals with failed work.

mod answer;

use answer::Answer;
use clap::{Args, Subcommand};

use super::{Connect, view};
use crate::api::incidents::{Evidence, IncidentLine};
use crate::api::orphans::OrphanView;

/// List what needs a person, show the evidence, and answer it.
#[derive(Debug, Args)]
pub struct Incident {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List incidents, newest first.
    List {
        /// Closed ones too.
        #[arg(long)]
        all: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        connect: Connect,
    },
    /// Show the evidence: what failed, what was asked and answered, which documents there may be, what can be answered.
    Show {
        /// The instance: its number or id.
        instance: String,
        #[command(flatten)]
        connect: Connect,
    },
    /// List documents at providers that no instance follows any more, and drafts that may lie there, newest first.
    Orphans {
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[command(flatten)]
        connect: Connect,
    },
    #[command(flatten)]
    Answer(Answer),
}

impl Incident {
    /// Does it and shows what there is.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.verb {
            Verb::List { all, limit, connect } => {
                let path = format!("/incidents?all={all}&limit={limit}");
                let lines: Vec<IncidentLine> = connect.client()?.get(&path).await?;
                if !connect.print_json(&lines)? {
                    view::incident::list(&lines);
                }
            }
            Verb::Show { instance, connect } => {
                let path = format!("/instances/{instance}/incident");
                let evidence: Evidence = connect.client()?.get(&path).await?;
                if !connect.print_json(&evidence)? {
                    view::incident::evidence(&evidence);
                }
            }
            Verb::Orphans { limit, connect } => {
                let orphans: Vec<OrphanView> =
                    connect.client()?.get(&format!("/orphans?limit={limit}")).await?;
                if !connect.print_json(&orphans)? {
                    view::incident::orphans(&orphans);
                }
            }
            Verb::Answer(answer) => return answer.run().await,
        }
        Ok(())
    }
}
