//! Errors.

use countersign_sdk::lenient;
use countersign_sdk::text::non_blank;
use serde::Deserialize;

/// An answer that may be an error. Its `code` repeats the HTTP status, so it tells nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    #[serde(default, deserialize_with = "lenient::text")]
    message_key: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    technical: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    code: Option<String>,
}

impl Problem {
    /// Its key, or what comes nearest to one, and its message.
    #[must_use]
    pub(crate) fn words(self) -> Option<(String, String)> {
        let code = [&self.message_key, &self.name, &self.code]
            .into_iter()
            .find_map(|text| non_blank(text.as_deref()))?;
        let message =
            [&self.message, &self.technical].into_iter().find_map(|text| non_blank(text.as_deref()));
        Some((code.to_owned(), message.unwrap_or("no explanation was given").to_owned()))
    }
}
