//! `countersign inbox`: what providers posted, and what a person does about it.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Connect, view};
use crate::api::inbox::{Attach, EventView, MessageLine, MessageView};
use crate::client::with_query;

/// List what providers posted, show it, and deal with what found no instance.
#[derive(Debug, Args)]
pub struct Inbox {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List messages, newest first.
    List {
        /// Only those that are `received`, `read`, `failed` or `quarantined`.
        #[arg(long)]
        state: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// List the events in them, newest first.
    Events {
        /// Only those that are `matched`, `parked`, `unmatched` or `ignored`.
        #[arg(long)]
        disposition: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// Show a message: how it came, what it says, and what became of it.
    Show {
        /// Its number.
        message: i64,
        #[command(flatten)]
        connect: Connect,
    },
    /// Have a message read and told once more; one in quarantine is proven once more first.
    Replay {
        /// Its number.
        message: i64,
        #[command(flatten)]
        connect: Connect,
    },
    /// Say which instance an event is about.
    Attach {
        /// The event's number.
        event: i64,
        /// The instance: its number or id.
        instance: String,
        #[command(flatten)]
        connect: Connect,
    },
    /// Make a name for a webhook's address that nobody can guess.
    Endpoint,
}

#[derive(Debug, Args)]
struct Page {
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    connect: Connect,
}

impl Inbox {
    /// Does it and shows what there is.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.verb {
            Verb::List { state, page } => {
                let query = query("/inbox", ("state", state.as_deref()), page.limit)?;
                let lines: Vec<MessageLine> = page.connect.client()?.get(&query).await?;
                if !page.connect.print_json(&lines)? {
                    view::inbox::messages(&lines);
                }
            }
            Verb::Events { disposition, page } => {
                let query = query("/events", ("disposition", disposition.as_deref()), page.limit)?;
                let events: Vec<EventView> = page.connect.client()?.get(&query).await?;
                if !page.connect.print_json(&events)? {
                    view::inbox::events(&events);
                }
            }
            Verb::Show { message, connect } => {
                show(&connect, connect.client()?.get(&format!("/inbox/{message}")).await?)?;
            }
            Verb::Replay { message, connect } => {
                let path = format!("/inbox/{message}/replay");
                show(&connect, connect.admin()?.post(&path, &json!({})).await?)?;
            }
            Verb::Attach { event, instance, connect } => {
                let path = format!("/events/{event}/attach");
                let events: Vec<EventView> = connect.admin()?.post(&path, &Attach { instance }).await?;
                if !connect.print_json(&events)? {
                    view::inbox::events(&events);
                }
            }
            Verb::Endpoint => anstream::println!("{}", endpoint()),
        }
        Ok(())
    }
}

fn query(path: &str, (name, value): (&str, Option<&str>), limit: u32) -> anyhow::Result<String> {
    let limit = limit.to_string();
    let chosen = [("limit", Some(limit.as_str())), (name, value)];
    with_query(path, chosen.into_iter().filter_map(|(name, value)| Some((name, value?))))
}

fn show(connect: &Connect, message: MessageView) -> anyhow::Result<()> {
    if !connect.print_json(&message)? {
        view::inbox::message(&message);
    }
    Ok(())
}

/// 244 bits from the system's source of chance, as two random UUIDs hold them.
fn endpoint() -> String {
    use base64::Engine as _;
    let random = [*uuid::Uuid::new_v4().as_bytes(), *uuid::Uuid::new_v4().as_bytes()].concat();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random)
}
