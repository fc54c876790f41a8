//! The simulated provider of a demo: which one, its people, its mail.
//!
//! Not here: the connection to it (`demo/configuration.rs`).

use std::path::Path;

use anyhow::Context;
use clap::ValueEnum;
use countersign_sandbox::connection::config::ConnectionConfig;
use countersign_simulators::{
    AutentiOptions, AutentiSimulator, DocusignOptions, DocusignSimulator, demo_credentials, docusign,
};

use super::configuration;

/// Which provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Name {
    /// Autenti.
    #[default]
    Autenti,
    /// DocuSign.
    Docusign,
}

/// A provider on this machine.
pub enum Simulated {
    /// Autenti.
    Autenti(AutentiSimulator),
    /// DocuSign.
    Docusign(DocusignSimulator),
}

impl Name {
    /// As people write it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Autenti => "Autenti",
            Self::Docusign => "DocuSign",
        }
    }
}

impl Simulated {
    /// Starts it, and answers the connection that an operator would write for it; its secrets lie in the folder.
    pub async fn start(name: Name, folder: &Path) -> anyhow::Result<(Self, ConnectionConfig)> {
        match name {
            Name::Autenti => {
                let credentials = tokio::task::spawn_blocking(demo_credentials).await??;
                let simulator = AutentiSimulator::start(AutentiOptions::new(&credentials)).await?;
                let connection = configuration::autenti(folder, &simulator, &credentials)?;
                Ok((Self::Autenti(simulator), connection))
            }
            Name::Docusign => {
                let credentials = tokio::task::spawn_blocking(docusign::demo_credentials).await??;
                let simulator = DocusignSimulator::start(DocusignOptions::new(&credentials)).await?;
                let connection = configuration::docusign(folder, &simulator, &credentials)?;
                Ok((Self::Docusign(simulator), connection))
            }
        }
    }

    /// Where people sign.
    pub fn page_url(&self) -> String {
        match self {
            Self::Autenti(simulator) => simulator.page_url(),
            Self::Docusign(simulator) => simulator.page_url(),
        }
    }

    /// A recipient of the one document signs on the provider's page.
    pub async fn sign(&self, email: &str) -> anyhow::Result<()> {
        let none = "the provider has no document";
        match self {
            Self::Autenti(simulator) => {
                let documents = simulator.control().documents();
                simulator.control().sign(&documents.first().context(none)?.id, email).await?;
            }
            Self::Docusign(simulator) => {
                let envelopes = simulator.control().envelopes();
                simulator.control().sign(&envelopes.first().context(none)?.id, email).await?;
            }
        }
        Ok(())
    }

    /// What the provider mailed: kind and recipient.
    pub fn mailed(&self) -> Vec<(String, String)> {
        let ledger = match self {
            Self::Autenti(simulator) => simulator.control().ledger(None),
            Self::Docusign(simulator) => simulator.control().ledger(None),
        };
        ledger.into_iter().map(|mail| (format!("{:?}", mail.kind), mail.to)).collect()
    }

    /// Stops it.
    pub async fn shutdown(self) {
        match self {
            Self::Autenti(simulator) => simulator.shutdown().await,
            Self::Docusign(simulator) => simulator.shutdown().await,
        }
    }
}
