//! A case that is written and read again is the same case.
//!
//! Not here: making one of a recorded call (the host's end-to-end tests).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::Path;

use countersign_conformance::{Case, EVENTS, find_cases};

#[test]
fn every_case_of_the_fixtures_survives_writing() {
    let provider = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/autenti");
    let cases = find_cases(&provider).unwrap();
    assert!(cases.len() > 10, "{cases:?}");
    let fixtures = tempfile::tempdir().unwrap();
    // Messages are not calls, so none is made of a journal.
    for folder in cases.iter().filter(|folder| !folder.parent().unwrap().ends_with(EVENTS)) {
        let case = Case::load(folder).unwrap();
        let written = case.write(fixtures.path()).unwrap();
        assert_eq!(Case::load(&written).unwrap(), case);
        let refusal = case.write(fixtures.path()).unwrap_err().to_string();
        assert!(refusal.contains("is there already"), "{refusal}");
    }
}

#[test]
fn a_connection_that_is_there_is_kept() {
    let provider = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/autenti");
    let case = Case::load(&find_cases(&provider).unwrap()[0]).unwrap();
    let fixtures = tempfile::tempdir().unwrap();
    let connection = fixtures.path().join("autenti/connection.json");
    std::fs::create_dir_all(connection.parent().unwrap()).unwrap();
    std::fs::write(&connection, r#"{"docs": "Another.", "roles": ["api"]}"#).unwrap();
    let written = case.write(fixtures.path()).unwrap();
    assert_eq!(Case::load(&written).unwrap().connection.docs, "Another.");
}
