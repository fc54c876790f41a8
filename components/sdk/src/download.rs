//! What fetching a document takes at every provider: which parts, under which names, and whether it is time.
//!
//! Where the bytes come from is the provider's business.

use crate::contract::actions::{DocumentPart, DownloadedFile};
use crate::contract::types::{DocumentState, DocumentStatus, Failure};
use crate::failure::{of_attachment, other, rejected};
use crate::host::Host;
use crate::pdf;
use crate::reply::Reply;

/// The parts in the order asked, each once; the signed document when none is named.
#[must_use]
pub fn parts(asked: &[DocumentPart]) -> Vec<DocumentPart> {
    let asked = if asked.is_empty() { &[DocumentPart::Signed] } else { asked };
    let mut parts = Vec::new();
    for part in asked {
        if !parts.contains(part) {
            parts.push(*part);
        }
    }
    parts
}

/// Whether there is a signed document (P19). `noun` is the provider's word for one: `envelope`.
///
/// # Errors
/// `not-ready` before completion; `rejected` when there will never be one, because waiting would not help.
pub fn check_completed(status: &DocumentStatus, noun: &str) -> Result<(), Failure> {
    let code = &status.code;
    match status.state {
        DocumentState::Completed => Ok(()),
        DocumentState::Declined
        | DocumentState::Cancelled
        | DocumentState::Expired
        | DocumentState::Failed => {
            let message = format!("the {noun} ended as `{code}`; there is no signed document");
            Err(rejected(code.clone(), &message))
        }
        _ => Err(Failure::NotReady(format!(
            "the {noun} is `{code}`; a signed document exists once everybody has signed"
        ))),
    }
}

/// The name of one of several files: the given one with a number, else the document's own.
#[must_use]
pub fn one_of(own: Option<&str>, given: Option<&str>, (number, count): (usize, usize)) -> String {
    match given {
        Some(given) if count > 1 => with_suffix(given, &number.to_string()),
        Some(given) => pdf::file_name(given, "signed.pdf"),
        None => pdf::file_name(own.unwrap_or_default(), &format!("signed-{number}.pdf")),
    }
}

/// The name of the page that lists the signatures.
#[must_use]
pub fn certificate_name(given: Option<&str>) -> String {
    given.map_or("certificate.pdf".to_owned(), |given| with_suffix(given, "certificate"))
}

/// The file that an answer became, once its start is seen to be that of a PDF file (P20).
///
/// # Errors
/// `other` when it is something else.
pub fn fetched_pdf(
    host: &dyn Host,
    reply: &Reply,
    (part, name): (DocumentPart, String),
    provider: &str,
) -> Result<DownloadedFile, Failure> {
    let stored = reply.stored().ok_or_else(|| other("no-attachment", "the host did not store the file"))?;
    let attachment = stored.attachment;
    if !pdf::starts_as_pdf(host, attachment).map_err(|problem| of_attachment(problem, "files"))? {
        let message = format!("{provider} answered `{name}` with something that is no PDF file");
        return Err(other("not-a-pdf", &message));
    }
    Ok(DownloadedFile { part, attachment, name })
}

fn with_suffix(given: &str, suffix: &str) -> String {
    let name = pdf::file_name(given, "signed.pdf");
    let stem = name.get(..name.len().saturating_sub(".pdf".len())).unwrap_or(&name);
    format!("{stem}-{suffix}.pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_once_and_names_are_told_apart() {
        use DocumentPart::{Certificate, Signed};
        assert_eq!(parts(&[]), [Signed]);
        assert_eq!(parts(&[Certificate, Signed, Certificate]), [Certificate, Signed]);
        assert_eq!(one_of(Some("a"), None, (1, 1)), "a.pdf");
        assert_eq!(one_of(None, None, (2, 2)), "signed-2.pdf");
        assert_eq!(one_of(Some("a"), Some("b.PDF"), (2, 2)), "b-2.pdf");
        assert_eq!(one_of(Some("a"), Some("b"), (1, 1)), "b.pdf");
        assert_eq!(certificate_name(None), "certificate.pdf");
        assert_eq!(certificate_name(Some("b")), "b-certificate.pdf");
    }

    #[test]
    fn waiting_helps_only_while_somebody_can_sign() {
        let of = |state| check_completed(&DocumentStatus { code: "X".to_owned(), state }, "envelope");
        assert_eq!(of(DocumentState::Completed), Ok(()));
        assert!(matches!(of(DocumentState::Expired), Err(Failure::Rejected(_))));
        assert!(matches!(of(DocumentState::InProgress), Err(Failure::NotReady(_))));
    }
}
