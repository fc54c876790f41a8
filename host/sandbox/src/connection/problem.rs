//! What is wrong with a connection's configuration: all of it at once, each with its place and its mend.
//!
//! Not here: what goes wrong while sending (`transport.rs`).

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionProblem {
    /// The connection.
    pub connection: String,
    /// The role, when it concerns one.
    pub role: Option<String>,
    /// The key of the configuration.
    pub key: String,
    /// What is wrong and what would be right. Never a secret.
    pub message: String,
}

/// Everything that is wrong with one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionProblems(pub Vec<ConnectionProblem>);

/// Collects problems and warnings while a connection is loaded.
pub(crate) struct Findings {
    connection: String,
    role: Option<String>,
    problems: Vec<ConnectionProblem>,
    warnings: Vec<String>,
}

impl fmt::Display for ConnectionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connection `{}`", self.connection)?;
        if let Some(role) = &self.role {
            write!(f, ", role `{role}`")?;
        }
        write!(f, ", key `{}`: {}", self.key, self.message)
    }
}

impl fmt::Display for ConnectionProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConnectionProblems {}

impl Findings {
    pub(crate) fn of(connection: &str) -> Self {
        Self { connection: connection.to_owned(), role: None, problems: Vec::new(), warnings: Vec::new() }
    }

    /// What follows concerns this role.
    pub(crate) fn enter(&mut self, role: &str) {
        self.role = Some(role.to_owned());
    }

    /// What follows concerns the whole connection.
    pub(crate) fn leave(&mut self) {
        self.role = None;
    }

    pub(crate) fn connection(&self) -> String {
        self.connection.clone()
    }

    pub(crate) fn problem(&mut self, key: &str, message: impl Into<String>) {
        self.problems.push(ConnectionProblem {
            connection: self.connection.clone(),
            role: self.role.clone(),
            key: key.to_owned(),
            message: message.into(),
        });
    }

    /// Records the problem of a result that has one.
    pub(crate) fn keep<T>(&mut self, key: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.problem(key, message)).ok()
    }

    pub(crate) fn warn(&mut self, key: &str, message: &str) {
        let place = match &self.role {
            Some(role) => format!("connection `{}`, role `{role}`", self.connection),
            None => format!("connection `{}`", self.connection),
        };
        self.warnings.push(format!("{place}, key `{key}`: {message}"));
    }

    /// The warnings when nothing is wrong, all problems otherwise.
    pub(crate) fn finish(self) -> Result<Vec<String>, ConnectionProblems> {
        if self.problems.is_empty() { Ok(self.warnings) } else { Err(ConnectionProblems(self.problems)) }
    }
}
