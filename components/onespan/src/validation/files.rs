//! The files of a send: there are some, OneSpan takes their kind, and they are not too large.
//!
//! Their bytes stay with the host; only the start of each PDF is looked at.

use countersign_sdk::contract::types::{AttachmentId, Failure};
use countersign_sdk::failure::{self, invalid};
use countersign_sdk::{Host, pdf};

const MIB: u64 = 1024 * 1024;
/// OneSpan's limit for one document.
const FILE_BYTES_MAX: u64 = 16 * MIB;
/// OneSpan's limit for one package.
const BYTES_MAX: u64 = 39 * MIB;
/// OneSpan's limit for the name of a document.
const NAME_CHARS_MAX: usize = 256;
/// What OneSpan takes, and converts to PDF.
const EXTENSIONS: [&str; 6] = ["pdf", "doc", "docx", "odt", "txt", "rtf"];

/// A file to send.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// The attachment.
    pub(crate) attachment: AttachmentId,
    /// Its name as OneSpan keeps it.
    pub(crate) name: String,
    /// Its length in bytes.
    size: u64,
}

pub(super) fn check(host: &dyn Host, documents: &[AttachmentId]) -> Result<Vec<SourceFile>, Failure> {
    if documents.is_empty() {
        return Err(invalid("documents", "is empty; attach at least one file"));
    }
    let files = documents.iter().enumerate().map(|(index, id)| file(host, index, *id));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let total = files.iter().fold(0_u64, |total, file| total.saturating_add(file.size));
    if total > BYTES_MAX {
        let reason = format!("have {total} bytes together; OneSpan takes at most {BYTES_MAX} (39 MiB)");
        return Err(invalid("documents", reason));
    }
    Ok(files)
}

fn file(host: &dyn Host, index: usize, id: AttachmentId) -> Result<SourceFile, Failure> {
    let field = format!("documents[{index}]");
    let info = host.describe_attachment(id).map_err(|problem| failure::of_attachment(problem, &field))?;
    let extension =
        info.name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    if !EXTENSIONS.contains(&extension.as_str()) {
        let reason = format!("`{}` is none of the kinds OneSpan takes: {}", info.name, EXTENSIONS.join(", "));
        return Err(invalid(field, reason));
    }
    if info.name.chars().count() > NAME_CHARS_MAX {
        return Err(invalid(
            field,
            format!("has a name of more than {NAME_CHARS_MAX} characters; shorten it"),
        ));
    }
    if info.size > FILE_BYTES_MAX {
        let reason =
            format!("has {} bytes; OneSpan takes at most {FILE_BYTES_MAX} (16 MiB) a file", info.size);
        return Err(invalid(field, reason));
    }
    if extension == "pdf"
        && !pdf::starts_as_pdf(host, id).map_err(|problem| failure::of_attachment(problem, &field))?
    {
        let reason = format!("`{}` is named like a PDF file, but its content is none", info.name);
        return Err(invalid(field, reason));
    }
    Ok(SourceFile { attachment: id, name: kept_name(&info.name), size: info.size })
}

/// OneSpan replaces what Windows does not allow in names; done here, the name is the same on both sides.
fn kept_name(name: &str) -> String {
    let kept = name.chars().map(|letter| match letter {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
        letter if letter.is_control() => '_',
        letter => letter,
    });
    kept.collect()
}
