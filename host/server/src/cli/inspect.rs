//! `countersign inspect`: what a provider component is, needs and asks for.

mod granted;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anstream::println;
use clap::Args;
use comfy_table::Table;
use countersign_sandbox::contract::manifest::{ConnectionRole, Description};
use countersign_sandbox::{Inspection, Limits};
use serde::Serialize;

use super::view::{BAD, FAINT, GOOD, NOTE, table};
use crate::config::Config;
use crate::{compiling, connections};

/// Show what a provider component is, needs and asks for.
#[derive(Debug, Args)]
pub struct Inspect {
    /// A `.wasm` file, or the id of a bundled provider.
    component: String,
    /// Draw what it asks for beside what this configuration grants to its connections.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Only this connection, also when it uses another component.
    #[arg(long, requires = "config")]
    connection: Option<String>,
    /// Print JSON for programs instead of text for people.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    inspection: &'a Inspection,
    #[serde(skip_serializing_if = "Option::is_none")]
    connections: Option<&'a BTreeMap<String, Vec<granted::Line>>>,
}

impl Inspect {
    /// Shows it; fails when the component would be refused.
    pub fn run(self) -> anyhow::Result<()> {
        let bytes = connections::component(&self.component)?;
        let sandbox = compiling::sandbox(None)?;
        let shown = compiling::sign_of_life(&self.component, &bytes);
        let inspection = sandbox.inspect(&bytes);
        drop(shown);
        let granted = self.granted(&inspection, sandbox.limits())?;
        if self.json {
            let connections = self.config.as_ref().map(|_| &granted);
            let report = Report { inspection: &inspection, connections };
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            self.print(&inspection, sandbox.limits());
            granted.iter().for_each(|(connection, lines)| granted::print(connection, lines));
        }
        match inspection.refusal {
            None if self.json => Ok(()),
            None => {
                println!("{GOOD}admitted{GOOD:#}");
                Ok(())
            }
            Some(refusal) => anyhow::bail!("{BAD}refused{BAD:#}: {refusal}"),
        }
    }

    /// By connection, what is asked for beside what is granted; nothing without a configuration.
    fn granted(
        &self,
        inspection: &Inspection,
        limits: &Limits,
    ) -> anyhow::Result<BTreeMap<String, Vec<granted::Line>>> {
        let (Some(config), Some(asks)) = (&self.config, inspection.capabilities()) else {
            return Ok(BTreeMap::new());
        };
        let config = Config::load(config)?;
        let connections = granted::connections(&config, &self.component, self.connection.as_deref())?;
        let lines =
            |(name, connection): (&str, _)| (name.to_owned(), granted::lines(&asks, connection, limits));
        Ok(connections.into_iter().map(lines).collect())
    }

    fn print(&self, inspection: &Inspection, limits: &Limits) {
        println!(
            "{NOTE}{}{NOTE:#} · {} bytes · sha256 {}",
            self.component, inspection.size, inspection.digest
        );
        names("imports", &inspection.imports);
        names("exports", &inspection.exports);
        if let Some(resources) = inspection.resources {
            println!(
                "takes {} memories, the largest starts at {} KiB",
                resources.memories,
                resources.memory_bytes / 1024
            );
        }
        println!(
            "limit {} MiB of memory a call, {} ms of computing",
            limits.memory_bytes_max >> 20,
            limits.guest_time_ms
        );
        if let Some(manifest) = &inspection.manifest {
            describe(manifest);
        }
    }
}

fn names(what: &str, names: &[String]) {
    println!("{what}:");
    names.iter().for_each(|name| println!("  {name}"));
}

fn describe(manifest: &Description) {
    let name = manifest.names.first().map(|name| name.text.as_str()).unwrap_or_default();
    println!(
        "provider {NOTE}{}{NOTE:#} “{name}” {} by {}, {}, contract {}+",
        manifest.id, manifest.version, manifest.publisher, manifest.licence, manifest.contract_minimum
    );
    if let Some(reason) = &manifest.deprecated {
        println!("{BAD}deprecated{BAD:#}: {reason}");
    }
    if manifest.experimental {
        println!("experimental: facts about the provider are partly inferred");
    }
    println!("{}", requests(manifest));
    manifest.connections.iter().for_each(role);
    println!("{}", settings(manifest));
    for webhook in &manifest.webhooks {
        println!("webhook {}: {}", webhook.name, webhook.events.join(", "));
    }
}

/// What each action may request.
fn requests(manifest: &Description) -> Table {
    let mut lines = table(&["action", "may request"]);
    for action in &manifest.actions {
        let rules = action.egress.iter().map(|rule| format!("{} {} {}", rule.role, rule.method, rule.path));
        lines.add_row([action.name.clone(), rules.collect::<Vec<_>>().join("\n")]);
    }
    lines
}

fn role(role: &ConnectionRole) {
    println!("connection role {NOTE}{}{NOTE:#}: {}", role.role, role.description);
    for environment in &role.environments {
        println!("  {FAINT}{}{FAINT:#} {}", environment.name, environment.base_url);
    }
}

fn settings(manifest: &Description) -> Table {
    let mut lines = table(&["setting", "required", "default", "what for"]);
    for setting in &manifest.settings {
        let required = if setting.required { "yes" } else { "" };
        let default = setting.default.clone().unwrap_or_default();
        lines.add_row([setting.name.as_str(), required, &default, &setting.description]);
    }
    lines
}
