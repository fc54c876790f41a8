//! One problem of a definition.
//!
//! Not here: finding it (`check.rs`) and drawing it (`render.rs`).

use std::fmt;

use serde::Serialize;

use crate::position::{Place, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The definition cannot be used.
    Error,
    /// The definition can be used; probably something else was meant.
    Warning,
}

/// Something wrong with a definition, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// kebab-case, stable: `unknown-step`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what to do, in one sentence.
    pub message: String,
    /// The place as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The bytes to underline: the first, and the one after the last.
    #[serde(skip)]
    pub bytes: (usize, usize),
}

impl Problem {
    pub(crate) fn new(
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        pointer: &str,
        span: Span,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            pointer: pointer.to_owned(),
            line: span.start.line,
            column: span.start.column,
            bytes: (span.start.byte, span.end.max(span.start.byte)),
        }
    }

    pub(crate) fn error(code: &'static str, message: impl Into<String>, pointer: &str, span: Span) -> Self {
        Self::new(Severity::Error, code, message, pointer, span)
    }

    pub(crate) fn at_start(code: &'static str, message: impl Into<String>) -> Self {
        Self::error(code, message, "", Span { start: Place::START, end: 0 })
    }
}

/// `12:7: unknown step …`, to be put behind a file name and a colon.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, code, message, .. } = self;
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(formatter, "{line}:{column}: {severity}[{code}]: {message}")
    }
}
