//! Whatever the text, reading it ends in an answer and never in a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use countersign_workflow::check::{NoCatalogue, check, render};
use countersign_workflow::condition::Condition;
use countersign_workflow::load::load;
use countersign_workflow::template::Template;
use proptest::prelude::*;

const CONTRACT_SIGNING: &str = include_str!("../../../fixtures/workflows/contract-signing/workflow.yaml");

/// Pieces of YAML in any order find more than letters in any order do.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "apiVersion: countersign/v1\n",
        "kind: Workflow\n",
        "steps:\n",
        "  a: ",
        "  ",
        "\n",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "&x ",
        "*x",
        "!!int ",
        "? ",
        "| \n",
        "> \n",
        "'",
        "\"",
        "#",
        "\t",
        "---\n",
        "...\n",
        "kind: user",
        "żółw",
        "\u{feff}",
        "${",
        "}",
        "\0",
        "1e999",
        ".nan",
        "~",
        "<<: *x\n",
        "fields: {a: {type: text}}\n",
        "\r\n",
        "\u{2028}",
        "%YAML 1.2\n",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// The right definition with a piece cut out, doubled, or replaced.
fn mutilated() -> impl Strategy<Value = String> {
    let length = CONTRACT_SIGNING.len();
    (0..length, 0..200_usize, "[ -~\n]{0,12}").prop_map(move |(from, cut, put)| {
        let boundary = |byte: usize| {
            (byte.min(length)..=length).find(|at| CONTRACT_SIGNING.is_char_boundary(*at)).unwrap()
        };
        let (from, to) = (boundary(from), boundary(from + cut));
        format!("{}{put}{}", &CONTRACT_SIGNING[..from], &CONTRACT_SIGNING[to..])
    })
}

/// Loading and checking agree, and every problem stands in the text and can be drawn.
fn read(text: &str) {
    let lines = text.split('\n').count() + text.matches('\r').count() + 1;
    match load(text) {
        Ok(workflow) => assert_eq!(workflow.warnings, check(text, &NoCatalogue)),
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in &problems {
                assert!(problem.line >= 1 && problem.line <= lines && problem.column >= 1, "{problem}");
            }
            assert!(!render("w.yaml", text, &problems, false).is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn pieces_of_yaml_are_read(text in yamlish()) {
        read(&text);
    }

    #[test]
    fn mutilated_definitions_are_read(text in mutilated()) {
        read(&text);
    }

    #[test]
    fn any_condition_is_compiled_or_refused(text in "[ -~]{0,60}|(fields\\.a|lists\\.b|\\(|\\)|\\[|\\]|&&|\\|\\||!|'x'|1|\\.all\\(x, |size\\(|==|\\?|:|-| ){0,25}") {
        let _ = Condition::compile(&text);
    }

    #[test]
    fn any_template_is_parsed_or_refused(text in "(\\$|\\{|\\}|[a-z.\\[\\]0-9-]|ż){0,40}") {
        if let Ok(template) = Template::parse(&text) {
            prop_assert!(template.references().all(|path| text[path.offset()..].trim_start().starts_with(path.names()[0])));
        }
    }
}
