//! The request that creates the draft: small files in base64 within the JSON, larger ones as parts of their own, so
//! that they do not grow by a third (P34). Either way the host streams their bytes.
//!
//! What the JSON says stands in `definition`.

use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::embed::{Files, object_with_files};
use countersign_sdk::{Host, Part, Request};

use crate::account::at_envelopes;
use crate::definition::documents;
use crate::validation::SourceFile;
use crate::wire::definition::Definition;

/// From here on files go as parts of their own.
const BASE64_BYTES_MAX: u64 = 1024 * 1024;

/// The request. A second draft that is never sent harms nobody, so it may be repeated.
///
/// # Errors
/// When the connection names no account.
pub(crate) fn creation(
    host: &dyn Host,
    definition: Definition<'_>,
    files: &[SourceFile],
) -> Result<Request, Failure> {
    let request = at_envelopes(host, "POST", Repeat::Repeatable)?;
    let total: u64 = files.iter().map(|file| file.size).sum();
    if total <= BASE64_BYTES_MAX {
        let items: Vec<_> =
            documents(files).into_iter().zip(files.iter().map(|file| file.attachment)).collect();
        let files = Files { list: "documents", member: "documentBase64", items: &items };
        return Ok(request.chunks("application/json", object_with_files(&definition, &files)?));
    }
    Ok(request.multipart(beside(definition, files)))
}

/// The definition as the first part, then the files. DocuSign joins them by a `documentid` that no form has; the file
/// name there is not the one it shows, so it can be plain.
fn beside<'a>(definition: Definition<'a>, files: &'a [SourceFile]) -> Vec<Part> {
    let whole = Definition { documents: documents(files), ..definition };
    let file_parts = whole.documents.iter().zip(files).map(|(document, file)| {
        let (id, extension) = (&document.document_id, &file.extension);
        let disposition = format!("file; filename=\"document-{id}.{extension}\"; documentid={id}");
        Part::with_disposition(&disposition).content_type(&file.media_type).attachment(file.attachment)
    });
    let file_parts: Vec<Part> = file_parts.collect();
    [Part::with_disposition("form-data").json(&whole)].into_iter().chain(file_parts).collect()
}
