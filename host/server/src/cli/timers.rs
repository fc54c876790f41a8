//! `countersign timers`: when timers will fire.

use clap::Args;

use super::{Connect, view};
use crate::api::view::FiringView;

/// Show when timers will fire.
#[derive(Debug, Args)]
pub struct Timers {
    /// Only this instance: its number or id.
    instance: Option<String>,
    /// List so many planned firings of each timer of the instance.
    #[arg(long, value_name = "COUNT", requires = "instance")]
    preview: Option<u32>,
    #[command(flatten)]
    connect: Connect,
}

impl Timers {
    /// Shows them.
    pub async fn run(self) -> anyhow::Result<()> {
        let path = match &self.instance {
            Some(instance) => format!("/instances/{instance}/timers?preview={}", self.preview.unwrap_or(1)),
            None => "/timers".to_owned(),
        };
        let firings: Vec<FiringView> = self.connect.client()?.get(&path).await?;
        if !self.connect.print_json(&firings)? {
            view::firings(&firings);
        }
        Ok(())
    }
}
