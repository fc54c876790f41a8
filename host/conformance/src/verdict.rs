//! What running a case came to: nothing to say, or every difference with its file and key.
//!
//! Not here: running it (`run.rs`), and verdicts of whole suites (`report.rs`).

use std::fmt;

use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, Table, TableStyle, Width};
use serde::Serialize;

/// How wide each of the two columns of a difference may be.
const COLUMN_CHARS: u16 = 56;

/// A line between the columns, and nothing else.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction('│'))
    .content_lines(ContentLineStyle::none().junction('│'));

/// What a case came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `autenti/send-for-signature/happy-path`.
    pub case: String,
    /// Everything that differs; empty means passed.
    pub differences: Vec<Difference>,
    /// What the component said in the first run, for its author.
    pub log: Vec<String>,
}

/// One thing that is not as the case says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Difference {
    /// In which run, when it is not the first: `run again`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub during: Option<String>,
    /// The file of the case: `02-upload.json`.
    pub file: String,
    /// The key in it: `request.headers.x-assertion`.
    pub key: String,
    /// What the case expects.
    pub expected: String,
    /// What happened.
    pub actual: String,
}

impl Verdict {
    /// Whether the component did as the case says.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Difference {
    /// A difference at a key of a file that is named later.
    pub(crate) fn at(key: impl Into<String>, expected: impl fmt::Display, actual: impl fmt::Display) -> Self {
        Self {
            during: None,
            file: String::new(),
            key: key.into(),
            expected: expected.to_string(),
            actual: actual.to_string(),
        }
    }

    /// The same, further outside in the file.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        self.key = match self.key.starts_with('[') || self.key.is_empty() {
            true => format!("{outer}{}", self.key),
            false => format!("{outer}.{}", self.key),
        };
        self
    }

    /// The same, in this file.
    pub(crate) fn of(mut self, file: &str) -> Self {
        file.clone_into(&mut self.file);
        self
    }

    /// The same, in this run.
    pub(crate) fn during(mut self, run: &str) -> Self {
        self.during = Some(run.to_owned());
        self
    }

    /// Where it is, in one line: `run again: 02-upload.json, request.method`.
    #[must_use]
    pub fn place(&self) -> String {
        let during = self.during.as_ref().map(|run| format!("{run}: ")).unwrap_or_default();
        let key = if self.key.is_empty() { String::new() } else { format!(", {}", self.key) };
        format!("{during}{}{key}", self.file)
    }
}

/// The place, and below it what was expected beside what happened.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut columns = Table::new();
        columns.load_style(STYLE);
        columns.set_content_arrangement(ContentArrangement::Dynamic);
        columns.set_width(2 * COLUMN_CHARS + 8);
        columns.set_header(["expected", "actual"]).add_row([&self.expected, &self.actual]);
        let width = ColumnConstraint::UpperBoundary(Width::Fixed(COLUMN_CHARS));
        columns.column_iter_mut().for_each(|column| {
            column.set_constraint(width);
        });
        write!(f, "{}", self.place())?;
        columns.lines().try_for_each(|line| write!(f, "\n  {}", line.trim_end()))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.differences.as_slice() {
            [] => return write!(f, "{}: as expected", self.case),
            [_] => write!(f, "{}: 1 difference", self.case)?,
            more => write!(f, "{}: {} differences", self.case, more.len())?,
        }
        self.differences.iter().try_for_each(|difference| write!(f, "\n{difference}"))
    }
}
