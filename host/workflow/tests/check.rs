//! Definitions that are wrong, and what is said about them: `tests/bad/NAME.yaml` beside `NAME.problems`.
//!
//! `BLESS=1 cargo test -p countersign-workflow --test check` rewrites the `.problems` files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use countersign_workflow::check::{Catalogue, NoCatalogue, Problem, check, render};
use countersign_workflow::contract;
use countersign_workflow::load::load;
use countersign_workflow::schema::json_schema;

const CONTRACT_SIGNING: &str = include_str!("../../../fixtures/workflows/contract-signing/workflow.yaml");

/// A provider that lacks one action and knows its rows.
struct Bound;

impl Catalogue for Bound {
    fn actions(&self, _connection: &str) -> Option<Vec<String>> {
        let names = contract::actions().iter().map(|action| action.name.to_owned());
        Some(names.filter(|name| name != "send-reminders").collect())
    }

    fn sources(&self, _connection: &str) -> Option<Vec<String>> {
        Some(vec!["recipient-roles".to_owned(), "signature-types".to_owned()])
    }

    fn rows(&self, _connection: &str, source: &str) -> Option<Vec<String>> {
        let rows: &[&str] =
            if source == "recipient-roles" { &["SIGNER", "VIEWER"] } else { &["BASIC", "QUALIFIED"] };
        Some(rows.iter().map(|row| (*row).to_owned()).collect())
    }

    fn is_bound(&self, _connection: &str) -> bool {
        true
    }
}

fn told(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |mut all, problem| {
        writeln!(all, "{problem}").unwrap();
        all
    })
}

/// Files whose name begins with `bound-` are checked against a provider.
fn examine(name: &str, text: &str) -> Vec<Problem> {
    if name.starts_with("bound-") { check(text, &Bound) } else { check(text, &NoCatalogue) }
}

#[test]
fn every_problem_is_told_with_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "json"));
    names.sort();
    assert!(names.len() > 20, "the folder of bad definitions is gone");
    let mut wrong = String::new();
    for path in names {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let found = told(&examine(name, &text));
        let expected_path = path.with_extension("problems");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected_path, &found).unwrap();
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if found != expected || found.is_empty() {
            writeln!(wrong, "{name}\n--- expected\n{expected}--- found\n{found}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_contract_signing_workflow_loads_without_a_warning() {
    let workflow = load(CONTRACT_SIGNING).unwrap_or_else(|problems| panic!("{}", told(&problems)));
    assert_eq!(told(&workflow.warnings), "");
    assert_eq!(workflow.definition.document_field("sign"), Some("external_document_id"));
}

#[test]
fn the_schema_takes_what_the_loader_takes() {
    let workflow = load(CONTRACT_SIGNING).unwrap();
    let schema = json_schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let again = serde_json::to_value(&workflow.definition).unwrap();
    assert!(validator.is_valid(&again), "{:?}", validator.iter_errors(&again).next());
    let described = schema["$defs"]["Timer"]["properties"]["every"]["description"].as_str().unwrap();
    assert!(described.contains("ISO 8601"), "{described}");
}

#[test]
fn the_digest_counts_meaning_and_order_only() {
    let yaml = "{apiVersion: countersign/v1, kind: Workflow, metadata: {name: a, version: 1}, start: s,\n\
                steps: {s: {kind: user, paths: {go: {to: e}}}, e: {kind: final, outcome: success}}}";
    let json = r#"{
	"apiVersion": "countersign/v1", "kind": "Workflow", "metadata": {"name": "a", "version": 1}, "start": "s",
	"steps": {"s": {"kind": "user", "paths": {"go": {"to": "e"}}}, "e": {"kind": "final", "outcome": "success"}}
}"#;
    let digest = |text: &str| load(text).unwrap_or_else(|problems| panic!("{}", told(&problems))).digest;
    assert_eq!(digest(yaml), digest(json), "JSON, and with tabs");
    assert_eq!(digest(yaml), digest(&format!("# a comment\n{yaml}\n")));
    assert_ne!(digest(yaml), digest(&yaml.replace("version: 1", "version: 2")));
    assert_ne!(digest(yaml), digest(&yaml.replace("name: a, version: 1", "version: 1, name: a")));
}

#[test]
fn line_ends_marks_and_escapes_of_other_tools_are_taken() {
    let digest = load(CONTRACT_SIGNING).unwrap().digest;
    let windows = CONTRACT_SIGNING.replace('\n', "\r\n");
    assert_eq!(load(&windows).unwrap().digest, digest);
    assert_eq!(load(&format!("\u{feff}{CONTRACT_SIGNING}")).unwrap().digest, digest);
    let wrong = windows.replace("to: approval", "to: aproval");
    assert_eq!(told(&check(&wrong, &NoCatalogue)).split(':').take(2).collect::<Vec<_>>(), ["53", "13"]);
    let json = serde_json::to_string(&load(CONTRACT_SIGNING).unwrap().definition).unwrap();
    let escaped = json.replace("Manager approval", "Manager \\ud83d\\ude00");
    let workflow = load(&escaped).unwrap_or_else(|problems| panic!("{}", told(&problems)));
    assert!(serde_json::to_string(&workflow.definition).unwrap().contains("Manager 😀"));
}

#[test]
fn problems_are_drawn_into_the_source() {
    let text = CONTRACT_SIGNING.replace("to: approval", "to: aproval");
    let problems = check(&text, &NoCatalogue);
    let drawn = render("workflow.yaml", &text, &problems, false);
    assert_eq!(
        drawn.lines().take(6).collect::<Vec<_>>().join("\n"),
        "\
error[unknown-step]: there is no step `aproval`; did you mean `approval`?
  --> workflow.yaml:53:13
   |
53 |         to: aproval
   |             ^^^^^^^"
    );
    let marked = format!("\u{feff}{text}");
    assert_eq!(render("workflow.yaml", &marked, &check(&marked, &NoCatalogue), false), drawn);
    assert!(render("workflow.yaml", &text, &problems, true).contains("\u{1b}["));
}

#[test]
fn sizes_and_depths_are_bounded() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let laughs = (1..20).fold("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned(), |mut text, level| {
        let before = level - 1;
        writeln!(text, "a{level}: &a{level} [{}]", vec![format!("*a{before}"); 10].join(", ")).unwrap();
        text
    });
    let many = |count: usize| {
        let fields: Vec<_> = (0..count).map(|number| format!("f{number}: {{type: text}}")).collect();
        format!(
            "{{apiVersion: countersign/v1, kind: Workflow, metadata: {{name: a, version: 1}}, start: s,\n\
             fields: {{{}}}, steps: {{s: {{kind: user, paths: {{go: {{to: e}}}}}}, e: {{kind: final, outcome: success}}}}}}",
            fields.join(", ")
        )
    };
    assert!(load(&many(500)).is_ok());
    for (text, code) in [
        (many(501), "too-many"),
        (" ".repeat(2_000_000), "too-large"),
        (deep, "too-deep"),
        (laughs, "too-large"),
        (String::new(), "empty-file"),
        ("# nothing\n---\n".to_owned(), "empty-file"),
        ("a: 1\n---\nb: 2\n".to_owned(), "several-documents"),
    ] {
        let problems = check(&text, &NoCatalogue);
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        let begin: String = text.chars().take(40).collect();
        assert_eq!(codes, [code], "{begin}");
    }
}

#[test]
fn bytes_that_are_no_text_have_a_place() {
    let problem = countersign_workflow::load::decode(b"kind: Workflow\nname: \xff\n").unwrap_err();
    assert_eq!(problem.to_string(), "2:7: error[not-utf-8]: byte 21 is not UTF-8; save the file as UTF-8");
    let utf16 = countersign_workflow::load::decode(b"\xff\xfea\0").unwrap_err();
    assert!(utf16.message.contains("UTF-16"), "{utf16}");
    assert_eq!(countersign_workflow::load::decode("ż".as_bytes()).unwrap(), "ż");
}
