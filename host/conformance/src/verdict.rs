//! What running a case came to: nothing to say, or every difference with its place.
//!
//! Not here: running it (`run.rs`).

use std::fmt;

/// What a case came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `autenti/send-for-signature/happy-path`.
    pub case: String,
    /// Everything that differs; empty means passed.
    pub differences: Vec<Difference>,
}

/// One thing that is not as the case says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where: `02-upload.json, request.headers`.
    pub place: String,
    /// What the case expects.
    pub expected: String,
    /// What happened.
    pub got: String,
}

impl Verdict {
    /// Whether the component did as the case says.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Difference {
    /// A difference between two things that can be shown.
    pub(crate) fn new(place: impl Into<String>, expected: impl fmt::Display, got: impl fmt::Display) -> Self {
        Self { place: place.into(), expected: expected.to_string(), got: got.to_string() }
    }

    /// The same, further outside.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        self.place = format!("{outer}{}", self.place);
        self
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  expected  {}\n  got       {}", self.place, self.expected, self.got)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.passed() {
            return write!(f, "{}: as expected", self.case);
        }
        write!(f, "{}: {} differences", self.case, self.differences.len())?;
        self.differences.iter().try_for_each(|difference| write!(f, "\n{difference}"))
    }
}
