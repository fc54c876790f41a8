//! `countersign call export`: makes a conformance case of a call and tries it.

use clap::Args;

use super::source::{Found, Source};
use crate::cli::case::CaseArguments;

/// Make a conformance case of a call.
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    case: CaseArguments,
}

impl Export {
    /// Exports it; an error when it is no case, or the component does not pass it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        self.case.check()?;
        let Found { record, shelf, provider } = self.source.read().await?;
        let written = self.case.write(&provider, &record.recording, &record.component, &shelf).await?;
        written.tell(self.source.connect.json)
    }
}
