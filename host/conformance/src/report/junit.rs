//! A report for build servers: one test suite for each action, one test case for each case.
//!
//! Not here: what the verdicts are (`report.rs`).

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Junit, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{CaseReport, Group, Report, VerdictKind};

/// The report as XML.
pub(super) fn of(report: &Report) -> Result<String, SerializeError> {
    let mut junit = Junit::new(format!("countersign conformance {}", report.provider));
    junit.set_time(Duration::from_millis(report.duration_ms));
    junit.add_test_suites(report.groups.iter().map(|group| suite(report, group)));
    let told = report.problems.iter().cloned();
    let missing = report.missing.iter().filter(|_| report.complete);
    let missing =
        missing.map(|missing| format!("needed case `{}` is missing: {}", missing.needed, missing.shows));
    let told: Vec<TestCase> = told.chain(missing).map(|words| expectation(&words)).collect();
    if !told.is_empty() {
        let mut suite = TestSuite::new(format!("{}/expectations", report.provider));
        suite.add_test_cases(told);
        junit.add_test_suite(suite);
    }
    junit.to_string()
}

fn suite(report: &Report, group: &Group) -> TestSuite {
    let mut suite = TestSuite::new(format!("{}/{}", report.provider, group.group));
    let cases: Vec<&CaseReport> = report.cases.iter().filter(|case| case.group == group.group).collect();
    suite.set_time(Duration::from_millis(cases.iter().map(|case| case.duration_ms).sum()));
    suite.add_test_cases(cases.into_iter().map(|case| test_case(&report.provider, case)));
    suite
}

fn test_case(provider: &str, case: &CaseReport) -> TestCase {
    let mut status = match case.verdict {
        VerdictKind::Passed => TestCaseStatus::success(),
        VerdictKind::Skipped | VerdictKind::ExpectedFailure => TestCaseStatus::skipped(),
        VerdictKind::Failed | VerdictKind::UnexpectedPass => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        VerdictKind::Unreadable => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if case.verdict != VerdictKind::Passed {
        let place = case.differences.first().map(|difference| difference.place());
        status.set_type(case.verdict.word());
        status.set_message(case.reason.clone().or(place).unwrap_or_default());
        status.set_description(case.to_string());
    }
    let mut test = TestCase::new(case.case.clone(), status);
    test.set_classname(format!("{provider}.{}", case.group.replace('/', ".")));
    test.set_time(Duration::from_millis(case.duration_ms));
    test
}

fn expectation(words: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(words);
    TestCase::new(words, status)
}
