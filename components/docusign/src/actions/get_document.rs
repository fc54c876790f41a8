//! Fetches the signed documents, and the certificate that lists who signed when.
//!
//! The bytes go from DocuSign straight into attachments; only the start of each is looked at. Names are our own:
//! DocuSign's `Content-Disposition` is not always well-formed (P23).

use countersign_sdk::contract::actions::{DocumentPart, DownloadInput, DownloadedDocument, DownloadedFile};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::download::{certificate_name, check_completed, fetched_pdf, one_of, parts};
use countersign_sdk::failure::other;
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, pdf};

use crate::account::{DOCUSIGN, at_envelope};
use crate::envelope::{document_id, read_envelope};
use crate::refusal::fetch;
use crate::status::document_status;
use crate::wire::envelope::{Document, Envelope};

/// All documents in one file.
const COMBINED: &str = "combined";
/// The certificate.
const CERTIFICATE: &str = "certificate";
/// Signatures of the advanced and qualified kinds would break, so DocuSign does not combine (P22).
const NOT_COMBINED: &str = "COMBINED_PDF_DOWNLOAD_NOT_ALLOWED";

/// One download: which file, by which name, as which part.
struct Wanted {
    part: DocumentPart,
    document: String,
    name: String,
}

/// See `get-document` of the contract.
///
/// # Errors
/// `not-ready` before completion: DocuSign would answer with the unsigned documents (P19).
pub(crate) fn get_document(host: &dyn Host, input: &DownloadInput) -> Result<DownloadedDocument, Failure> {
    let id = document_id("document-id", &input.document.document_id)?;
    let envelope = read_envelope(host, id, Some("documents"))?;
    let status = document_status(&envelope)?;
    check_completed(&status, "envelope")?;
    let given = non_blank(input.name.as_deref());
    let mut files = Vec::new();
    for part in parts(&input.parts) {
        match part {
            DocumentPart::Signed => files.extend(signed(host, id, &envelope, given)?),
            DocumentPart::Certificate => files.push(certificate(host, id, given)?),
        }
    }
    Ok(DownloadedDocument { files, status: Some(status) })
}

/// All documents in one file without the certificate, whatever the account's default is (P21); one by one where
/// DocuSign does not combine them.
fn signed(
    host: &dyn Host,
    id: &str,
    envelope: &Envelope,
    given: Option<&str>,
) -> Result<Vec<DownloadedFile>, Failure> {
    let documents: Vec<(&str, &Document)> =
        envelope.envelope_documents.iter().filter_map(|one| Some((one.content_id()?, one))).collect();
    let own = match documents.as_slice() {
        [(_, only)] => only.name.as_deref(),
        _ => None,
    };
    let whole = Wanted {
        part: DocumentPart::Signed,
        document: COMBINED.to_owned(),
        name: pdf::file_name(given.or(own).unwrap_or_default(), "signed.pdf"),
    };
    match download(host, id, whole) {
        Err(Failure::Rejected(said)) if said.code.eq_ignore_ascii_case(NOT_COMBINED) => {}
        combined => return Ok(vec![combined?]),
    }
    host.log(Level::Info, "DocuSign does not combine these documents; they are fetched one by one", &[]);
    if documents.is_empty() {
        return Err(other("no-documents", "DocuSign lists no documents of the envelope"));
    }
    let count = documents.len();
    let one_by_one = documents.into_iter().zip(1..).map(|((document, listed), number)| {
        let name = one_of(listed.name.as_deref(), given, (number, count));
        download(host, id, Wanted { part: DocumentPart::Signed, document: document.to_owned(), name })
    });
    one_by_one.collect()
}

fn certificate(host: &dyn Host, id: &str, given: Option<&str>) -> Result<DownloadedFile, Failure> {
    let (document, name) = (CERTIFICATE.to_owned(), certificate_name(given));
    download(host, id, Wanted { part: DocumentPart::Certificate, document, name })
}

fn download(host: &dyn Host, id: &str, wanted: Wanted) -> Result<DownloadedFile, Failure> {
    let Wanted { part, document, name } = wanted;
    let request = at_envelope(host, "GET", id, Repeat::Read)?.segment("documents").segment(&document);
    let request = if document == COMBINED { request.query("certificate", "false") } else { request };
    let reply = fetch(host, request.into_attachment(&name, "application/pdf"))?;
    fetched_pdf(host, &reply, (part, name), DOCUSIGN)
}
