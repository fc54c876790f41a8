//! Problem details (RFC 9457): every refusal of the API in one shape, with a code that `countersign explain` knows.
//!
//! Not here: what is refused and why (`workflow`, `store`, `sandbox`).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// A refusal as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:countersign:CS0007`.
    #[serde(rename = "type")]
    pub kind: String,
    /// HTTP status.
    pub status: u16,
    /// Stable code, explained by `countersign explain`.
    pub code: String,
    /// What is wrong and what to do next.
    pub detail: String,
    /// Single problems, when there are several: missing fields, problems of a definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

impl Problem {
    /// A refusal with a status, a code and a sentence.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:countersign:{code}"),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            problems: Vec::new(),
        }
    }

    /// The same with single problems.
    pub fn with_problems(mut self, problems: Vec<String>) -> Self {
        self.problems = problems;
        self
    }

    /// Something that does not exist: `what` names it.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "CS0004", format!("{what} does not exist"))
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.detail, self.code)?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
