//! Errors: as a whole answer, and inside an answer that says success.

use countersign_sdk::lenient;
use serde::Deserialize;

/// DocuSign says so where something could have failed and did not.
const SUCCESS: &str = "SUCCESS";

/// An answer that may be an error, or hold one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    #[serde(default, deserialize_with = "lenient::text")]
    error_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(default)]
    error_details: Option<ErrorDetails>,
}

/// A code and its explanation.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorDetails {
    #[serde(default, deserialize_with = "lenient::text")]
    error_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
}

impl Problem {
    /// Code and message of an answer that is an error.
    #[must_use]
    pub(crate) fn whole(self) -> Option<(String, String)> {
        ErrorDetails { error_code: self.error_code, message: self.message }.failed()
    }

    /// Code and message of an error inside an answer that says success.
    #[must_use]
    pub(crate) fn inside(self) -> Option<(String, String)> {
        self.error_details?.failed()
    }
}

impl ErrorDetails {
    /// Whether it says that something failed.
    #[must_use]
    pub(crate) fn is_error(&self) -> bool {
        self.failed().is_some()
    }

    /// Code and message, unless there is none or it is [`SUCCESS`].
    #[must_use]
    pub(crate) fn failed(&self) -> Option<(String, String)> {
        let code = self.error_code.as_deref().map(str::trim).filter(|code| !code.is_empty())?;
        if code.eq_ignore_ascii_case(SUCCESS) {
            return None;
        }
        let message = self.message.as_deref().map(str::trim).filter(|message| !message.is_empty());
        Some((code.to_owned(), message.unwrap_or("no explanation was given").to_owned()))
    }
}
