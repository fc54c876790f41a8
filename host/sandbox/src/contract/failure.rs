//! What a failure says to people.
//!
//! Not here: the type itself (`contract/types.rs`).

use std::fmt;

use super::types::{Failure, ProviderMessage, TransientFault};

impl Failure {
    /// A fault with a code of ours.
    #[must_use]
    pub fn fault(code: &str, message: impl Into<String>) -> Self {
        Self::Other(ProviderMessage { code: code.to_owned(), message: message.into() })
    }

    /// A fault that passes by itself.
    #[must_use]
    pub fn passing(message: impl Into<String>) -> Self {
        Self::Transient(TransientFault { message: message.into(), retry_after_ms: None })
    }

    /// The WIT name of the case: `not-ready`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Rejected(_) => "rejected",
            Self::Unauthorized(_) => "unauthorized",
            Self::NotEntitled(_) => "not-entitled",
            Self::NotFound => "not-found",
            Self::NotReady(_) => "not-ready",
            Self::Locked(_) => "locked",
            Self::Transient(_) => "transient",
            Self::InDoubt(_) => "in-doubt",
            Self::Denied(_) => "denied",
            Self::Unsupported => "unsupported",
            Self::Other(_) => "other",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(input) => write!(f, "`{}` is invalid: {}", input.field, input.reason),
            Self::Rejected(said) => write!(f, "the provider refused ({}): {}", said.code, said.message),
            Self::Unauthorized(access) => {
                write_unauthorized(f, &access.message, access.consent_url.as_deref())
            }
            Self::NotEntitled(message) => write!(f, "the account is not entitled: {message}"),
            Self::NotFound => write!(f, "the provider does not know the document"),
            Self::NotReady(reason) => write!(f, "not ready yet: {reason}"),
            Self::Locked(reason) => write!(f, "locked: {reason}"),
            Self::Transient(fault) => write_transient(f, fault),
            Self::InDoubt(what) => write!(f, "in doubt: {what}"),
            Self::Denied(what) => write!(f, "denied: {what}"),
            Self::Unsupported => write!(f, "this provider has no such action"),
            Self::Other(said) => write!(f, "failed ({}): {}", said.code, said.message),
        }
    }
}

impl std::error::Error for Failure {}

fn write_unauthorized(f: &mut fmt::Formatter<'_>, message: &str, consent_url: Option<&str>) -> fmt::Result {
    write!(f, "the connection is not accepted: {message}")?;
    match consent_url {
        Some(url) => write!(f, "; an administrator can consent at {url}"),
        None => Ok(()),
    }
}

fn write_transient(f: &mut fmt::Formatter<'_>, fault: &TransientFault) -> fmt::Result {
    write!(f, "a passing fault: {}", fault.message)?;
    match fault.retry_after_ms {
        Some(wait_ms) => write!(f, "; repeat after {wait_ms} ms"),
        None => Ok(()),
    }
}
