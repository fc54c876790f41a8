//! Whole suites: expectations that are wrong or out of date, needed cases that are missing, and the reports.
//!
//! Not here: single cases.

use std::fs;

use countersign_conformance::{Report, Suite, VerdictKind};
use serde_json::{Value, json};

use crate::copy::{AUTENTI, Copy, READ, REMIND};

async fn report(copy: &Copy) -> Report {
    copy.suite().run(&AUTENTI).await
}

fn expecting(case: &str, expect: &str) -> Value {
    json!({"docs": "d", "cases": [{"case": case, "expect": expect, "reason": "known since May"}]})
}

#[tokio::test]
async fn an_expected_failure_that_passes_is_an_error() {
    let copy = Copy::of(READ);
    copy.expect(&expecting(READ, "failure"));
    let passed = report(&copy).await;
    assert_eq!(passed.cases[0].verdict, VerdictKind::UnexpectedPass);
    assert_eq!(passed.exit_code(), 1);
    assert!(passed.text().contains("remove it from expectations.json, which says: known since May"));

    copy.put("case.json", "/outcome/status/code", json!("DONE"));
    let failed = report(&copy).await;
    assert_eq!(failed.cases[0].verdict, VerdictKind::ExpectedFailure);
    assert_eq!(failed.cases[0].reason.as_deref(), Some("known since May"));
}

#[tokio::test]
async fn what_the_component_logged_is_shown_with_a_case_that_fails() {
    let copy = Copy::of("send-for-signature/read-back-fails");
    let said = "it logged\n    warn: the process was sent, but could not be read back problem=";
    let passed = report(&copy).await;
    assert!(passed.cases[0].log.is_empty() && !passed.text().contains(said), "{}", passed.text());

    copy.put("case.json", "/outcome/document-id", json!("another"));
    let failed = report(&copy).await;
    assert!(failed.text().contains(said), "{}", failed.text());
    assert!(failed.junit().unwrap().contains("could not be read back"), "programs are told too");
}

#[tokio::test]
async fn a_skipped_case_is_not_run_and_covers_nothing() {
    let copy = Copy::of(READ);
    copy.put("case.json", "/outcome/status/code", json!("DONE"));
    copy.expect(&expecting(READ, "skip"));
    let skipped = report(&copy).await;
    assert_eq!(skipped.cases[0].verdict, VerdictKind::Skipped);
    assert!(skipped.missing.iter().any(|missing| missing.needed == "outcome-of:get-document-status"));
}

#[tokio::test]
async fn needed_cases_are_missing_only_where_completeness_is_claimed() {
    let copy = Copy::of(READ);
    let young = report(&copy).await;
    assert_eq!((young.exit_code(), young.missing.is_empty()), (0, false));
    copy.expect(&json!({"docs": "d"}));
    let claimed = report(&copy).await;
    assert_eq!(claimed.exit_code(), 1);
    assert!(
        claimed.junit().unwrap().contains("needed case `paging` is missing: a list in more than one page")
    );

    let absent: Vec<Value> = claimed
        .missing
        .iter()
        .map(|missing| json!({"needed": missing.needed, "reason": "not this one"}))
        .collect();
    copy.expect(&json!({"docs": "d", "absent": absent}));
    assert_eq!(report(&copy).await.exit_code(), 0);
    let part = Suite::load(&copy.provider(), Some("get-document-status/")).unwrap().run(&AUTENTI).await;
    assert_eq!((part.exit_code(), part.missing.len()), (0, 0), "a part cannot be complete");
}

#[tokio::test]
async fn expectations_that_cannot_be_right_are_named_by_file_and_key() {
    let cases = [
        (
            expecting("get-document/nothing", "skip"),
            "key `cases[0].case`: there is no case `get-document/nothing`",
        ),
        (
            json!({"docs": "d", "absent": [{"needed": "paging", "reason": " "}]}),
            "key `absent[0].reason`: is empty",
        ),
        (
            json!({"docs": "d", "absent": [{"needed": "magic", "reason": "r"}]}),
            "key `absent[0].needed`: `magic` is not needed",
        ),
        (
            json!({"docs": "d", "absent": [{"needed": "outcome-of:get-document-status", "reason": "r"}]}),
            "key `absent[0].needed`: `outcome-of:get-document-status` is there; remove the line",
        ),
        (json!({"docs": ""}), "key `docs`: says nothing"),
    ];
    for (expectations, expected) in cases {
        let copy = Copy::of(READ);
        copy.expect(&expectations);
        let report = report(&copy).await;
        assert_eq!(report.exit_code(), 2, "{expected}");
        let found = report
            .problems
            .iter()
            .any(|found| found.contains(expected) && found.contains("expectations.json"));
        assert!(found, "{expected}: {:?}", report.problems);
    }
    let copy = Copy::of(READ);
    copy.expect(&json!({"docs": "d", "skip": []}));
    let error = Suite::load(&copy.provider(), None).unwrap_err().to_string();
    assert!(error.contains("expectations.json`: key `skip`: unknown field `skip`"), "{error}");
}

#[tokio::test]
async fn a_case_that_cannot_be_read_spoils_no_other() {
    let copy = Copy::of(READ);
    copy.add(REMIND);
    copy.put("case.json", "/titel", json!(1));
    let report = report(&copy).await;
    let verdicts: Vec<VerdictKind> = report.cases.iter().map(|case| case.verdict).collect();
    assert_eq!(verdicts, [VerdictKind::Unreadable, VerdictKind::Passed]);
    assert_eq!(report.exit_code(), 2);
    assert!(report.text().contains("case.json`: key `titel`: unknown field `titel`"), "{}", report.text());
}

#[tokio::test]
async fn suites_without_cases_are_refused() {
    let copy = Copy::of(READ);
    let none = Suite::load(&copy.provider(), Some("get-poem")).unwrap_err().to_string();
    assert!(none.contains("holds no case whose name contains `get-poem`"), "{none}");
    fs::remove_dir_all(copy.provider().join("get-document-status")).unwrap();
    let empty = Suite::load(&copy.provider(), None).unwrap_err().to_string();
    assert!(empty.contains("holds no case"), "{empty}");
    fs::remove_file(copy.provider().join("connection.json")).unwrap();
    let without = Suite::load(&copy.provider(), None).unwrap_err().to_string();
    assert!(without.contains("connection.json`: cannot be read"), "{without}");
}

#[tokio::test]
async fn reports_tell_verdicts_by_action_and_by_what_is_covered() {
    let copy = Copy::of(READ);
    copy.add(REMIND);
    copy.put("case.json", "/outcome/status/code", json!("DONE"));
    copy.put("case.json", "/covers", json!(["C85", "C172", "status-words"]));
    let report = report(&copy).await;
    assert_eq!(report.exit_code(), 1);

    let told = json!(report);
    assert_eq!(
        told["groups"][0],
        json!({"group": "get-document-status", "passed": 0, "failed": 1, "expected-failure": 0, "skipped": 0})
    );
    assert_eq!(told["cases"][0]["differences"][0]["expected"], "\"DONE\"");
    let covers: Vec<String> = report
        .covers
        .iter()
        .map(|covered| format!("{} {}", covered.number, covered.verdict.word()))
        .collect();
    assert_eq!(covers, ["C85 failed", "C91 passed", "C172 failed", "status-words failed"]);

    let text = report.text();
    assert!(
        text.contains("case.json, outcome.status.code") && text.contains("1 passed, 1 failed in "),
        "{text}"
    );
    let junit = report.junit().unwrap();
    assert!(
        junit.contains(
            r#"<testsuite name="autenti/get-document-status" tests="1" skipped="0" errors="0" failures="1""#
        ),
        "{junit}"
    );
    assert!(junit.contains("case.json, outcome.status.code"), "{junit}");
}
