//! Gathers problems and knows where they stand.
//!
//! Not here: finding them.

use super::{Problem, Severity};
use crate::position::{Place, Positions, Span};

/// Stands in for what the schema already missed: a problem that mentions it says nothing new.
pub(super) const MISSING: &str = "\0";

/// The problems found so far.
#[derive(Debug)]
pub(super) struct Report<'a> {
    text: &'a str,
    positions: &'a Positions,
    problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    pub(super) fn new(text: &'a str, positions: &'a Positions) -> Self {
        Self { text, positions, problems: Vec::new() }
    }

    /// Something wrong with the value at `pointer`.
    pub(super) fn error(&mut self, code: &'static str, pointer: &str, message: impl Into<String>) {
        let span = self.value_span(pointer);
        self.add(Problem::error(code, message, pointer, span));
    }

    /// Something wrong with the thing whose key ends `pointer`.
    pub(super) fn error_at_key(&mut self, code: &'static str, pointer: &str, message: impl Into<String>) {
        let span = self.key_span(pointer);
        self.add(Problem::error(code, message, pointer, span));
    }

    /// Something odd about the thing whose key ends `pointer`.
    pub(super) fn warn_at_key(&mut self, code: &'static str, pointer: &str, message: impl Into<String>) {
        let span = self.key_span(pointer);
        self.add(Problem::new(Severity::Warning, code, message, pointer, span));
    }

    /// Something wrong so many bytes into the text at `pointer`, which reads `text`.
    pub(super) fn within(
        &mut self,
        severity: Severity,
        code: &'static str,
        (pointer, text, offset): (&str, &str, usize),
        message: impl Into<String>,
    ) {
        let whole = self.value_span(pointer);
        let span = self.inner_span(whole, text, offset).unwrap_or(whole);
        self.add(Problem::new(severity, code, message, pointer, span));
    }

    /// The problems in the order of the text, without repetitions.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by(|one, other| {
            (one.line, one.column, one.severity, one.code).cmp(&(
                other.line,
                other.column,
                other.severity,
                other.code,
            ))
        });
        self.problems.dedup();
        self.problems
    }

    pub(super) fn add(&mut self, problem: Problem) {
        if !problem.message.contains(MISSING) {
            self.problems.push(problem);
        }
    }

    fn value_span(&self, pointer: &str) -> Span {
        self.positions.value(pointer).unwrap_or(Span { start: Place::START, end: 0 })
    }

    fn key_span(&self, pointer: &str) -> Span {
        self.positions.key(pointer).unwrap_or(Span { start: Place::START, end: 0 })
    }

    /// A place inside a scalar, when the scalar stands in the file as it reads: on one line, without escapes.
    fn inner_span(&self, whole: Span, text: &str, offset: usize) -> Option<Span> {
        let source = self.text.get(whole.start.byte..)?;
        let quote = usize::from(source.starts_with(['"', '\'']));
        if text.contains('\n') || !source.get(quote..)?.starts_with(text) {
            return None;
        }
        let letters = text.get(..offset)?.chars().count();
        let byte = whole.start.byte + quote + offset;
        let column = whole.start.column + quote + letters;
        let end = whole.start.byte + quote + text.len();
        Some(Span { start: Place { line: whole.start.line, column, byte }, end: end.max(byte) })
    }
}

/// ` (did you mean …?)`, or the choices when nothing is near and they are few.
pub(super) fn suggest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().filter(|name| *name != MISSING).collect();
    let near = known
        .iter()
        .map(|name| (strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase()), *name))
        .filter(|(likeness, _)| *likeness >= 0.82)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    match near {
        Some((_, name)) => format!("; did you mean `{name}`?"),
        None if known.is_empty() => String::new(),
        None if known.len() == 1 => format!("; there is only {}", listed(known)),
        None if known.len() <= 12 => format!("; there are {}", listed(known)),
        None => String::new(),
    }
}

/// `a`, `b` and `c`.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
