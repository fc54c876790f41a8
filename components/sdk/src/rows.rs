//! Makes and narrows the rows of data sources.
//!
//! Asking a provider for rows is an ordinary request.

use crate::contract::data_sources::Row;
use crate::contract::types::Translation;

/// A row with a name in the default language and in others: `row("SIGNER", "Signer", &[("pl", "Podpisujący")])`.
#[must_use]
pub fn row(id: &str, name: &str, translations: &[(&str, &str)]) -> Row {
    Row {
        id: id.to_owned(),
        name: name.to_owned(),
        translations: translated(translations),
        cells: Vec::new(),
    }
}

/// Texts by language.
#[must_use]
pub fn translated(texts: &[(&str, &str)]) -> Vec<Translation> {
    texts
        .iter()
        .map(|(language, text)| Translation { language: (*language).to_owned(), text: (*text).to_owned() })
        .collect()
}

/// Keeps the rows whose id or name, in any language, contains the filter in any case. A blank filter keeps all.
#[must_use]
pub fn filter(mut rows: Vec<Row>, filter: Option<&str>) -> Vec<Row> {
    let wanted = filter.unwrap_or_default().trim().to_lowercase();
    rows.retain(|row| {
        let names = row.translations.iter().map(|translation| &translation.text);
        names.chain([&row.id, &row.name]).any(|text| text.to_lowercase().contains(&wanted))
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_narrowed_by_id_and_name() {
        let rows = || vec![row("SIGNER", "Signer", &[("pl", "Podpisujący")]), row("VIEWER", "Viewer", &[])];
        let ids = |text: Option<&str>| filter(rows(), text).into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(None), ["SIGNER", "VIEWER"]);
        assert_eq!(ids(Some(" ")), ["SIGNER", "VIEWER"]);
        assert_eq!(ids(Some("view")), ["VIEWER"]);
        assert_eq!(ids(Some("PISUJĄCY")), ["SIGNER"]);
        assert!(ids(Some("nobody")).is_empty());
    }
}
