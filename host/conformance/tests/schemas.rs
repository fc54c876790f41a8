//! The checked-in schemas are those of the types, and every file of the fixtures is as its schema says.
//!
//! `BLESS=1` rewrites the schemas. Not here: what a schema cannot say (`bites.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use countersign_conformance::format::schema::{FILE_KINDS, json_schema};
use countersign_conformance::{EVENTS, find_cases};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Which kind a file of a case is.
fn kind(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    let is_event = path.parent()?.parent()?.ends_with(EVENTS);
    match (name, is_event) {
        ("case.json", true) => Some("event-case"),
        ("request.json", true) => Some("request"),
        ("case.json", false) => Some("case"),
        (name, false) if name.ends_with(".json") => Some("exchange"),
        _ => None,
    }
}

#[test]
fn schemas_are_those_of_the_types() {
    for kind in FILE_KINDS {
        let path = fixtures().join(format!("schema/{kind}.schema.json"));
        let schema = json_schema(kind).unwrap();
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, serde_json::to_string_pretty(&schema).unwrap() + "\n").unwrap();
        }
        assert!(
            read(&path) == schema,
            "{kind}: the types have changed; run `BLESS=1 cargo test -p countersign-conformance --test schemas`"
        );
    }
    assert_eq!(json_schema("poem"), None);
}

#[test]
fn every_file_is_as_its_schema_says() {
    let validators =
        FILE_KINDS.map(|kind| (kind, jsonschema::validator_for(&json_schema(kind).unwrap()).unwrap()));
    let validator = |kind: &str| &validators.iter().find(|(known, _)| *known == kind).unwrap().1;
    let mut checked = 0;
    for provider in countersign_components::bundled() {
        let folder = fixtures().join(provider.id);
        let mut files = vec![("connection", folder.join("connection.json"))];
        files.push(("expectations", folder.join("expectations.json")));
        files.retain(|(_, path)| path.exists());
        for case in find_cases(&folder).unwrap() {
            let paths = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
            files.extend(paths.filter_map(|path| kind(&path).map(|kind| (kind, path))));
        }
        for (kind, path) in files {
            let errors: Vec<String> =
                validator(kind).iter_errors(&read(&path)).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{} is no {kind}: {errors:?}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 60, "only {checked} files were found");
}

#[test]
fn schemas_bite() {
    let cases = [
        (
            "exchange",
            r#"{"docs":"d","request":{"connection":"api","method":"GET","path":"/","repeat":"twice"},"response":{"status":200}}"#,
        ),
        (
            "exchange",
            r#"{"docs":"d","request":{"connection":"api","method":"GET","path":"/","repeat":"read","headers":[{"name":"a","value":{"base64":1}}]},"response":{"status":200}}"#,
        ),
        ("case", r#"{"docs":"d"}"#),
        (
            "case",
            r#"{"docs":"d","provenance":{"kind":"heard","source":"s","date":"2026-05-04"},"now":"2026-05-04T09:00:00Z","input":{}}"#,
        ),
        ("connection", r#"{"docs":"d","roles":["api"],"tokens":{}}"#),
        ("expectations", r#"{"docs":"d","cases":[{"case":"c","expect":"success","reason":"r"}]}"#),
        ("event-case", r#"{"docs":"d"}"#),
        ("request", r#"{"docs":"d","method":"POST","body":{"xml":"<a/>"}}"#),
    ];
    for (kind, text) in cases {
        let validator = jsonschema::validator_for(&json_schema(kind).unwrap()).unwrap();
        assert!(!validator.is_valid(&serde_json::from_str(text).unwrap()), "{kind} takes {text}");
    }
}
