//! What the demo prints: scenes, what the history gained, the exchanges with their times, a final table.

use std::collections::BTreeMap;

use anstream::println;
use countersign_workflow::effect::{Entry, Happening};

use crate::api::calls::CallView;
use crate::api::view::InstanceView;
use crate::cli::view::{self, FAINT, NOTE};
use crate::client::Client;

/// Tells what happened since it last looked.
pub struct Narrator {
    client: Client,
    scene: u32,
    told_entries: usize,
}

impl Narrator {
    /// One that has told nothing yet.
    pub fn new(client: Client) -> Self {
        Self { client, scene: 0, told_entries: 0 }
    }

    /// Opens a scene.
    pub fn scene(&mut self, step: &str, what: &str) {
        self.scene += 1;
        println!("\n{NOTE}{} {step}{NOTE:#} {FAINT}— {what}{FAINT:#}", self.scene);
    }

    /// Tells the new lines of the history; each action with its exchanges.
    pub async fn catch_up(&mut self, number: i64) -> anyhow::Result<InstanceView> {
        let instance: InstanceView = self.client.get(&format!("/instances/{number}")).await?;
        let history: Vec<Entry> = self.client.get(&format!("/instances/{number}/history")).await?;
        let calls: Vec<CallView> = self.client.get(&format!("/instances/{number}/calls")).await?;
        let calls: BTreeMap<&str, &CallView> = calls.iter().map(|call| (call.id.as_str(), call)).collect();
        for entry in history.iter().skip(self.told_entries) {
            tell(entry, &calls);
        }
        self.told_entries = history.len();
        Ok(instance)
    }

    /// The end: rows of signers, files, what was mailed.
    pub fn summary(&self, instance: &InstanceView, mailed: &[(String, String)]) {
        println!("\n{NOTE}The instance at its end{NOTE:#}");
        view::instance(instance);
        let mut mails: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for (kind, to) in mailed {
            *mails.entry((kind, to)).or_default() += 1;
        }
        let mut table = view::table(&["the provider mailed", "to", "times"]);
        for ((kind, to), times) in mails {
            table.add_row([kind.to_owned(), to.to_owned(), times.to_string()]);
        }
        println!("{table}");
    }
}

fn tell(entry: &Entry, calls: &BTreeMap<&str, &CallView>) {
    let who = if entry.actor.name.is_empty() { "host" } else { &entry.actor.name };
    match &entry.what {
        Happening::ActionStarted { action, call_id } => {
            println!("  {who:<10} {action}");
            let exchanges =
                calls.get(call_id.as_str()).map(|call| call.exchanges.as_slice()).unwrap_or_default();
            exchanges.iter().for_each(|exchange| println!("             {}", view::exchange(exchange)));
        }
        what => println!("  {who:<10} {}", view::happening(what)),
    }
}
