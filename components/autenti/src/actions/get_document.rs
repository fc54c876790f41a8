//! Fetches the signed document, and the card of signatures where Autenti makes one.
//!
//! The bytes go from Autenti straight into attachments; only the start of each is looked at.

use countersign_sdk::contract::actions::{DocumentPart, DownloadInput, DownloadedDocument, DownloadedFile};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::download::{check_completed, fetched_pdf};
use countersign_sdk::failure::{other, rejected};
use countersign_sdk::{Host, pdf, text};

use crate::challenge::fetch;
use crate::process::{AUTENTI, at_process, document_id, read_process};
use crate::status::document_status;
use crate::wire::file::{File, SIGNATURE_CARD, SIGNED_CONTENT_FILE};
use crate::wire::process::Process;

/// See `get-document` of the contract.
///
/// # Errors
/// `not-ready` before completion and while the signed file is still being made.
pub(crate) fn get_document(host: &dyn Host, input: &DownloadInput) -> Result<DownloadedDocument, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let process = read_process(host, id)?;
    let status = document_status(&process)?;
    check_completed(&status, "document")?;
    let mut files = Vec::new();
    for (part, file) in wanted(host, &process, &input.parts)? {
        let name = name(file, part, input);
        files.push(download(host, id, file, (part, name))?);
    }
    Ok(DownloadedDocument { files, status: Some(status) })
}

/// The files for the parts, in the order asked, each once. All are found before any is fetched.
fn wanted<'a>(
    host: &dyn Host,
    process: &'a Process,
    parts: &[DocumentPart],
) -> Result<Vec<(DocumentPart, &'a File)>, Failure> {
    let parts = if parts.is_empty() { &[DocumentPart::Signed] } else { parts };
    let mut found: Vec<(DocumentPart, &File)> = Vec::new();
    for part in parts {
        if found.iter().any(|(earlier, _)| earlier == part) {
            continue;
        }
        match (part, file_for(process, *part)) {
            (_, Some(file)) => found.push((*part, file)),
            // The file can lag behind the status.
            (DocumentPart::Signed, None) => {
                return Err(Failure::NotReady(
                    "the document is signed, but Autenti has no signed file yet".to_owned(),
                ));
            }
            (DocumentPart::Certificate, None) => {
                host.log(Level::Info, "the document has no separate signature card", &[])
            }
        }
    }
    if found.is_empty() {
        let message =
            "there is no separate signature card; Autenti makes one only with `VISUALISATION:MANUAL`";
        return Err(rejected("no-signature-card", message));
    }
    Ok(found)
}

fn file_for(process: &Process, part: DocumentPart) -> Option<&File> {
    let purpose = match part {
        DocumentPart::Signed => SIGNED_CONTENT_FILE,
        DocumentPart::Certificate => SIGNATURE_CARD,
    };
    process.files.iter().find(|file| file.is_for(purpose))
}

/// The given name is that of the signed file; the card beside it says that it is one.
fn name(file: &File, part: DocumentPart, input: &DownloadInput) -> String {
    let own = file.filename.as_deref().unwrap_or_default();
    let given = input.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    match (part, given) {
        (DocumentPart::Signed, given) => pdf::file_name(given.unwrap_or(own), "signed.pdf"),
        (DocumentPart::Certificate, Some(given)) if input.parts.contains(&DocumentPart::Signed) => {
            let name = pdf::file_name(given, "signed.pdf");
            let stem = name.get(..name.len().saturating_sub(".pdf".len())).unwrap_or(&name);
            format!("{stem}-signature-card.pdf")
        }
        (DocumentPart::Certificate, given) => pdf::file_name(given.unwrap_or(own), "signature-card.pdf"),
    }
}

fn download(
    host: &dyn Host,
    id: &str,
    file: &File,
    (part, name): (DocumentPart, String),
) -> Result<DownloadedFile, Failure> {
    let file_id = file.id.as_deref().filter(|id| text::is_id(id));
    let file_id = file_id.ok_or_else(|| other("empty-file-id", "Autenti lists the file without an id"))?;
    let request = at_process("GET", id, Repeat::Read).segment("files").segment(file_id).segment("content");
    let reply = fetch(host, request.into_attachment(&name, "application/pdf"))?;
    fetched_pdf(host, &reply, (part, name), AUTENTI)
}
