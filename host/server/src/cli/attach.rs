//! `countersign attach`: adds a file to an instance.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::{Connect, view};
use crate::api::attachments::FILE_BYTES_MAX;
use crate::api::view::InstanceView;
use crate::client::with_query;

/// Add a file to an instance.
#[derive(Debug, Args)]
pub struct Attach {
    /// The instance: its number or id.
    instance: String,
    /// The file.
    file: PathBuf,
    /// Its category in the workflow.
    #[arg(long)]
    category: String,
    /// An attribute to set; may be given several times.
    #[arg(long = "attribute", value_name = "NAME")]
    attributes: Vec<String>,
    #[command(flatten)]
    connect: Connect,
}

impl Attach {
    /// Uploads it and shows the instance.
    pub async fn run(self) -> anyhow::Result<()> {
        let unread = || format!("the file `{}` cannot be read", self.file.display());
        let body = body(&self.file).await.with_context(unread)?;
        let name = self.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let pairs = [("name", name.as_str()), ("category", &self.category)];
        let attributes = self.attributes.iter().map(|a| ("attribute", a.as_str()));
        let route = format!("/instances/{}/attachments", self.instance);
        let path = with_query(&route, pairs.into_iter().chain(attributes))?;
        let instance: InstanceView = self.connect.client()?.upload(&path, media_type(&name), body).await?;
        if !self.connect.print_json(&instance)? {
            view::instance(&instance);
        }
        Ok(())
    }
}

/// What a file is, by its name.
pub(super) fn media_type(name: &str) -> &'static str {
    match name.to_lowercase().ends_with(".pdf") {
        true => "application/pdf",
        false => "application/octet-stream",
    }
}

/// The file's bytes, at hand for a second try; what the host will refuse as too large is not read into memory.
async fn body(file: &Path) -> std::io::Result<reqwest::Body> {
    match tokio::fs::metadata(file).await?.len() {
        ..=FILE_BYTES_MAX => Ok(tokio::fs::read(file).await?.into()),
        _ => Ok(tokio::fs::File::open(file).await?.into()),
    }
}
