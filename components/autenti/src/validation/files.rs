//! The files of a send: there are some, they are PDF, and together they are not too large.
//!
//! Their bytes stay with the host; only the start of each is looked at.

use countersign_sdk::contract::types::{AttachmentId, Failure};
use countersign_sdk::failure::{self, invalid};
use countersign_sdk::{Host, pdf};

/// Autenti takes 20 MiB for one process.
const BYTES_MAX: u64 = 20 * 1024 * 1024;

/// A file to upload.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// The attachment.
    pub(crate) attachment: AttachmentId,
    /// Its file name.
    pub(crate) name: String,
}

pub(super) fn check(host: &dyn Host, documents: &[AttachmentId]) -> Result<Vec<SourceFile>, Failure> {
    if documents.is_empty() {
        return Err(invalid("documents", "is empty; attach at least one PDF file"));
    }
    let mut total: u64 = 0;
    let mut files = Vec::new();
    for (index, id) in documents.iter().enumerate() {
        let field = format!("documents[{index}]");
        let info =
            host.describe_attachment(*id).map_err(|problem| failure::of_attachment(problem, &field))?;
        if !info.name.to_lowercase().ends_with(".pdf") {
            return Err(invalid(field, format!("`{}` is no `.pdf` file; Autenti takes only PDF", info.name)));
        }
        total = total.saturating_add(info.size);
        files.push(SourceFile { attachment: *id, name: info.name });
    }
    if total > BYTES_MAX {
        let reason = format!("have {total} bytes together; Autenti takes at most {BYTES_MAX} (20 MiB)");
        return Err(invalid("documents", reason));
    }
    for (index, file) in files.iter().enumerate() {
        let field = format!("documents[{index}]");
        if !pdf::starts_as_pdf(host, file.attachment)
            .map_err(|problem| failure::of_attachment(problem, &field))?
        {
            return Err(invalid(
                field,
                format!("`{}` is named like a PDF file, but its content is none", file.name),
            ));
        }
    }
    Ok(files)
}
