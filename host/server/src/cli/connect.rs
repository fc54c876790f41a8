//! Arguments shared by the commands that talk to a running host.

use clap::Args;
use countersign_workflow::apply::{ADMIN, OPERATOR};

use crate::client::Client;

/// Which host, and in whose name.
#[derive(Debug, Args)]
pub struct Connect {
    /// Where the host listens.
    #[arg(long, env = "COUNTERSIGN_URL", default_value = "http://127.0.0.1:8420")]
    url: String,
    /// The host's API token, when it has one.
    #[arg(long, env = "COUNTERSIGN_API_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// In whose name to act.
    #[arg(long = "as", env = "COUNTERSIGN_ACTOR", default_value = "operator", value_name = "NAME")]
    actor: String,
    /// With which role; may be given several times.
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Print JSON for programs instead of text for people.
    #[arg(long)]
    pub json: bool,
}

impl Connect {
    /// The caller these arguments describe.
    pub fn client(&self) -> anyhow::Result<Client> {
        Client::new(&self.url, self.token.clone(), &self.actor, &self.roles.join(","))
    }

    /// The same caller for what concerns the whole host: `admin` unless roles were given.
    pub fn admin(&self) -> anyhow::Result<Client> {
        self.usually(ADMIN)
    }

    /// The same caller for mending what has failed: `operator` unless roles were given.
    pub fn operator(&self) -> anyhow::Result<Client> {
        self.usually(OPERATOR)
    }

    fn usually(&self, role: &str) -> anyhow::Result<Client> {
        let client = self.client()?;
        Ok(if self.roles.is_empty() { client.acting_as(&self.actor, role) } else { client })
    }

    /// Prints a value as JSON when that was asked for, and tells whether it was.
    pub fn print_json(&self, value: &impl serde::Serialize) -> anyhow::Result<bool> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(value)?);
        }
        Ok(self.json)
    }
}
