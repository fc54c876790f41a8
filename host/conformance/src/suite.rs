//! All cases of one provider, with what its `expectations.json` says about them.
//!
//! Not here: running one of them (`run.rs`), and showing what came of it (`report/`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use countersign_sandbox::Provider;
use serde_json::Value;

use crate::case::{
    AnyCase, CaseError, DATA_SOURCES, EVENTS, EXPECTATIONS, Place, check_words, find_cases, read,
    read_connection,
};
use crate::format::expectations::{Expect, ExpectationsFile, ExpectedCase};
use crate::needs;
use crate::report::{CaseReport, Missing, Report, VerdictKind};
use crate::run::run_any;

/// The cases of a provider.
#[derive(Debug)]
pub struct Suite {
    /// The provider's id, from the folder.
    pub provider: String,
    folder: PathBuf,
    entries: Vec<Entry>,
    expectations: Option<ExpectationsFile>,
    /// All cases are there: only then can one be missing.
    whole: bool,
}

/// One case of a suite, read or not.
#[derive(Debug)]
pub struct Entry {
    /// `send-for-signature/happy-path`.
    pub name: String,
    /// An action, `events`, or `data-sources/<source>`.
    pub group: String,
    /// The case, or why it cannot be read.
    pub case: Result<AnyCase, CaseError>,
}

impl Suite {
    /// Reads the cases of a provider's folder; with a pattern, those whose name contains it.
    ///
    /// # Errors
    /// When the folder holds no such case, or something that is none; a case that cannot be read is kept as such.
    pub fn load(folder: &Path, pattern: Option<&str>) -> Result<Self, CaseError> {
        let unreadable = |error: std::io::Error| CaseError::new(folder, format!("cannot be read: {error}"));
        let folder = folder.canonicalize().map_err(unreadable)?;
        read_connection(&folder)?;
        let mut entries = Vec::new();
        for case in find_cases(&folder)? {
            let entry = Entry::read(&case)?;
            if pattern.is_none_or(|pattern| entry.name.contains(pattern)) {
                entries.push(entry);
            }
        }
        if entries.is_empty() {
            let message = match pattern {
                Some(pattern) => format!("holds no case whose name contains `{pattern}`"),
                None => "holds no case; make one in `<action>/<case>/case.json`".to_owned(),
            };
            return Err(CaseError::new(&folder, message));
        }
        let provider = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let expectations = folder.join(EXPECTATIONS);
        let expectations = expectations.exists().then(|| read(&expectations)).transpose()?;
        Ok(Self { provider, folder, entries, expectations, whole: pattern.is_none() })
    }

    /// The cases in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether the provider says that its cases are complete, by having an `expectations.json`.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.expectations.is_some()
    }

    /// Runs every case.
    pub async fn run(&self, provider: &Provider) -> Report {
        let started = Instant::now();
        let mut cases = Vec::new();
        for entry in &self.entries {
            cases.push(self.judge(provider, entry).await);
        }
        let (missing, problems) = match self.whole {
            true => (self.missing(provider), self.problems(provider)),
            false => Default::default(),
        };
        Report::of(provider, cases, started.elapsed()).with_needs(self.is_complete(), missing, problems)
    }

    /// Runs one case, and compares what comes of it with what is expected of the case.
    pub async fn judge(&self, provider: &Provider, entry: &Entry) -> CaseReport {
        let started = Instant::now();
        let expected = self.expected(&entry.name);
        let case = match &entry.case {
            Ok(case) => case,
            Err(error) => return CaseReport::unreadable(entry, error),
        };
        if let Some(ExpectedCase { expect: Expect::Skip, reason, .. }) = expected {
            return CaseReport::of(entry, case, VerdictKind::Skipped).because(reason);
        }
        let verdict = run_any(provider, case).await;
        let report = match (verdict.passed(), expected) {
            (true, None) => CaseReport::of(entry, case, VerdictKind::Passed),
            (false, None) => CaseReport::of(entry, case, VerdictKind::Failed),
            (true, Some(expected)) => {
                CaseReport::of(entry, case, VerdictKind::UnexpectedPass).because(&expected.reason)
            }
            (false, Some(expected)) => {
                CaseReport::of(entry, case, VerdictKind::ExpectedFailure).because(&expected.reason)
            }
        };
        let log = if verdict.passed() { Vec::new() } else { verdict.log };
        CaseReport { differences: verdict.differences, log, duration_ms: millis(started), ..report }
    }

    /// Cases that this provider needs and that neither are there nor are given a reason for.
    #[must_use]
    pub fn missing(&self, provider: &Provider) -> Vec<Missing> {
        let covered = self.covered();
        let absent: BTreeSet<&str> = self.absent().map(|absent| absent.needed.as_str()).collect();
        let needs = needs::needs(&provider.manifest, provider.data_sources());
        let left = needs
            .into_iter()
            .filter(|need| !covered.contains(&need.word) && !absent.contains(need.word.as_str()));
        left.map(|need| Missing { needed: need.word, shows: need.shows }).collect()
    }

    /// What cannot be right in `expectations.json`.
    #[must_use]
    pub fn problems(&self, provider: &Provider) -> Vec<CaseError> {
        let Some(expectations) = &self.expectations else { return Vec::new() };
        let path = self.folder.join(EXPECTATIONS);
        let problem = |key: String, message: String| CaseError::new(&path, format!("key `{key}`: {message}"));
        let mut problems: Vec<CaseError> =
            check_words(&path, &expectations.docs, &[]).err().into_iter().collect();
        for (index, listed) in expectations.cases.iter().enumerate() {
            let key = format!("cases[{index}]");
            if self.entries.iter().all(|entry| entry.name != listed.case) {
                problems.push(problem(format!("{key}.case"), format!("there is no case `{}`", listed.case)));
            }
            problems.extend(without_reason(&listed.reason).map(|message| problem(key + ".reason", message)));
        }
        let covered = self.covered();
        let needs = needs::needs(&provider.manifest, provider.data_sources());
        for (index, absent) in expectations.absent.iter().enumerate() {
            let (key, word) = (format!("absent[{index}]"), &absent.needed);
            if covered.contains(word) {
                let message = format!("`{word}` is there; remove the line");
                problems.push(problem(format!("{key}.needed"), message));
            } else if needs.iter().all(|need| need.word != *word) {
                let words: Vec<&str> = needs.iter().map(|need| need.word.as_str()).collect();
                let message = format!("`{word}` is not needed; needed are {}", words.join(", "));
                problems.push(problem(format!("{key}.needed"), message));
            }
            problems.extend(without_reason(&absent.reason).map(|message| problem(key + ".reason", message)));
        }
        problems
    }

    fn expected(&self, name: &str) -> Option<&ExpectedCase> {
        self.expectations.as_ref()?.cases.iter().find(|listed| listed.case == name)
    }

    fn absent(&self) -> impl Iterator<Item = &crate::format::expectations::AbsentCase> {
        self.expectations.iter().flat_map(|expectations| &expectations.absent)
    }

    /// What the cases that are run cover: the words they say, and what they are by themselves.
    fn covered(&self) -> BTreeSet<String> {
        let run = self.entries.iter().filter(|entry| {
            self.expected(&entry.name).is_none_or(|expected| expected.expect != Expect::Skip)
        });
        run.flat_map(Entry::covered).collect()
    }
}

impl Entry {
    fn read(folder: &Path) -> Result<Self, CaseError> {
        let place = Place::of(folder)?;
        let name = place.name.strip_prefix(&format!("{}/", place.provider)).unwrap_or(&place.name).to_owned();
        let group = match &place.source {
            Some(source) => format!("{DATA_SOURCES}/{source}"),
            None => place.group,
        };
        Ok(Self { name, group, case: AnyCase::load(folder) })
    }

    fn covered(&self) -> Vec<String> {
        let Ok(case) = &self.case else { return Vec::new() };
        let mut covered = case.covers().to_vec();
        match case {
            AnyCase::Call(case) if case.file.outcome.is_some() => {
                let source = self.group.strip_prefix(&format!("{DATA_SOURCES}/"));
                covered.push(source.map_or_else(|| needs::outcome_of(&self.group), needs::rows_of));
            }
            AnyCase::Event(case) if self.group == EVENTS => {
                let events = case.file.outcome.as_ref().and_then(|outcome| outcome.get("events"));
                let events = events.and_then(Value::as_array).into_iter().flatten();
                let names = events.filter_map(|event| event.get("name").and_then(Value::as_str));
                covered.extend(names.map(needs::event_of));
            }
            _ => {}
        }
        covered
    }
}

fn without_reason(reason: &str) -> Option<String> {
    reason.trim().is_empty().then(|| "is empty; say why".to_owned())
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
