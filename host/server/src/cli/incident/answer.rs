//! `countersign incident retry|stop|…`: the answers a person gives, and why.
//!
//! Not here: listing incidents and showing the evidence (`cli/incident.rs`).

use clap::{Args, Subcommand};
use countersign_workflow::event;
use serde_json::Value;

use super::super::{Connect, start, view};
use crate::api::answers::{Correction, Dismissal, Reason, Resolution, Skip};
use crate::api::view::InstanceView;

/// Answers to an incident, or to an action that waits to be tried again.
#[derive(Debug, Subcommand)]
pub(super) enum Answer {
    /// Run the failed work again, without waiting for the next try; a send goes on where it stopped.
    Retry(Plain),
    /// A failed action waits to be tried again by itself: stop that; its incident opens as if the tries were spent.
    Stop(Plain),
    /// The failed action is not needed: go on after it, on the form as it is now.
    Skip(Reasoned),
    /// Correct fields of an instance with an incident, technical ones too; then retry.
    Set {
        #[command(flatten)]
        why: Reasoned,
        /// A field, `name=value`; nothing behind the sign empties it.
        #[arg(required = true, value_name = "FIELD=VALUE", value_parser = start::pair)]
        fields: Vec<(String, String)>,
    },
    /// Close the incident; nothing is run.
    Dismiss {
        #[command(flatten)]
        why: Reasoned,
        /// Give up the document of an unfinished send: the next send is a new one.
        #[arg(long)]
        abandon: bool,
    },
    /// A send is in doubt and the provider's screen shows that it was sent.
    Sent {
        #[command(flatten)]
        plain: Plain,
        /// The provider's id of the document.
        document_id: String,
    },
    /// A send is in doubt and the provider's screen shows nothing: send it now.
    NotSent(Plain),
}

/// An answer that speaks for itself.
#[derive(Debug, Args)]
pub(super) struct Plain {
    /// The instance: its number or id.
    instance: String,
    /// Why; kept in the audit log.
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    connect: Connect,
}

/// An answer that needs a word.
#[derive(Debug, Args)]
pub(super) struct Reasoned {
    /// The instance: its number or id.
    instance: String,
    /// Why; kept in the history and in the audit log.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    connect: Connect,
}

/// One request: the instance, the last part of the route, the body, and whom to ask.
type Request = (String, &'static str, Value, Connect);

impl Plain {
    fn request(self, verb: &'static str) -> anyhow::Result<Request> {
        let body = serde_json::to_value(Reason { reason: self.reason })?;
        Ok((self.instance, verb, body, self.connect))
    }

    fn resolve(self, answer: event::Answer) -> anyhow::Result<Request> {
        let body = serde_json::to_value(Resolution { answer, reason: self.reason })?;
        Ok((self.instance, "resolve", body, self.connect))
    }
}

impl Answer {
    /// Gives it and shows the instance.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (instance, verb, body, connect) = self.request()?;
        let path = format!("/instances/{instance}/incident/{verb}");
        let client = if verb == "set" { connect.operator() } else { connect.client() };
        let instance: InstanceView = client?.post(&path, &body).await?;
        if !connect.print_json(&instance)? {
            view::instance(&instance);
        }
        Ok(())
    }

    fn request(self) -> anyhow::Result<Request> {
        match self {
            Self::Retry(plain) => plain.request("retry"),
            Self::Stop(plain) => plain.request("stop"),
            Self::Skip(why) => {
                let body = serde_json::to_value(Skip { reason: why.reason })?;
                Ok((why.instance, "skip", body, why.connect))
            }
            Self::Set { why, fields } => {
                let fields = fields.into_iter().map(|(name, value)| (name, value.into())).collect();
                let body = serde_json::to_value(Correction { fields, reason: why.reason })?;
                Ok((why.instance, "set", body, why.connect))
            }
            Self::Dismiss { why, abandon } => {
                let body = serde_json::to_value(Dismissal { reason: why.reason, abandon })?;
                Ok((why.instance, "dismiss", body, why.connect))
            }
            Self::Sent { plain, document_id } => plain.resolve(event::Answer::Sent { document_id }),
            Self::NotSent(plain) => plain.resolve(event::Answer::NotSent),
        }
    }
}
