//! The house keeps its shape: arrows between crates, files of the tour, documented contract, small files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Folder → the crates of ours it may depend on (dev-dependencies aside, where `artifacts` is only bytes).
const ARROWS: [(&str, &[&str]); 13] = [
    ("host/workflow", &[]),
    ("host/sandbox", &[]),
    ("host/store", &["countersign-workflow"]),
    ("host/conformance", &["countersign-sandbox"]),
    (
        "host/server",
        &[
            "countersign-workflow",
            "countersign-sandbox",
            "countersign-store",
            "countersign-conformance",
            "countersign-components",
            "countersign-simulators",
        ],
    ),
    ("components/sdk", &[]),
    ("components/autenti", &["countersign-sdk"]),
    ("components/docusign", &["countersign-sdk"]),
    ("components/onespan", &["countersign-sdk"]),
    ("components/paper", &["countersign-sdk"]),
    ("components/hostile", &["countersign-sdk"]),
    ("components/artifacts", &[]),
    ("fixtures/simulators", &[]),
];

const SENTENCE: &str = "`workflow` depends on nothing of ours; `store` on `workflow`; `sandbox` on nothing of ours; \
`conformance` on `sandbox`; `server` on all; components on `sdk` alone";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Names of our crates in the `[dependencies]` table of a manifest.
fn ours(manifest: &str, crates: &[&str]) -> Vec<String> {
    let mut table = "";
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            table = line;
        } else if matches!(table, "[dependencies]" | "[build-dependencies]") {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if crates.contains(&name) {
                found.push(name.to_owned());
            }
        }
    }
    found
}

fn wrong_arrows(manifests: &BTreeMap<&str, String>) -> Vec<String> {
    let crates: Vec<&str> = [
        "countersign-workflow",
        "countersign-sandbox",
        "countersign-store",
        "countersign-conformance",
        "countersign",
        "countersign-sdk",
        "countersign-components",
        "countersign-simulators",
        "autenti",
        "docusign",
        "onespan",
        "paper",
        "hostile",
    ]
    .into();
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into();
    let mut wrong = Vec::new();
    for (folder, manifest) in manifests {
        for dependency in ours(manifest, &crates) {
            if !allowed[folder].contains(&dependency.as_str()) {
                wrong.push(format!("{folder} → {dependency}"));
            }
        }
    }
    wrong
}

fn manifests() -> BTreeMap<&'static str, String> {
    ARROWS.iter().map(|(folder, _)| (*folder, read(format!("{folder}/Cargo.toml")))).collect()
}

#[test]
fn arrows_between_crates_run_one_way() {
    let members = read("Cargo.toml");
    for (folder, _) in ARROWS {
        assert!(members.contains(&format!("\"{folder}\"")), "{folder} is no member of the workspace");
    }
    let count = members.lines().filter(|line| line.trim().starts_with("\"") && line.contains('/')).count();
    assert!(count >= ARROWS.len(), "every member must have its arrows here");
    assert_eq!(wrong_arrows(&manifests()), Vec::<String>::new(), "{SENTENCE}");
}

#[test]
fn a_wrong_arrow_is_found() {
    let mut manifests = manifests();
    manifests.insert("host/workflow", "[dependencies]\ncountersign-store.workspace = true\n".to_owned());
    manifests
        .insert("components/autenti", "[dependencies]\ncountersign-sandbox = { path = \"x\" }\n".to_owned());
    let wrong = wrong_arrows(&manifests);
    assert_eq!(wrong, ["components/autenti → countersign-sandbox", "host/workflow → countersign-store"]);
}

#[test]
fn the_sentence_about_arrows_stands_in_the_architecture() {
    let architecture = read("ARCHITECTURE.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(architecture.contains(SENTENCE), "ARCHITECTURE.md must say: {SENTENCE}");
}

#[test]
fn every_stop_of_the_tour_exists() {
    let architecture = read("ARCHITECTURE.md");
    let tour = architecture.split("## Follow one signature").nth(1).unwrap().split("\n## ").next().unwrap();
    let files: Vec<&str> = tour.split('`').filter(|word| word.ends_with(".rs")).collect();
    assert!(files.len() >= 12, "the tour names {} files", files.len());
    let missing: Vec<&&str> = files.iter().filter(|file| !root().join(file).is_file()).collect();
    assert!(missing.is_empty(), "the tour names files that do not exist: {missing:?}");
}

#[test]
fn the_contract_is_documented() {
    let (mut items, mut bare) = (0, Vec::new());
    for entry in fs::read_dir(root().join("wit")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wit") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut documented = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("///") {
                documented = true;
            } else if is_item(line) {
                items += 1;
                if !documented {
                    bare.push(format!("{}: {line}", path.file_name().unwrap().to_string_lossy()));
                }
                documented = false;
            } else if line.is_empty() || line.starts_with('}') {
                documented = false;
            }
        }
    }
    assert!(items > 200, "only {items} items were found");
    let share = 100 * (items - bare.len()) / items;
    assert!(share >= 95, "{share} % of the contract is documented; bare: {bare:#?}");
}

/// Packages, worlds, interfaces, types, fields, cases, functions, imports and exports.
fn is_item(line: &str) -> bool {
    !(line.is_empty() || line.starts_with("use ") || line.starts_with('}') || line.starts_with("//"))
}

#[test]
fn files_are_small_and_open_with_what_lives_there() {
    let mut files = Vec::new();
    for folder in ["host", "components", "fixtures/simulators"] {
        rust_files(&root().join(folder), &mut files);
    }
    assert!(files.len() > 100, "only {} files were found", files.len());
    let mut lines: Vec<usize> = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let count = text.lines().count();
        assert!(count <= 800, "{} has {count} lines; 800 is the cap", file.display());
        assert!(text.starts_with("//!"), "{} must open with what lives there", file.display());
        lines.push(count);
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let vague = ["mod", "util", "utils", "helpers", "common", "misc", "manager"];
        assert!(!vague.contains(&name.as_str()), "{} has a name that says nothing", file.display());
    }
    lines.sort_unstable();
    let (median, p95) = (lines[lines.len() / 2], lines[lines.len() * 95 / 100]);
    assert!(median <= 150 && p95 <= 500, "median {median} lines, 95 % below {p95}: files have grown");
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_error_code_is_explained() {
    let codes = read("host/server/src/codes.md");
    let mut files = Vec::new();
    rust_files(&root().join("host"), &mut files);
    let mut missing = Vec::new();
    for file in files.iter().filter(|file| file.components().any(|part| part.as_os_str() == "src")) {
        let text = fs::read_to_string(file).unwrap();
        for code in text
            .split('"')
            .filter(|word| word.len() == 6 && word.starts_with("CS") && word[2..].parse::<u16>().is_ok())
        {
            if !codes.contains(&format!("## {code} ")) {
                missing.push(format!("{code} in {}", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "codes without a paragraph in codes.md: {missing:#?}");
}
