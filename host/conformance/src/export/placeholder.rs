//! Small valid bytes of a kind of file, other ones for each number: what stands in for a file that is not passed on.
//!
//! Not here: which files those are (`files.rs`).

const KNOWN: [&str; 7] = ["pdf", "json", "xml", "zip", "txt", "csv", "html"];

/// The extension of a file: that of its name, which components go by, else the usual one of its media type; else `bin`.
pub(super) fn extension(name: &str, media_type: &str) -> &'static str {
    let given = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let named = given.and_then(|given| KNOWN.into_iter().find(|known| *known == given));
    named.unwrap_or_else(|| usual(media_type))
}

fn usual(media_type: &str) -> &'static str {
    match essence(media_type).as_str() {
        "application/pdf" => "pdf",
        "application/json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/zip" => "zip",
        "text/plain" => "txt",
        "text/csv" => "csv",
        "text/html" => "html",
        _ => "bin",
    }
}

/// The bytes of a file with this extension.
pub(super) fn bytes(extension: &str, number: u32) -> Vec<u8> {
    match extension {
        "pdf" => pdf(number),
        "json" => format!("{{\"stand-in\": {number}}}\n").into_bytes(),
        "xml" => format!("<stand-in number=\"{number}\"/>\n").into_bytes(),
        "html" => format!("<!doctype html><title>Stand-in {number}</title>\n").into_bytes(),
        "zip" => zip(number),
        _ => format!("stand-in {number}\n").into_bytes(),
    }
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// One empty page (ISO 32000-1 section 7.5: body, cross-reference table of 20-byte entries, trailer).
fn pdf(number: u32) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>".to_owned(),
        format!("<< /Title (Stand-in {number}) >>"),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = Vec::with_capacity(objects.len());
    for (number, object) in (1..).zip(&objects) {
        places.push(text.len());
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let (table, count) = (text.len(), objects.len() + 1);
    text.push_str(&format!("xref\n0 {count}\n0000000000 65535 f \n"));
    places.iter().for_each(|place| text.push_str(&format!("{place:010} 00000 n \n")));
    text.push_str(&format!(
        "trailer\n<< /Size {count} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{table}\n%%EOF\n"
    ));
    text.into_bytes()
}

/// An empty archive: the end record alone, with the number as its comment.
fn zip(number: u32) -> Vec<u8> {
    let comment = number.to_string();
    let mut bytes = b"PK\x05\x06".to_vec();
    bytes.extend([0; 16]);
    bytes.extend(u16::try_from(comment.len()).unwrap_or_default().to_le_bytes());
    bytes.extend(comment.into_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_says_where_its_objects_are() {
        let bytes = pdf(7);
        let text = String::from_utf8(bytes).unwrap();
        let table: usize = text.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(text[table..].starts_with("xref\n0 5\n"));
        for (number, entry) in (1..=4).zip(text[table..].lines().skip(3)) {
            let place: usize = entry[..10].parse().unwrap();
            assert!(text[place..].starts_with(&format!("{number} 0 obj\n")), "{entry}");
            assert_eq!(entry.len() + 1, 20);
        }
        assert_ne!(pdf(1), pdf(2));
    }

    #[test]
    fn every_kind_of_file_has_bytes_of_its_own() {
        for extension in KNOWN.into_iter().chain(["bin"]) {
            assert_ne!(bytes(extension, 1), bytes(extension, 2), "{extension}");
        }
        let cases = [
            ("a.PDF", "application/octet-stream", "pdf"),
            ("a", "Application/PDF", "pdf"),
            ("a.docx", "application/json; charset=utf-8", "json"),
            ("a.docx", "x/y", "bin"),
        ];
        for (name, media_type, expected) in cases {
            assert_eq!(extension(name, media_type), expected, "{name} {media_type}");
        }
    }
}
