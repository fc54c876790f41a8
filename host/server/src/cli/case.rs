//! Making a conformance case of a recorded call, and trying it: what `call export` and `record` share.
//!
//! Not here: redaction and the format (`conformance`), and where the call comes from (`call/export.rs`, `record.rs`).

use std::path::PathBuf;
use std::sync::Arc;

use anstream::println;
use anyhow::{anyhow, bail};
use axum::http::StatusCode;
use clap::Args;
use countersign_conformance::{About, Case, Exported, Files, Recording, Shelf, export, replay, run_case};
use countersign_sandbox::Provider;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::view::{FAINT, GOOD, NOTE};
use crate::problem::Problem;

/// Words of the sentence that name the case's folder.
const NAME_WORDS: usize = 6;

/// What a person says about a case.
#[derive(Debug, Args)]
pub struct CaseArguments {
    /// What the case shows, in a sentence.
    #[arg(long, value_name = "SENTENCE")]
    docs: String,
    /// The case's folder below `<provider>/<action>/`; the default is made of the sentence.
    #[arg(long)]
    name: Option<String>,
    /// The fixtures' folder; the case becomes `<provider>/<action>/<name>` below it.
    #[arg(long, default_value = "fixtures", value_name = "FOLDER")]
    out: PathBuf,
    /// Take the bytes of the call's files instead of small stand-ins. What people sign cannot be redacted.
    #[arg(long)]
    files: bool,
}

/// A case that was written and that its component passes.
pub struct Written {
    folder: PathBuf,
    exported: Exported,
}

impl CaseArguments {
    /// Whether a case can be made at all, before anything is done for it.
    pub fn check(&self) -> anyhow::Result<()> {
        self.folder_name().map(drop)
    }

    /// Writes the case; an error when the call is none, or the component does not pass it.
    pub async fn write(
        &self,
        provider: &Arc<Provider>,
        recording: &Recording,
        component: &str,
        shelf: &Arc<Shelf>,
    ) -> anyhow::Result<Written> {
        let name = self.folder_name()?;
        let replayed = replay(provider, recording, shelf).await.map_err(|words| no_case(&words))?;
        if let Some(difference) = &replayed.difference {
            return Err(no_case(&format!(
                "run again, it is not what it was; name the component that made it (SHA-256 {component:.16}…) with `--component`. {difference}"
            )));
        }
        let files = if self.files { Files::Recorded } else { Files::StandIns };
        let about = About {
            name,
            docs: self.docs.clone(),
            source: format!("a call of {} {}", provider.manifest.id, provider.manifest.version),
            date: Timestamp::from_millisecond(recording.now_ms)?.to_zoned(TimeZone::UTC).date(),
        };
        let exported =
            export(provider, (recording, &replayed), shelf, files, about).map_err(|words| no_case(&words))?;
        let folder = exported.case.write(&self.out)?;
        let verdict = run_case(provider, &Case::load(&folder)?).await;
        if !verdict.passed() {
            bail!(
                "`{}` was written and the component does not pass it; mend it or remove it. {verdict}",
                folder.display()
            );
        }
        Ok(Written { folder, exported })
    }

    /// Given, or the first words of the sentence.
    fn folder_name(&self) -> anyhow::Result<String> {
        if self.docs.trim().is_empty() {
            bail!("`--docs` is empty; say in a sentence what the case shows");
        }
        let given = self.name.as_deref().unwrap_or(&self.docs).to_lowercase();
        let words = given.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let words_max = if self.name.is_some() { usize::MAX } else { NAME_WORDS };
        let name = words.take(words_max).collect::<Vec<_>>().join("-");
        match name.is_empty() {
            true => Err(anyhow!("no folder can be named after the sentence; give `--name`")),
            false => Ok(name),
        }
    }
}

impl Written {
    /// Says where it is, and what it is not.
    pub fn tell(&self, as_json: bool) -> anyhow::Result<()> {
        let Self { folder, exported } = self;
        let said = json!({
            "folder": folder, "case": exported.case.name, "replaced": exported.replaced, "notes": exported.notes,
        });
        if as_json {
            std::println!("{}", serde_json::to_string_pretty(&said)?);
            return Ok(());
        }
        println!("{GOOD}written{GOOD:#} to {}; the component passes it", folder.display());
        let replaced = exported.replaced.iter().map(|(kind, count)| format!("{count} {kind}"));
        println!("  replaced  {}", replaced.collect::<Vec<_>>().join(", "));
        exported.notes.iter().for_each(|note| println!("  {FAINT}{note}{FAINT:#}"));
        println!("  {NOTE}read it before you pass it on: other free text stays as it was{NOTE:#}");
        Ok(())
    }
}

/// Why a call is no case.
pub fn no_case(words: &str) -> anyhow::Error {
    let detail = format!("the call cannot be made a case: {words}");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "CS0306", detail).into()
}
