//! What SQLite's errors mean to the store.
//!
//! Not here: the errors themselves (`error.rs` of the crate).

use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::error::{OpenError, ReadError};

/// Whether an error leaves the database, or the disk, in doubt. The others concern one statement.
pub(super) fn is_fatal(error: &Error) -> bool {
    let harmless = [ErrorCode::ConstraintViolation, ErrorCode::TypeMismatch, ErrorCode::TooBig];
    error.sqlite_error_code().is_some_and(|code| !harmless.contains(&code))
}

/// Whether another program holds the database.
pub(super) fn is_busy(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether a constraint was violated.
pub(super) fn is_constraint(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

/// Reads an error that came while opening.
pub(super) fn of_open(path: &Path, error: &Error) -> OpenError {
    let path = path.to_path_buf();
    let message = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path, found: "no SQLite file".to_owned() },
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Corrupted { path, details: message },
        Some(ErrorCode::DiskFull) => OpenError::DiskFull { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            OpenError::ReadOnly { path, message }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Busy { path },
        _ => OpenError::Failed { path, message },
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Failed { message: error.to_string() }
    }
}
