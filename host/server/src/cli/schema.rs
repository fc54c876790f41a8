//! `countersign schema`: the JSON Schema of workflow definitions.

use clap::Args;
use countersign_workflow::schema::json_schema;

/// Print the JSON Schema of workflow definitions.
#[derive(Debug, Args)]
pub struct Schema {}

impl Schema {
    /// Prints it.
    pub fn run(self) -> anyhow::Result<()> {
        println!("{}", serde_json::to_string_pretty(&json_schema())?);
        Ok(())
    }
}
