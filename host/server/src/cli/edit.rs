//! `countersign edit`: changes the form of an instance.

use clap::Args;

use super::{Connect, start, view};
use crate::api::view::InstanceView;

/// Change the form of an instance.
#[derive(Debug, Args)]
pub struct Edit {
    /// The instance: its number or id.
    instance: String,
    /// A field, `name=value`; may be given several times.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = start::pair)]
    fields: Vec<(String, String)>,
    /// A file with `{"fields": {…}, "lists": {…}}`; `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    form: Option<String>,
    #[command(flatten)]
    connect: Connect,
}

impl Edit {
    /// Changes it and shows the instance.
    pub async fn run(self) -> anyhow::Result<()> {
        let edit = start::edit(self.form.as_deref(), &self.fields)?;
        let path = format!("/instances/{}/form", self.instance);
        let instance: InstanceView = self.connect.client()?.patch(&path, &edit).await?;
        if !self.connect.print_json(&instance)? {
            view::instance(&instance);
        }
        Ok(())
    }
}
