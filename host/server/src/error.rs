//! Why an event was not taken, and how the API words it.
//!
//! Not here: the reasons themselves (`workflow/refusal`, `store/error`).

use axum::http::StatusCode;
use countersign_store::error::{CommitError, Conflict, EncodeError, ReadError};
use countersign_workflow::refusal::Refusal;
use thiserror::Error;

use crate::problem::Problem;

/// Why an event was not taken. Nothing of it was kept.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// The workflow does not allow it.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// It could not be committed.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The instance could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be written down.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Anything that has its own answer already.
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl SubmitError {
    /// Whether there is no such instance.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.status == StatusCode::NOT_FOUND)
    }
}

impl From<Refusal> for SubmitError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => of_refusal(&refusal),
            SubmitError::Commit(error) => error.into(),
            SubmitError::Read(error) => error.into(),
            SubmitError::Encode(error) => error.into(),
            SubmitError::Problem(problem) => problem,
        }
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        let (status, code) = match &error {
            CommitError::Conflict(Conflict::Unique { .. }) => (StatusCode::CONFLICT, "CS0010"),
            CommitError::Conflict(Conflict::Idempotency { .. }) => (StatusCode::CONFLICT, "CS0302"),
            CommitError::Conflict(_) | CommitError::Busy => (StatusCode::CONFLICT, "CS0006"),
            CommitError::Missing { .. } => (StatusCode::NOT_FOUND, "CS0004"),
            CommitError::Refused { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "CS0011"),
            CommitError::Fenced { .. }
            | CommitError::Failed { .. }
            | CommitError::ReadOnly { .. }
            | CommitError::Closed => (StatusCode::SERVICE_UNAVAILABLE, "CS0011"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<EncodeError> for Problem {
    fn from(error: EncodeError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "CS0011", error.to_string())
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Ambiguous { .. } => Self::new(StatusCode::CONFLICT, "CS0004", error.to_string()),
            other => Self::new(StatusCode::SERVICE_UNAVAILABLE, "CS0011", other.to_string()),
        }
    }
}

/// A refusal of the workflow: whose move it is decides the status.
fn of_refusal(refusal: &Refusal) -> Problem {
    let status = match refusal {
        Refusal::RoleMissing { .. } => StatusCode::FORBIDDEN,
        Refusal::Unknown { .. } | Refusal::AttachmentUnknown { .. } | Refusal::UnknownCall { .. } => {
            StatusCode::NOT_FOUND
        }
        Refusal::Ended
        | Refusal::Busy { .. }
        | Refusal::InDoubt { .. }
        | Refusal::WrongStep { .. }
        | Refusal::Cooldown { .. }
        | Refusal::NotOffered { .. }
        | Refusal::NotDue { .. }
        | Refusal::NoIncident
        | Refusal::NothingInDoubt
        | Refusal::NothingWaits
        | Refusal::NothingToSkip
        | Refusal::OtherDefinition { .. } => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, refusal.code(), format!("{refusal}; {}", refusal.mend()))
        .with_problems(refusal.problems())
}
