//! `countersign new` as a third party runs it: what it writes, what it refuses, what it says to type.
//!
//! Not here: building what it wrote, which takes each language's tools (`.ci/run`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use countersign_conformance::Suite;
use serde_json::Value;
use tempfile::TempDir;

const LANGUAGES: [&str; 3] = ["rust", "js", "python"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn new(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.current_dir(folder.path()).arg("new").args(arguments).output().unwrap()
}

/// A provider of this language, and where it is.
fn made(language: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let output = new(&folder, &["acme-sign", "--lang", language]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let provider = folder.path().join("acme-sign");
    (folder, provider)
}

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path);
        }
    }
    found
}

/// Every file below a folder of the repository is the same below that folder of the provider, and there is no other.
fn assert_same(repository: &Path, provider: &Path, wanted: impl Fn(&Path) -> bool) {
    let below = |folder: &Path| -> BTreeSet<PathBuf> {
        files(folder).iter().map(|path| path.strip_prefix(folder).unwrap().to_owned()).collect()
    };
    let expected: BTreeSet<PathBuf> = below(repository).into_iter().filter(|path| wanted(path)).collect();
    assert_eq!(below(provider), expected);
    for path in expected {
        let (ours, theirs) =
            (fs::read(repository.join(&path)).unwrap(), fs::read(provider.join(&path)).unwrap());
        assert!(ours == theirs, "{} differs", path.display());
    }
}

#[test]
fn contract_and_sdk_are_the_repositorys_own() {
    for language in LANGUAGES {
        let (_kept, provider) = made(language);
        // What was published stands in folders of its own; a provider begins with the contract of now.
        let is_wit =
            |path: &Path| path.components().count() == 1 && path.extension().is_some_and(|it| it == "wit");
        assert_same(&root().join("wit"), &provider.join("wit"), is_wit);
        let sdk = provider.join("vendor/countersign-sdk");
        assert_eq!(sdk.exists(), language == "rust", "{language}");
        if sdk.exists() {
            assert_same(&root().join("components/sdk/src"), &sdk.join("src"), |_| true);
        }
    }
}

#[test]
fn every_template_is_whole_and_carries_the_new_name() {
    for language in LANGUAGES {
        let (_kept, provider) = made(language);
        let template = root().join("components/templates").join(language);
        for path in files(&template) {
            let place = path.strip_prefix(&template).unwrap();
            assert!(provider.join(place).is_file(), "{} was not written", place.display());
        }
        let own = files(&provider).into_iter().filter(|path| !path.starts_with(provider.join("vendor")));
        for path in own {
            let text = fs::read_to_string(&path).unwrap();
            for word in ["example-sign", "Example Sign"] {
                assert!(!text.contains(word), "{} says `{word}`", path.display());
            }
        }
        let source = provider.join(match language {
            "rust" => "src/lib.rs",
            "js" => "provider.js",
            _ => "provider.py",
        });
        let source = fs::read_to_string(source).unwrap();
        assert!(source.contains("\"acme-sign\"") && source.contains("(Acme Sign) Send"), "{language}");
    }
}

#[test]
fn versions_are_those_of_the_workspace_and_the_contract() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let (workspace, template) = (read("Cargo.toml"), read("components/templates/rust/Cargo.toml"));
    for key in ["edition", "rust-version"] {
        let line = workspace.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap();
        assert!(template.lines().any(|other| other == line), "the template for Rust lacks `{line}`");
    }
    let world = read("wit/world.wit");
    let package = world.lines().find_map(|line| line.strip_prefix("package countersign:provider@")).unwrap();
    let version = package.trim_end_matches(';');
    for source in ["provider.js", "exchange.js"] {
        let source = read(&format!("components/templates/js/{source}"));
        let imports: Vec<&str> =
            source.lines().filter(|line| line.contains("\"countersign:provider/")).collect();
        assert!(
            !imports.is_empty() && imports.iter().all(|line| line.contains(&format!("@{version}\""))),
            "{imports:?}"
        );
    }
}

#[test]
fn the_fixtures_can_be_read() {
    for language in LANGUAGES {
        let (_kept, provider) = made(language);
        let suite = Suite::load(&provider.join("fixtures/acme-sign"), None).unwrap();
        let names: Vec<&str> = suite.entries().iter().map(|entry| entry.name.as_str()).collect();
        assert!(names.contains(&"send-for-signature/sent"), "{names:?}");
        for entry in suite.entries() {
            assert!(entry.case.is_ok(), "{}: {:?}", entry.name, entry.case);
        }
        assert!(suite.is_complete(), "{language} has no expectations.json");
    }
}

#[test]
fn programs_are_told_what_to_type() {
    let folder = tempfile::tempdir().unwrap();
    let output = new(&folder, &["acme-sign", "--lang", "js", "--folder", "here/and there", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let next: Vec<&str> =
        told["next"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(next[..3], ["cd 'here/and there'", "npm install", "npm run build"]);
    assert!(next[3].ends_with("conformance provider.wasm --fixtures fixtures"), "{}", next[3]);
    assert_eq!(told["id"], "acme-sign");
    for file in told["files"].as_array().unwrap() {
        assert!(folder.path().join("here/and there").join(file.as_str().unwrap()).is_file(), "{file}");
    }
    for missing in told["missing"].as_array().unwrap() {
        assert!(!missing["how"].as_str().unwrap().is_empty(), "{missing}");
    }
}

#[test]
fn nothing_is_overwritten_and_no_wrong_name_taken() {
    let (folder, provider) = made("python");
    let again = new(&folder, &["acme-sign", "--lang", "js"]);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("`acme-sign` is there already and not empty"));
    assert!(!provider.join("provider.js").exists());

    fs::create_dir(folder.path().join("empty")).unwrap();
    assert!(new(&folder, &["acme-sign", "--lang", "js", "--folder", "empty"]).status.success());

    for name in ["Acme", "1sign", "acme_sign", "../acme", ""] {
        let refused = new(&folder, &[name, "--lang", "rust"]);
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && words.contains("is no provider id"), "{name}: {words}");
    }
}
