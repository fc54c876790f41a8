//! `countersign sources`: the data sources of a connection.

use clap::Args;
use countersign_sandbox::contract::data_sources::{Row, Source};

use super::{Connect, view};
use crate::client::with_query;

/// List the data sources of a connection, or the rows of one.
#[derive(Debug, Args)]
pub struct Sources {
    /// The connection's name.
    connection: String,
    /// The source.
    source: Option<String>,
    /// Only rows that contain this text.
    #[arg(long)]
    filter: Option<String>,
    #[command(flatten)]
    connect: Connect,
}

impl Sources {
    /// Lists them.
    pub async fn run(self) -> anyhow::Result<()> {
        let client = self.connect.client()?;
        let base = format!("/connections/{}/sources", self.connection);
        let Some(source) = &self.source else {
            let sources: Vec<Source> = client.get(&base).await?;
            if !self.connect.print_json(&sources)? {
                view::sources(&sources);
            }
            return Ok(());
        };
        let filter = self.filter.as_deref().map(|filter| ("filter", filter));
        let rows: Vec<Row> = client.get(&with_query(&format!("{base}/{source}"), filter)?).await?;
        if !self.connect.print_json(&rows)? {
            view::rows(&rows);
        }
        Ok(())
    }
}
