//! Fetches the signed documents, each as a PDF file, and the evidence summary that lists who signed when.
//!
//! The bytes go from OneSpan straight into attachments; only the start of each is looked at. Its archive of all documents
//! is not used: forms hold documents, not archives.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{DocumentPart, DownloadInput, DownloadedDocument, DownloadedFile};
use countersign_sdk::contract::types::Failure;
use countersign_sdk::download::{certificate_name, check_completed, fetched_pdf, one_of, parts};
use countersign_sdk::failure::other;
use countersign_sdk::text::non_blank;

use crate::package::{ONESPAN, file_of_package, package_id, read_package};
use crate::refusal::fetch;
use crate::status::package_status;
use crate::wire::package::Package;

/// See `get-document` of the contract.
///
/// # Errors
/// `not-ready` before completion: OneSpan would answer with documents that are not signed yet (P19).
pub(crate) fn get_document(host: &dyn Host, input: &DownloadInput) -> Result<DownloadedDocument, Failure> {
    let id = package_id("document-id", &input.document.document_id)?;
    let package = read_package(host, id)?;
    let status = package_status(&package)?;
    check_completed(&status, "package")?;
    let given = non_blank(input.name.as_deref());
    let mut files = Vec::new();
    for part in parts(&input.parts) {
        match part {
            DocumentPart::Signed => files.extend(signed(host, id, &package, given)?),
            DocumentPart::Certificate => {
                files.push(download(host, id, &["evidence", "summary"], (part, certificate_name(given)))?);
            }
        }
    }
    Ok(DownloadedDocument { files, status: Some(status) })
}

/// All that the sender gave; OneSpan's own page about consent is none of it.
fn signed(
    host: &dyn Host,
    id: &str,
    package: &Package,
    given: Option<&str>,
) -> Result<Vec<DownloadedFile>, Failure> {
    let documents: Vec<_> = package.content().collect();
    if documents.is_empty() {
        return Err(other("no-documents", "OneSpan lists no documents of the package"));
    }
    let count = documents.len();
    let one_by_one = documents.into_iter().zip(1..).map(|((document, listed), number)| {
        let own = non_blank(listed.name.as_deref()).map(without_source_extension);
        let name = one_of(own, given, (number, count));
        download(host, id, &["documents", document, "pdf"], (DocumentPart::Signed, name))
    });
    one_by_one.collect()
}

/// What was sent as `Anlage.docx` comes back as `Anlage.pdf`.
fn without_source_extension(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 4 && !extension.eq_ignore_ascii_case("pdf") => stem,
        _ => name,
    }
}

fn download(
    host: &dyn Host,
    id: &str,
    path: &[&str],
    (part, name): (DocumentPart, String),
) -> Result<DownloadedFile, Failure> {
    let request = path.iter().fold(file_of_package(id), |request, segment| request.segment(*segment));
    let reply = fetch(host, request.into_attachment(&name, "application/pdf"))?;
    fetched_pdf(host, &reply, (part, name), ONESPAN)
}
