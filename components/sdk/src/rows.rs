//! Makes and narrows the rows of data sources.
//!
//! Asking a provider for rows is an ordinary request.

use crate::contract::data_sources::{Row, Source};
use crate::contract::types::{Failure, Translation};
use crate::settings::Settings;

/// A value and its names in English, Polish and German.
pub type Named = (&'static str, &'static str, &'static str, &'static str);

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

/// A row for each value, the English name first.
#[must_use]
pub fn named_rows(values: &[Named]) -> Vec<Row> {
    values.iter().map(|(id, en, pl, de)| row(id, en, &[("pl", pl), ("de", de)])).collect()
}

/// A list without further columns, for which nobody needs to be asked.
#[must_use]
pub fn named_source((id, en, pl, de): Named) -> Source {
    Source {
        id: id.to_owned(),
        names: translated(&[("en", en), ("pl", pl), ("de", de)]),
        columns: Vec::new(),
        needs_connection: false,
    }
}

/// Keeps the rows that the operator did not switch off; `declare::switch` declares the settings.
///
/// # Errors
/// `invalid` for a switch that is no truth value.
pub fn switched_on(rows: Vec<Row>, list: &str, settings: Settings<'_>) -> Result<Vec<Row>, Failure> {
    let mut kept = Vec::new();
    for row in rows {
        if settings.boolean(&switch_name(list, &row.id), true)? {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// The name of the setting that switches one value off, in kebab-case: `role-viewer`.
pub(crate) fn switch_name(list: &str, value: &str) -> String {
    format!("{list}-{}", value.to_lowercase().replace('_', "-"))
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
