//! Files of a process.
//!
//! Their bytes never come here: the host moves them between attachments and Autenti.

use countersign_sdk::lenient;
use serde::{Deserialize, Serialize};

/// A file that the sender gave.
pub(crate) const SOURCE_FILE: &str = "SOURCE_FILE";
/// The document with all signatures. Not `PARTIALLY_SIGNED_CONTENT_FILE`, not `CONTENT_ARCHIVE`, which is a ZIP.
pub(crate) const SIGNED_CONTENT_FILE: &str = "SIGNED_CONTENT_FILE";
/// The separate card of signatures; made only with the manual visualisation.
pub(crate) const SIGNATURE_CARD: &str = "SIGNATURE_CARD";

/// One file as Autenti lists it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct File {
    /// Its id, which holds `:` and `/`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) filename: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) file_purpose: Option<String>,
}

impl File {
    /// Whether it is for this purpose.
    #[must_use]
    pub(crate) fn is_for(&self, purpose: &str) -> bool {
        self.file_purpose.as_deref().is_some_and(|word| word.trim() == purpose)
    }
}

/// What goes before a file's bytes in an upload.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileMeta<'a> {
    /// Its name; `filename` in one word, the other spelling is refused.
    pub(crate) filename: &'a str,
    /// Always [`SOURCE_FILE`].
    pub(crate) file_purpose: &'static str,
    /// Always `application/pdf`.
    pub(crate) mime_type: &'static str,
}
