//! `countersign new`: a provider of one's own that builds and passes its first cases.
//!
//! Not here: its files (`scaffold`).

use std::path::{Path, PathBuf};

use anstream::println;
use clap::Args;
use serde_json::json;

use super::view::{FAINT, GOOD, NOTE};
use crate::scaffold::machine::{self, Missing};
use crate::scaffold::{self, Language};

/// Begin a provider: a folder with sources, contract and fixtures that builds and passes its first cases.
#[derive(Debug, Args)]
pub struct New {
    /// The provider's id: lower-case letters, digits and `-`, such as `acme-sign`.
    name: String,
    /// The language to write it in.
    #[arg(long, value_enum)]
    lang: Language,
    /// The folder to make; the default is named after the provider.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Print JSON for programs instead of text for people.
    #[arg(long)]
    json: bool,
}

impl New {
    /// Writes the folder and tells what to type next.
    pub fn run(self) -> anyhow::Result<()> {
        scaffold::check_id(&self.name)?;
        let folder = self.folder.clone().unwrap_or_else(|| PathBuf::from(&self.name));
        let files = scaffold::files(self.lang, &self.name)?;
        scaffold::write(&folder, &files)?;
        let next = next(&folder, self.lang);
        let missing = machine::missing(self.lang);
        if self.json {
            let files: Vec<_> = files.keys().collect();
            let told = json!({
                "id": self.name, "lang": self.lang, "folder": folder, "files": files, "next": next,
                "missing": missing,
            });
            println!("{}", serde_json::to_string_pretty(&told)?);
        } else {
            println!("{GOOD}made{GOOD:#} {NOTE}{}{NOTE:#}, {} files", folder.display(), files.len());
            tell(&folder, &next, &missing);
        }
        Ok(())
    }
}

fn tell(folder: &Path, next: &[String], missing: &[Missing]) {
    if !missing.is_empty() {
        println!("missing on this machine:");
        missing.iter().for_each(|tool| println!("  {}: {NOTE}{}{NOTE:#}", tool.what, tool.how));
    }
    println!("next:");
    next.iter().for_each(|command| println!("  {NOTE}{command}{NOTE:#}"));
    println!("{FAINT}{} leads on from there{FAINT:#}", folder.join("README.md").display());
}

/// From here to the first verdict.
fn next(folder: &Path, language: Language) -> Vec<String> {
    let enter = format!("cd {}", typed(&folder.display().to_string()));
    let check =
        format!("{} conformance {} --fixtures fixtures", typed(&this_program()), language.component());
    let build = language.commands().iter().map(|command| (*command).to_owned());
    [enter].into_iter().chain(build).chain([check]).collect()
}

/// `countersign` where a shell finds this very program by that name, else its path.
fn this_program() -> String {
    let name = "countersign";
    let Ok(program) = std::env::current_exe().and_then(|program| program.canonicalize()) else {
        return name.to_owned();
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).filter_map(|folder| folder.join(name).canonicalize().ok());
    if found.next().is_some_and(|first| first == program) {
        name.to_owned()
    } else {
        program.display().to_string()
    }
}

/// As a shell takes it for one word.
fn typed(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/.-_".contains(letter);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
