//! The files of a send: there are some, DocuSign can tell what they are, and together they are not too large.
//!
//! Their bytes stay with the host; only the start of each PDF is looked at.

use countersign_sdk::contract::types::{AttachmentId, Failure};
use countersign_sdk::failure::{self, invalid};
use countersign_sdk::{Host, pdf};

/// What DocuSign recommends as the most for one envelope; more needs its chunked upload, which is not used here.
const BYTES_MAX: u64 = 25 * 1024 * 1024;

/// A file to send.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// The attachment.
    pub(crate) attachment: AttachmentId,
    /// Its file name.
    pub(crate) name: String,
    /// Lower case, without the dot.
    pub(crate) extension: String,
    /// Its media type.
    pub(crate) media_type: String,
    /// Its length in bytes.
    pub(crate) size: u64,
}

pub(super) fn check(host: &dyn Host, documents: &[AttachmentId]) -> Result<Vec<SourceFile>, Failure> {
    if documents.is_empty() {
        return Err(invalid("documents", "is empty; attach at least one file"));
    }
    let files = documents.iter().enumerate().map(|(index, id)| file(host, index, *id));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let total = files.iter().fold(0_u64, |total, file| total.saturating_add(file.size));
    if total > BYTES_MAX {
        let reason = format!("have {total} bytes together; DocuSign takes at most {BYTES_MAX} (25 MiB)");
        return Err(invalid("documents", reason));
    }
    Ok(files)
}

/// Everything but PDF is converted by DocuSign, and judged there.
fn file(host: &dyn Host, index: usize, id: AttachmentId) -> Result<SourceFile, Failure> {
    let field = format!("documents[{index}]");
    let info = host.describe_attachment(id).map_err(|problem| failure::of_attachment(problem, &field))?;
    let extension = info.name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let extension = extension.filter(|extension| {
        !extension.is_empty() && extension.chars().all(|letter| letter.is_ascii_alphanumeric())
    });
    let Some(extension) = extension else {
        let reason = format!("`{}` has no extension, so DocuSign cannot tell what it is", info.name);
        return Err(invalid(field, reason));
    };
    if extension == "pdf"
        && !pdf::starts_as_pdf(host, id).map_err(|problem| failure::of_attachment(problem, &field))?
    {
        let reason = format!("`{}` is named like a PDF file, but its content is none", info.name);
        return Err(invalid(field, reason));
    }
    Ok(SourceFile {
        attachment: id,
        name: info.name,
        extension,
        media_type: info.media_type,
        size: info.size,
    })
}
