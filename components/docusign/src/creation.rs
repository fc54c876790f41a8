//! The request that creates the draft: small files in base64 within the JSON, larger ones as parts of their own, so
//! that they do not grow by a third (P34). Either way the host streams their bytes.
//!
//! What the JSON says stands in `definition`.

use countersign_sdk::contract::http::{Chunk, Repeat};
use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Host, Part, Request, failure};
use serde::Serialize;

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
        return Ok(request.chunks("application/json", within(&definition, files)?));
    }
    Ok(request.multipart(beside(definition, files)))
}

/// The definition with a list of documents at its end, each with its bytes at its end.
fn within(definition: &Definition<'_>, files: &[SourceFile]) -> Result<Vec<Chunk>, Failure> {
    let mut text = open_object(definition)?;
    text.extend_from_slice(b",\"documents\":[");
    let mut chunks = Vec::new();
    for (document, file) in documents(files).iter().zip(files) {
        text.extend(open_object(document)?);
        text.extend_from_slice(b",\"documentBase64\":\"");
        chunks.push(Chunk::Bytes(std::mem::take(&mut text)));
        chunks.push(Chunk::AttachmentBase64(file.attachment));
        text.extend_from_slice(b"\"},");
    }
    // The last comma.
    text.pop();
    text.extend_from_slice(b"]}");
    chunks.push(Chunk::Bytes(text));
    Ok(chunks)
}

/// An object with members, written without its closing brace.
fn open_object<T: Serialize>(object: &T) -> Result<Vec<u8>, Failure> {
    let written = serde_json::to_vec(object);
    let mut text = written.map_err(|error| failure::other("invalid-request", &error.to_string()))?;
    text.pop();
    Ok(text)
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
