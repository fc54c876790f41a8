//! `countersign conformance`: one provider component against fixtures, without a network.
//!
//! Not here: the format of fixtures and running them (`host/conformance`).

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use countersign_conformance::{Report, Suite};

use crate::{compiling, connections};

/// Run a provider component against fixtures, without a network: 0 as expected, 1 not, 2 a file is wrong.
#[derive(Debug, Args)]
pub struct Conformance {
    /// A `.wasm` file, or the id of a bundled provider.
    component: String,
    /// The folder that holds the provider's folder, or that folder itself.
    #[arg(long)]
    fixtures: PathBuf,
    /// Only cases whose name contains this text: `send-for-signature/`.
    #[arg(long)]
    case: Option<String>,
    /// How to tell what came of it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    report: Format,
    /// Where the compiled component is kept, so that it is compiled once; the default is the user's cache.
    #[arg(long)]
    cache: Option<PathBuf>,
}

/// Formats of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables, for people.
    Text,
    /// One JSON object, for programs.
    Json,
    /// XML, for build servers.
    Junit,
}

impl Conformance {
    /// Runs the cases and prints the report; an error is a wrong component or folder.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let bytes = connections::component(&self.component)?;
        let sandbox = compiling::sandbox(self.cache)?;
        let shown = compiling::sign_of_life(&self.component, &bytes);
        let admitted = tokio::task::spawn_blocking(move || sandbox.admit(&bytes)).await?;
        drop(shown);
        let provider = admitted.with_context(|| format!("the component `{}` is refused", self.component))?;
        let folder = provider_folder(&self.fixtures, &provider.manifest.id)?;
        let suite = Suite::load(&folder, self.case.as_deref())?;
        let report = suite.run(&provider).await;
        let told = std::io::stdout().write_all(written(&report, self.report)?.as_bytes());
        match told {
            // Whoever reads only the beginning has read enough.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(ExitCode::from(report.exit_code())),
        }
    }
}

/// `fixtures/autenti`, given as such or as `fixtures`.
fn provider_folder(fixtures: &Path, provider: &str) -> anyhow::Result<PathBuf> {
    let below = fixtures.join(provider);
    let found =
        [fixtures.to_owned(), below].into_iter().find(|folder| folder.join("connection.json").is_file());
    found.with_context(|| {
        format!(
            "no fixtures of `{provider}`: neither `{0}` nor `{0}/{provider}` holds a `connection.json`",
            fixtures.display()
        )
    })
}

fn written(report: &Report, format: Format) -> anyhow::Result<String> {
    match format {
        Format::Text => Ok(report.text()),
        Format::Json => Ok(serde_json::to_string_pretty(report)? + "\n"),
        Format::Junit => report.junit().map_err(anyhow::Error::msg),
    }
}
