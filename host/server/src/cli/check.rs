//! `countersign check`: every problem of a definition, with its line.

use std::path::PathBuf;

use anstream::println;
use anyhow::{Context, bail};
use clap::Args;
use countersign_workflow::check::{Severity, check};

use super::view::GOOD;
use crate::catalogue::Offline;
use crate::definitions;

/// Check a workflow definition and tell every problem with its line.
#[derive(Debug, Args)]
pub struct Check {
    /// The definitions, YAML or JSON.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print JSON for programs instead of text for people.
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Checks each file; fails when any has an error.
    pub fn run(self) -> anyhow::Result<()> {
        let mut errors = 0;
        let mut report = Vec::new();
        for file in &self.files {
            let name = file.display().to_string();
            let bytes =
                std::fs::read(file).with_context(|| format!("the definition `{name}` cannot be read"))?;
            let text = String::from_utf8(bytes)
                .with_context(|| format!("the definition `{name}` is not UTF-8 text"))?;
            let problems = check(&text, &Offline);
            errors += problems.iter().filter(|problem| problem.severity == Severity::Error).count();
            if self.json {
                report.push(serde_json::json!({"file": name, "problems": problems}));
            } else if problems.is_empty() {
                println!("{GOOD}ok{GOOD:#} {name}");
            } else {
                println!("{}\n", definitions::render(&name, &text, &problems));
            }
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        }
        match errors {
            0 => Ok(()),
            1 => bail!("1 error; mend it and check again"),
            errors => bail!("{errors} errors; mend them and check again"),
        }
    }
}
