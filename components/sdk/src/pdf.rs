//! Tells a PDF file from something else by its start, and names one (P20).
//!
//! Nothing else of a PDF is looked at.

use crate::contract::attachments::AttachmentFailure;
use crate::contract::types::AttachmentId;
use crate::host::Host;

/// What every PDF file starts with (ISO 32000-1, 7.5.2).
const MARK: &[u8] = b"%PDF-";

/// Common readers accept the mark anywhere in so many bytes, and some producers rely on it.
const SEARCHED_BYTES: u32 = 1024;

/// Whether an attachment starts as a PDF file does.
///
/// # Errors
/// When the attachment cannot be read.
pub fn starts_as_pdf(host: &dyn Host, attachment: AttachmentId) -> Result<bool, AttachmentFailure> {
    let start = host.read_attachment(attachment, 0, SEARCHED_BYTES)?;
    Ok(start.windows(MARK.len()).any(|window| window == MARK))
}

/// A file name without a path, that ends in `.pdf`; the fallback when nothing usable was given.
#[must_use]
pub fn file_name(given: &str, fallback: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let name = match name.trim() {
        "" | "." | ".." => fallback,
        name => name,
    };
    if name.to_lowercase().ends_with(".pdf") { name.to_owned() } else { format!("{name}.pdf") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    #[test]
    fn content_decides() {
        let late = [&[b'x'; 900][..], b"%PDF-1.4"].concat();
        let host = Fake::new()
            .file(1, "a", b"%PDF-1.7\n")
            .file(2, "b", &late)
            .file(3, "c", b"PK\x03\x04")
            .file(4, "d", b"");
        for (id, expected) in [(1, true), (2, true), (3, false), (4, false)] {
            assert_eq!(starts_as_pdf(&host, id), Ok(expected), "{id}");
        }
        assert_eq!(starts_as_pdf(&host, 5), Err(AttachmentFailure::Denied));
    }

    #[test]
    fn names_are_made_safe() {
        for (given, expected) in [
            ("Umowa.pdf", "Umowa.pdf"),
            ("Umowa żółta", "Umowa żółta.pdf"),
            ("a.PDF", "a.PDF"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\x\\y.pdf", "y.pdf"),
            ("a\r\nb.pdf", "ab.pdf"),
            ("  ", "signed.pdf"),
            ("dir/..", "signed.pdf"),
        ] {
            assert_eq!(file_name(given, "signed.pdf"), expected, "{given:?}");
        }
    }
}
