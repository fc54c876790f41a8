//! The page that Paper hands out as the signed document: one sheet of PDF (ISO 32000-1), the same for the same id.
//!
//! It says of itself that it proves nothing. Not here: when there is one.

/// What a sheet is made of: the catalogue, the pages, the page, its font; its text follows. Objects count from 1.
const OBJECTS: [&str; 4] = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
];

/// The sheet for this document.
pub(crate) fn page(document_id: &str) -> Vec<u8> {
    let lines = ["Signed on paper.", document_id, "A stand-in: nobody signed, and this proves nothing."];
    let shown = lines.map(|line| format!("({}) Tj T*", escape(line)));
    let text = format!("BT /F1 12 Tf 16 TL 60 760 Td {} ET", shown.join(" "));
    let content = format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let objects = OBJECTS.into_iter().chain([content.as_str()]);
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (index, object) in objects.enumerate() {
        places.push(format!("{:010} 00000 n \n", file.len()));
        file += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let (start, size) = (file.len(), places.len() + 1);
    file += &format!("xref\n0 {size}\n0000000000 65535 f \n{}", places.concat());
    file += &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

/// A literal string (7.3.4.2); what is no ASCII is left out, because the font would need another encoding.
fn escape(text: &str) -> String {
    let shown = text.chars().filter(|letter| matches!(letter, ' '..='~'));
    shown
        .flat_map(|letter| matches!(letter, '(' | ')' | '\\').then_some('\\').into_iter().chain([letter]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_stands_where_the_table_says() {
        let file = String::from_utf8(page("paper-1-a(b)\\ż")).unwrap();
        let (_, table) = file.split_once("xref\n0 6\n0000000000 65535 f \n").unwrap();
        let places = table.lines().take_while(|line| line.ends_with("n ")).enumerate();
        let found = places.map(|(index, line)| {
            let place: usize = line.split(' ').next().unwrap().parse().unwrap();
            assert!(file.get(place..).unwrap().starts_with(&format!("{} 0 obj\n", index + 1)), "{line}");
        });
        assert_eq!(found.count(), 5);
        let start: usize = file.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(file.get(start..).unwrap().starts_with("xref\n"));
        assert!(file.contains("(paper-1-a\\(b\\)\\\\) Tj"), "{file}");
    }
}
