//! `countersign fetch`: fetches a file of an instance.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tokio::io::AsyncWriteExt;

use super::Connect;
use crate::api::view::InstanceView;

/// Fetch a file of an instance.
#[derive(Debug, Args)]
pub struct Fetch {
    /// The instance: its number or id.
    instance: String,
    /// The file's number.
    attachment: u32,
    /// Where to write it; the default is its own name in this folder.
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    connect: Connect,
}

impl Fetch {
    /// Downloads it; the file appears whole or not at all.
    pub async fn run(self) -> anyhow::Result<()> {
        let client = self.connect.client()?;
        let path = match self.output {
            Some(path) => path,
            None => {
                let instance: InstanceView = client.get(&format!("/instances/{}", self.instance)).await?;
                let known = instance.attachments.into_iter().find(|a| a.id == self.attachment);
                PathBuf::from(
                    known.with_context(|| format!("attachment `{}` does not exist", self.attachment))?.name,
                )
            }
        };
        let mut response = client
            .download(&format!("/instances/{}/attachments/{}/content", self.instance, self.attachment))
            .await?;
        let partial = path.with_extension("partial");
        let mut file = tokio::fs::File::create(&partial)
            .await
            .with_context(|| format!("`{}` cannot be written", partial.display()))?;
        let mut size = 0;
        while let Some(bytes) = response.chunk().await.context("the download broke off; run it again")? {
            size += bytes.len();
            file.write_all(&bytes).await?;
        }
        file.sync_all().await?;
        tokio::fs::rename(&partial, &path).await?;
        println!("{} ({size} bytes)", path.display());
        Ok(())
    }
}
