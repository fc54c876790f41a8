//! Plays every story of `fixtures/workflows`: events in, journal out. `BLESS=1` rewrites the journals.
//!
//! Not here: random events (`properties.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "stories/journal.rs"]
mod journal;
#[path = "stories/story.rs"]
mod story;

use std::fs;
use std::path::{Path, PathBuf};

use countersign_workflow::load;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/workflows");
    let trials: Vec<Trial> = folders(&root).iter().flat_map(|workflow| stories(workflow)).collect();
    assert!(trials.len() > 20, "the stories of `fixtures/workflows` are gone");
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn stories(workflow: &Path) -> Vec<Trial> {
    let told = folders(workflow).into_iter().filter(|folder| folder.join("story.json").exists());
    told.map(|folder| {
        let name = format!("{}::{}", file_name(workflow), file_name(&folder));
        Trial::test(name, move || play(&folder))
    })
    .collect()
}

fn play(folder: &Path) -> Result<(), Failed> {
    let workflow = folder.parent().unwrap();
    let text = fs::read_to_string(workflow.join("workflow.yaml"))?;
    let loaded = load::load(&text).map_err(|problems| format!("{}: {problems:#?}", workflow.display()))?;
    let told = story::tell(&loaded, folder)?;
    let journal = journal::write(&told) + "\n";
    let path = folder.join("journal.expected.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, journal)?;
        return Ok(());
    }
    let expected =
        fs::read_to_string(&path).map_err(|_| format!("{} is missing; run with BLESS=1", path.display()))?;
    match expected == journal {
        true => Ok(()),
        false => Err(difference(&expected, &journal).into()),
    }
}

/// The first line that differs, with what stands around it.
fn difference(expected: &str, got: &str) -> String {
    let (expected, got): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    let first = expected.iter().zip(&got).take_while(|(a, b)| a == b).count();
    let around = |lines: &[&str]| {
        lines[first.saturating_sub(3).min(lines.len())..(first + 6).min(lines.len())].join("\n")
    };
    format!(
        "line {} differs\n--- expected\n{}\n--- got\n{}\n(BLESS=1 rewrites)",
        first + 1,
        around(&expected),
        around(&got)
    )
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(of)
        .unwrap_or_else(|error| panic!("{}: {error}", of.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
