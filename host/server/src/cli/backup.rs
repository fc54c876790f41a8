//! `countersign backup`: a running host copies its data; `backup verify` checks a copy without a host.

use std::path::{Path, PathBuf};

use anstream::println;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use countersign_store::backup::{self, Part};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::Connect;
use super::view::{self, GOOD, NOTE};
use crate::api::backup::{BackupLine, BackupOrder};

/// Copy everything durable of a running host into a directory, or check such a copy.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Backup {
    /// A new or empty directory on the host's machine. A host started with it as `data` goes on from there.
    #[arg(required = true)]
    directory: Option<PathBuf>,
    #[command(flatten)]
    connect: Connect,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read every file of a backup and compare; needs no host.
    Verify {
        /// The backup's directory.
        directory: PathBuf,
    },
}

impl Backup {
    /// Takes or checks one.
    pub async fn run(self) -> anyhow::Result<()> {
        match (self.verb, self.directory) {
            (Some(Verb::Verify { directory }), _) => verify(&directory),
            (None, Some(directory)) => take(&self.connect, &directory).await,
            (None, None) => bail!("name the directory to back up to"),
        }
    }
}

async fn take(connect: &Connect, directory: &Path) -> anyhow::Result<()> {
    let directory =
        std::path::absolute(directory).with_context(|| format!("`{}` is no path", directory.display()))?;
    let order = BackupOrder { directory: directory.clone() };
    let mut lines = connect.admin()?.lines("/backup", &order).await?;
    let bar = bar();
    while let Some(line) = lines.next::<BackupLine>().await? {
        match line {
            BackupLine::Copied(progress) => show(&bar, progress.part, progress.done, progress.all),
            BackupLine::Failed(problem) => {
                bar.abandon();
                return Err(problem.into());
            }
            BackupLine::Taken(taken) => {
                bar.finish_and_clear();
                if !connect.print_json(&taken)? {
                    let (time, bytes) = (view::time(taken.taken_at_ms), HumanBytes(taken.bytes));
                    println!(
                        "{GOOD}backed up{GOOD:#} {} files, {bytes}, as of {time} to {}",
                        taken.files,
                        directory.display()
                    );
                    println!("  next: {NOTE}countersign backup verify {}{NOTE:#}", directory.display());
                }
                return Ok(());
            }
        }
    }
    bail!("the host stopped before the backup was complete; remove `{}` and repeat", directory.display())
}

fn verify(directory: &Path) -> anyhow::Result<()> {
    let bar = bar();
    let checked = backup::check(directory, |done, all| show(&bar, Part::Attachments, done, all))?;
    bar.finish_and_clear();
    let manifest = checked.manifest;
    if !checked.problems.is_empty() {
        bail!("the backup is not sound:\n  - {}", checked.problems.join("\n  - "));
    }
    let bytes = HumanBytes(manifest.files.iter().map(|file| file.size).sum());
    let (files, time) = (manifest.files.len(), view::time(manifest.taken_at_ms));
    println!("{GOOD}sound{GOOD:#}: {files} files, {bytes}, as of {time}");
    Ok(())
}

/// Hidden by itself when stderr is no terminal.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, part: Part, done: u64, all: u64) {
    bar.set_message(match part {
        Part::Database => "database",
        Part::Attachments => "files",
    });
    bar.set_length(all);
    bar.set_position(done);
}
