//! `countersign schema`: the JSON Schemas of the files that people write.

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;
use countersign_conformance::format::schema::{FILE_KINDS, json_schema as case_schema};
use countersign_workflow::schema::json_schema;

const WORKFLOW: &str = "workflow";

/// Print the JSON Schema of workflow definitions, or of a file of a conformance case.
#[derive(Debug, Args)]
pub struct Schema {
    /// What the schema is of.
    #[arg(default_value = WORKFLOW, value_parser = kinds())]
    of: String,
}

impl Schema {
    /// Prints it.
    pub fn run(self) -> anyhow::Result<()> {
        let schema = match self.of.as_str() {
            WORKFLOW => json_schema(),
            kind => case_schema(kind).with_context(|| format!("there is no schema of `{kind}`"))?,
        };
        println!("{}", serde_json::to_string_pretty(&schema)?);
        Ok(())
    }
}

fn kinds() -> PossibleValuesParser {
    [WORKFLOW].into_iter().chain(FILE_KINDS).collect::<Vec<_>>().into()
}
