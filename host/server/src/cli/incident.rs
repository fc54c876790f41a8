//! `countersign incident`: deals with failed work.

use clap::{Args, Subcommand};
use countersign_workflow::event::Answer;
use serde_json::{Value, json};

use super::{Connect, view};
use crate::api::incidents::{Evidence, IncidentLine};
use crate::api::instances::{Dismissal, Resolution};
use crate::api::view::InstanceView;

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
    #[command(flatten)]
    Act(Act),
}

/// Answers to an incident.
#[derive(Debug, Subcommand)]
enum Act {
    /// Run the failed work again; a send goes on where it stopped.
    Retry {
        /// The instance: its number or id.
        instance: String,
        #[command(flatten)]
        connect: Connect,
    },
    /// Close the incident; nothing is run.
    Dismiss {
        /// The instance: its number or id.
        instance: String,
        /// Why; kept in the history.
        #[arg(long)]
        reason: String,
        /// Give up the document of an unfinished send: the next send is a new one.
        #[arg(long)]
        abandon: bool,
        #[command(flatten)]
        connect: Connect,
    },
    /// A send is in doubt and the provider's screen shows that it was sent.
    Sent {
        /// The instance: its number or id.
        instance: String,
        /// The provider's id of the document.
        document_id: String,
        #[command(flatten)]
        connect: Connect,
    },
    /// A send is in doubt and the provider's screen shows nothing: send it now.
    NotSent {
        /// The instance: its number or id.
        instance: String,
        #[command(flatten)]
        connect: Connect,
    },
}

impl Act {
    /// Instance, last part of the route, body, and whom to ask.
    fn request(self) -> anyhow::Result<(String, &'static str, Value, Connect)> {
        Ok(match self {
            Self::Retry { instance, connect } => (instance, "retry", json!({}), connect),
            Self::Dismiss { instance, reason, abandon, connect } => {
                (instance, "dismiss", serde_json::to_value(Dismissal { reason, abandon })?, connect)
            }
            Self::Sent { instance, document_id, connect } => {
                let answer = Answer::Sent { document_id };
                (instance, "resolve", serde_json::to_value(Resolution { answer })?, connect)
            }
            Self::NotSent { instance, connect } => {
                (instance, "resolve", serde_json::to_value(Resolution { answer: Answer::NotSent })?, connect)
            }
        })
    }
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
            Verb::Act(act) => return act.run().await,
        }
        Ok(())
    }
}

impl Act {
    /// Does it and shows the instance.
    async fn run(self) -> anyhow::Result<()> {
        let (instance, verb, body, connect) = self.request()?;
        let path = format!("/instances/{instance}/incident/{verb}");
        let instance: InstanceView = connect.client()?.post(&path, &body).await?;
        if !connect.print_json(&instance)? {
            view::instance(&instance);
        }
        Ok(())
    }
}
