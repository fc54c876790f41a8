//! `countersign start`: begins an instance of a workflow.

use std::collections::BTreeMap;
use std::io::Read;

use anyhow::Context;
use clap::Args;
use countersign_workflow::apply::Take;
use countersign_workflow::form::FormEdit;

use super::{Connect, view};
use crate::api::instances::NewInstance;
use crate::api::view::InstanceView;

/// Start an instance of a workflow.
#[derive(Debug, Args)]
pub struct Start {
    /// The workflow's name.
    workflow: String,
    /// A field, `name=value`; may be given several times.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// A file with `{"fields": {…}, "lists": {…}}`; `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    form: Option<String>,
    /// Bind a connection of the definition to another one of the host: `sign=docusign-test`.
    #[arg(long = "connection", value_name = "NAME=CONNECTION", value_parser = pair)]
    connections: Vec<(String, String)>,
    /// Take this path of the first step at once; when it is refused, nothing has begun.
    #[arg(long, value_name = "PATH")]
    take: Option<String>,
    /// Why the path is taken.
    #[arg(long, requires = "take", value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    connect: Connect,
}

/// Reads `name=value`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected `name=value`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Reads a form edit from a file or standard input and adds single fields.
pub fn edit(form: Option<&str>, fields: &[(String, String)]) -> anyhow::Result<FormEdit> {
    let mut edit = match form {
        None => FormEdit::default(),
        Some("-") => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .context("the form could not be read from standard input")?;
            serde_json::from_str(&text).context("standard input is not a form")?
        }
        Some(path) => {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("the form `{path}` cannot be read"))?;
            serde_json::from_str(&text).with_context(|| format!("`{path}` is not a form"))?
        }
    };
    edit.fields.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone().into())));
    Ok(edit)
}

impl Start {
    /// Starts it and shows it.
    pub async fn run(self) -> anyhow::Result<()> {
        let new = NewInstance {
            workflow: self.workflow,
            connections: self.connections.into_iter().collect::<BTreeMap<_, _>>(),
            form: edit(self.form.as_deref(), &self.fields)?,
            take: self.take.map(|path| Take { path, comment: self.comment }),
        };
        let instance: InstanceView = self.connect.client()?.post("/instances", &new).await?;
        if !self.connect.print_json(&instance)? {
            view::instance(&instance);
        }
        Ok(())
    }
}
