//! How our types look in a column.
//!
//! Not here: which column holds what (`apply.rs`, `read.rs`).

use countersign_workflow::definition::step::EndOutcome;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::row::call::ExchangeState;
use crate::row::event::Disposition;
use crate::row::inbox::MessageState;
use crate::row::instance::PhaseName;

/// Lets an enum be stored by its word.
macro_rules! stored_by_word {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                let word: &'static str = match self { $(Self::$variant => $word),+ };
                Ok(ToSqlOutput::from(word))
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(FromSqlError::InvalidType),
                }
            }
        }
    )+};
}

stored_by_word! {
    PhaseName { Resting = "resting", Running = "running", Ended = "ended" }
    ExchangeState { Open = "open", Closed = "closed" }
    Disposition { Matched = "matched", Parked = "parked", Unmatched = "unmatched", Ignored = "ignored" }
    MessageState { Received = "received", Read = "read", Failed = "failed", Quarantined = "quarantined" }
}

/// How an instance ended, which is a type of the workflow.
pub(super) struct Outcome(pub(super) EndOutcome);

impl ToSql for Outcome {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(match self.0 {
            EndOutcome::Success => "success",
            EndOutcome::Failure => "failure",
        }))
    }
}

impl FromSql for Outcome {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "success" => Ok(Self(EndOutcome::Success)),
            "failure" => Ok(Self(EndOutcome::Failure)),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// SQLite counts in 63 bits; what does not fit is stored as the largest number.
pub(super) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count that was stored by [`integer`].
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
