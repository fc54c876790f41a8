//! What is wrong with a case although its files can be read.
//!
//! Not here: missing and unknown files (`folder.rs`).

use std::path::Path;

use countersign_sandbox::contract::events::{Reading, Rejection};
use countersign_sandbox::{ActionOutcome, Failure};
use serde_json::Value;

use super::CaseError;
use crate::compare::has_any;
use crate::format::exchange::ExchangeFile;
use crate::format::header::HeaderValue;
use crate::format::{CaseFile, ConnectionFile};
use crate::needs;

/// Shorter words would be found by accident.
const CREDENTIAL_BYTES_MIN: usize = 8;

/// The words of a case: a sentence that says something, and numbers that mean something.
pub(crate) fn check_words(path: &Path, docs: &str, covers: &[String]) -> Result<(), CaseError> {
    if docs.trim().is_empty() {
        return Err(CaseError::new(path, "key `docs`: says nothing; say in a sentence what the case shows"));
    }
    match covers.iter().find(|covered| !needs::is_known(covered)) {
        Some(unknown) => {
            let words: Vec<&str> = needs::NEEDED.iter().map(|(word, _)| *word).collect();
            let message = format!(
                "key `covers`: `{unknown}` is no requirement (`C41`), no pitfall (`P1`) and none of {}",
                words.join(", ")
            );
            Err(CaseError::new(path, message))
        }
        None => Ok(()),
    }
}

/// What a case of an action expects, as far as the contract can say without `{"any": true}` in it.
pub(super) fn check_expectation(path: &Path, action: &str, file: &CaseFile) -> Result<(), CaseError> {
    check_words(path, &file.docs, &file.covers)?;
    match (&file.outcome, &file.failure) {
        (Some(outcome), None) => {
            typed(path, "outcome", outcome, |value| ActionOutcome::from_json(action, value).map(drop))
        }
        (None, Some(failure)) => typed(path, "failure", failure, contract::<Failure>),
        _ => Err(CaseError::new(path, "give either `outcome` or `failure`")),
    }
}

/// The same for a message.
pub(super) fn check_reading(
    path: &Path,
    outcome: Option<&Value>,
    rejection: Option<&Value>,
) -> Result<(), CaseError> {
    match (outcome, rejection) {
        (Some(outcome), None) => typed(path, "outcome", outcome, contract::<Reading>),
        (None, Some(rejection)) => typed(path, "rejection", rejection, contract::<Rejection>),
        _ => Err(CaseError::new(path, "give either `outcome` or `rejection`")),
    }
}

/// One of a file and of how to make it.
pub(super) fn check_content(path: &Path, key: &str, (file, filled): (bool, bool)) -> Result<(), CaseError> {
    match file == filled {
        true => Err(CaseError::new(path, format!("key `{key}`: give either `file` or `filled`"))),
        false => Ok(()),
    }
}

/// An answer: a status or a broken connection, and nothing left open.
pub(super) fn check_exchange(path: &Path, exchange: &ExchangeFile) -> Result<(), CaseError> {
    let response = &exchange.response;
    if exchange.docs.trim().is_empty() {
        return Err(CaseError::new(path, "key `docs`: says nothing; say in a sentence what happens"));
    }
    if response.status.is_some() == response.broken.is_some() {
        return Err(CaseError::new(path, "key `response`: give either `status` or `broken`"));
    }
    if response.broken.is_some() && (response.body.is_some() || !response.headers.is_empty()) {
        return Err(CaseError::new(path, "key `response`: a broken connection gives no headers and no body"));
    }
    match response.headers.iter().any(|header| header.value == HeaderValue::Any) {
        true => Err(CaseError::new(path, "key `response.headers`: `any` is for requests; give a value")),
        false => Ok(()),
    }
}

/// The literal words of credentials.
pub(super) fn check_connection(path: &Path, connection: &ConnectionFile) -> Result<(), CaseError> {
    match connection.credentials.iter().find(|(_, word)| word.len() < CREDENTIAL_BYTES_MIN) {
        Some((name, _)) => {
            let message = format!(
                "key `credentials.{name}`: is found by accident; give a word of {CREDENTIAL_BYTES_MIN} bytes or more"
            );
            Err(CaseError::new(path, message))
        }
        None => Ok(()),
    }
}

fn typed(
    path: &Path,
    key: &str,
    value: &Value,
    check: impl Fn(Value) -> Result<(), String>,
) -> Result<(), CaseError> {
    if has_any(value) {
        return Ok(());
    }
    check(value.clone()).map_err(|problem| CaseError::new(path, format!("key `{key}`: {problem}")))
}

fn contract<T: serde::de::DeserializeOwned>(value: Value) -> Result<(), String> {
    let read: Result<T, _> = serde_path_to_error::deserialize(value);
    read.map(drop).map_err(|error| match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        key => format!("`{key}`: {}", error.inner()),
    })
}
