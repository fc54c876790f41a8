//! What a suite came to: a verdict for each case, for each action, and for each requirement and pitfall.
//!
//! Serialised, it is the report for programs. Not here: text for people and JUnit for build servers.

mod junit;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use countersign_sandbox::Provider;
use serde::Serialize;

use crate::case::{AnyCase, CaseError};
use crate::needs;
use crate::suite::Entry;
use crate::verdict::Difference;

/// What a suite came to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The provider's id.
    pub provider: String,
    /// The version its manifest says.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// The cases, in order.
    pub cases: Vec<CaseReport>,
    /// Counts for each action, data source and the events.
    pub groups: Vec<Group>,
    /// Each requirement and pitfall that a case covers.
    pub covers: Vec<Covered>,
    /// The provider says that its cases are complete, by having an `expectations.json`.
    pub complete: bool,
    /// Needed cases that are not there.
    pub missing: Vec<Missing>,
    /// What cannot be right in `expectations.json`.
    pub problems: Vec<String>,
    /// How long it took.
    pub duration_ms: u64,
}

/// What a case came to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CaseReport {
    /// `send-for-signature/happy-path`.
    pub case: String,
    /// An action, `events`, or `data-sources/<source>`.
    pub group: String,
    /// What it shows.
    pub docs: String,
    /// What it covers.
    pub covers: Vec<String>,
    /// The verdict.
    pub verdict: VerdictKind,
    /// Why it is skipped or fails, or why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Everything that differs.
    pub differences: Vec<Difference>,
    /// What the component said, when something differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
    /// How long all its runs took.
    pub duration_ms: u64,
}

/// Verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// As the case says.
    Passed,
    /// Not run, with a reason.
    Skipped,
    /// Failed, as its reason says.
    ExpectedFailure,
    /// Not as the case says.
    Failed,
    /// Passed, although a reason says that it fails: the reason is out of date.
    UnexpectedPass,
    /// The case itself is wrong.
    Unreadable,
}

/// Counts of one action, data source or the events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Group {
    /// Its name.
    pub group: String,
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed, passed unexpectedly or cannot be read.
    pub failed: usize,
    /// Cases that fail for a known reason.
    pub expected_failure: usize,
    /// Cases that were not run.
    pub skipped: usize,
}

/// One requirement, pitfall or needed case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Covered {
    /// `C41`, `P1`, `unknown-status`.
    pub number: String,
    /// The worst verdict of its cases.
    pub verdict: VerdictKind,
    /// The cases that cover it.
    pub cases: Vec<String>,
}

/// A needed case that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Missing {
    /// Its word.
    pub needed: String,
    /// What it would show.
    pub shows: String,
}

impl Report {
    pub(crate) fn of(provider: &Provider, cases: Vec<CaseReport>, took: Duration) -> Self {
        Self {
            provider: provider.manifest.id.clone(),
            version: provider.manifest.version.clone(),
            digest: provider.digest.clone(),
            groups: groups(&cases),
            covers: covers(&cases),
            cases,
            complete: false,
            missing: Vec::new(),
            problems: Vec::new(),
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }

    pub(crate) fn with_needs(self, complete: bool, missing: Vec<Missing>, problems: Vec<CaseError>) -> Self {
        let problems = problems.iter().map(ToString::to_string).collect();
        Self { complete, missing, problems, ..self }
    }

    /// 0 when everything is as expected, 1 when the component is not, 2 when a file of the suite is wrong.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let any = |kind| self.cases.iter().any(|case| case.verdict == kind);
        if any(VerdictKind::Unreadable) || !self.problems.is_empty() {
            return 2;
        }
        let incomplete = self.complete && !self.missing.is_empty();
        u8::from(any(VerdictKind::Failed) || any(VerdictKind::UnexpectedPass) || incomplete)
    }

    /// The report for people.
    #[must_use]
    pub fn text(&self) -> String {
        text::of(self)
    }

    /// The report for build servers, as JUnit XML.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn junit(&self) -> Result<String, String> {
        junit::of(self).map_err(|error| error.to_string())
    }
}

impl CaseReport {
    pub(crate) fn of(entry: &Entry, case: &AnyCase, verdict: VerdictKind) -> Self {
        Self {
            case: entry.name.clone(),
            group: entry.group.clone(),
            docs: case.docs().to_owned(),
            covers: case.covers().to_vec(),
            verdict,
            reason: None,
            differences: Vec::new(),
            log: Vec::new(),
            duration_ms: 0,
        }
    }

    pub(crate) fn unreadable(entry: &Entry, error: &CaseError) -> Self {
        Self {
            case: entry.name.clone(),
            group: entry.group.clone(),
            docs: String::new(),
            covers: Vec::new(),
            verdict: VerdictKind::Unreadable,
            reason: Some(error.to_string()),
            differences: Vec::new(),
            log: Vec::new(),
            duration_ms: 0,
        }
    }

    pub(crate) fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }
}

impl VerdictKind {
    /// Whether it is as expected.
    #[must_use]
    pub fn is_fine(self) -> bool {
        matches!(self, Self::Passed | Self::Skipped | Self::ExpectedFailure)
    }

    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::ExpectedFailure => "expected failure",
            Self::Failed => "failed",
            Self::UnexpectedPass => "unexpected pass",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The verdict, and below it the reason and every difference.
impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.verdict.word(), self.case)?;
        match (&self.reason, self.verdict) {
            (Some(reason), VerdictKind::UnexpectedPass) => {
                write!(f, "\n  remove it from expectations.json, which says: {reason}")?;
            }
            (Some(reason), _) => write!(f, "\n  {reason}")?,
            (None, _) => {}
        }
        self.differences.iter().try_for_each(|difference| {
            difference.to_string().lines().try_for_each(|line| write!(f, "\n  {line}"))
        })?;
        if !self.log.is_empty() {
            write!(f, "\n  it logged")?;
        }
        let lines = self.log.iter().flat_map(|said| said.lines());
        lines.into_iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

fn groups(cases: &[CaseReport]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for case in cases {
        let known = groups.iter().position(|group| group.group == case.group);
        let index = known.unwrap_or_else(|| {
            let group = case.group.clone();
            groups.push(Group { group, passed: 0, failed: 0, expected_failure: 0, skipped: 0 });
            groups.len() - 1
        });
        let Some(group) = groups.get_mut(index) else { continue };
        match case.verdict {
            VerdictKind::Passed => group.passed += 1,
            VerdictKind::Skipped => group.skipped += 1,
            VerdictKind::ExpectedFailure => group.expected_failure += 1,
            VerdictKind::Failed | VerdictKind::UnexpectedPass | VerdictKind::Unreadable => group.failed += 1,
        }
    }
    groups
}

fn covers(cases: &[CaseReport]) -> Vec<Covered> {
    let mut covered: BTreeMap<(bool, &str, u32), Covered> = BTreeMap::new();
    for (case, number) in cases.iter().flat_map(|case| case.covers.iter().map(move |number| (case, number))) {
        let entry = covered.entry(needs::order(number)).or_insert_with(|| Covered {
            number: number.clone(),
            verdict: case.verdict,
            cases: Vec::new(),
        });
        entry.verdict = entry.verdict.max(case.verdict);
        entry.cases.push(case.case.clone());
    }
    covered.into_values().collect()
}
