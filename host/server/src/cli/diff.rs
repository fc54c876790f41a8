//! `countersign diff`: what a component asks for that another one did not, and the other way round.

use std::process::ExitCode;

use anstream::println;
use anyhow::Context;
use clap::Args;
use countersign_sandbox::Inspection;
use countersign_sandbox::capabilities::Capabilities;
use countersign_sandbox::capabilities::difference::{difference, widened};
use serde_json::json;

use super::view::{BAD, FAINT, GOOD, NOTE, changes};
use crate::{compiling, connections};

/// Show what a component asks for beyond another: 0 nothing more, 1 more, 2 one of them cannot be read.
#[derive(Debug, Args)]
pub struct Diff {
    /// The component of before: a `.wasm` file, or the id of a bundled provider.
    old: String,
    /// The component of after.
    new: String,
    /// Print JSON for programs instead of text for people.
    #[arg(long)]
    json: bool,
}

/// One side of the comparison.
struct Side {
    seen: Inspection,
    asks: Capabilities,
}

impl Diff {
    /// Compares the two.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let sandbox = compiling::sandbox(None)?;
        let read = |component: &str| -> anyhow::Result<Side> {
            let bytes = connections::component(component)?;
            let _shown = compiling::sign_of_life(component, &bytes);
            let seen = sandbox.inspect(&bytes);
            let asks = seen.capabilities().with_context(|| {
                let why = seen.refusal.clone().unwrap_or_default();
                format!("the component `{component}` does not tell what it asks for: {why}")
            })?;
            Ok(Side { seen, asks })
        };
        let (old, new) = (read(&self.old)?, read(&self.new)?);
        let found = difference(&old.asks, &new.asks);
        let more = widened(&found);
        if self.json {
            let report = json!({
                "old": identity(&old.seen), "new": identity(&new.seen), "widened": more, "changes": found,
            });
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            side("old", &self.old, &old.seen);
            side("new", &self.new, &new.seen);
            changes::lines(&found);
            match more {
                true => {
                    println!("{BAD}widened{BAD:#}: it starts once it is approved (`countersign approve`)")
                }
                false => println!("{GOOD}nothing widened{GOOD:#}: it may replace the old one by itself"),
            }
        }
        Ok(if more { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn identity(seen: &Inspection) -> serde_json::Value {
    let manifest = seen.manifest.as_ref();
    json!({
        "digest": seen.digest,
        "id": manifest.map(|manifest| &manifest.id),
        "version": manifest.map(|manifest| &manifest.version),
        "publisher": manifest.map(|manifest| &manifest.publisher),
        "refusal": seen.refusal,
    })
}

fn side(which: &str, component: &str, seen: &Inspection) {
    let Some(manifest) = &seen.manifest else { return };
    println!(
        "{which} {NOTE}{component}{NOTE:#}: {} {} by {} {FAINT}sha256 {}{FAINT:#}",
        manifest.id, manifest.version, manifest.publisher, seen.digest
    );
    if let Some(refusal) = &seen.refusal {
        println!("{BAD}refused{BAD:#}: {refusal}");
    }
}
