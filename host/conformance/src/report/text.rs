//! A report for people: what is not as it should be, then tables of actions and of what is covered.
//!
//! Not here: colours (the command line's own).

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

use super::{Report, VerdictKind};

/// Lines are no longer than a terminal's.
const LINE_CHARS: u16 = 120;

/// The report.
pub(super) fn of(report: &Report) -> String {
    let mut parts: Vec<String> = Vec::new();
    let worth_showing = report.cases.iter().filter(|case| case.verdict != VerdictKind::Passed);
    parts.extend(worth_showing.map(ToString::to_string));
    parts.push(groups(report));
    if !report.covers.is_empty() {
        parts.push(covers(report));
    }
    parts.extend(missing(report));
    parts.extend(report.problems.iter().cloned());
    parts.push(summary(report));
    parts.join("\n\n") + "\n"
}

fn groups(report: &Report) -> String {
    let mut lines = table(&["action", "passed", "failed", "expected failure", "skipped"]);
    for group in &report.groups {
        let counts = [group.passed, group.failed, group.expected_failure, group.skipped];
        let counts = counts.map(|count| if count == 0 { String::new() } else { count.to_string() });
        lines.add_row([group.group.clone()].into_iter().chain(counts));
    }
    written(&lines)
}

fn covers(report: &Report) -> String {
    let mut lines = table(&["covers", "verdict", "cases"]);
    for covered in &report.covers {
        lines.add_row([covered.number.as_str(), covered.verdict.word(), &covered.cases.join(", ")]);
    }
    written(&lines)
}

fn missing(report: &Report) -> Option<String> {
    let (first, words) = match (report.missing.as_slice(), report.complete) {
        ([], _) => return None,
        (missing, true) => (
            "missing: cases that every provider needs; write them, or give reasons in expectations.json",
            missing,
        ),
        (missing, false) => {
            ("still to write before the suite is complete (expectations.json would say that it is)", missing)
        }
    };
    let mut lines = table(&["needed", "shows"]);
    words.iter().for_each(|missing| {
        lines.add_row([&missing.needed, &missing.shows]);
    });
    Some(format!("{first}\n{}", written(&lines)))
}

fn summary(report: &Report) -> String {
    let count = |kind| report.cases.iter().filter(|case| case.verdict == kind).count();
    let kinds = [
        VerdictKind::Passed,
        VerdictKind::Failed,
        VerdictKind::UnexpectedPass,
        VerdictKind::Unreadable,
        VerdictKind::ExpectedFailure,
        VerdictKind::Skipped,
    ];
    let counts = kinds.map(|kind| (kind, count(kind)));
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(kind, count)| format!("{count} {}", kind.word())).collect();
    let digest = report.digest.get(..12).unwrap_or(&report.digest);
    format!(
        "{} {} (sha256 {digest}…): {} in {} ms",
        report.provider,
        report.version,
        counts.join(", "),
        report.duration_ms
    )
}

fn table(headings: &[&str]) -> Table {
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(rule));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(LINE_CHARS);
    table.set_header(headings);
    table
}

fn written(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
