//! The lists that form fields are bound to, each with names in English, Polish and German.
//!
//! The words themselves and what they mean to a workflow stand in `status` and `wire`.

pub(crate) mod choices;
pub(crate) mod languages;

use countersign_sdk::contract::data_sources::{Row, RowsInput, Source};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::rows::{filter, row, translated};
use countersign_sdk::{Host, Request, Settings, unknown_source};

use crate::challenge::fetch;
use crate::process::API;
use crate::wire::tag::Tag;

/// A value and its names in English, Polish and German.
pub(crate) type Named = (&'static str, &'static str, &'static str, &'static str);

/// The lists there are.
#[must_use]
pub(crate) fn sources() -> Vec<Source> {
    vec![
        fixed(("document-status", "Document status", "Status dokumentu", "Dokumentstatus")),
        fixed(("recipient-roles", "Recipient roles", "Role odbiorców", "Rollen der Empfänger")),
        fixed((
            "recipient-status",
            "Recipient signature status",
            "Status podpisu odbiorcy",
            "Signaturstatus des Empfängers",
        )),
        fixed(("signature-types", "Signature types", "Rodzaje podpisu", "Signaturarten")),
        fixed(("languages", "Languages", "Języki", "Sprachen")),
        fixed((
            "visualisations",
            "Signature visualisations",
            "Wizualizacje podpisu",
            "Darstellungen der Signatur",
        )),
        Source {
            columns: vec!["type".to_owned()],
            needs_connection: true,
            ..fixed(("labels", "Labels", "Etykiety", "Etiketten"))
        },
    ]
}

/// The rows of one list.
///
/// # Errors
/// `invalid` for an unknown list or a setting that is no truth value; for labels whatever Autenti says.
pub(crate) fn rows(host: &dyn Host, input: &RowsInput) -> Result<Vec<Row>, Failure> {
    let settings = Settings::of(&input.settings);
    let found = match input.source.as_str() {
        "document-status" => all(&choices::DOCUMENT_STATUSES),
        "recipient-roles" => switched_on(&choices::ROLES, "role", settings)?,
        "recipient-status" => all(&choices::RECIPIENT_STATUSES),
        "signature-types" => switched_on(&choices::SIGNATURE_TYPES, "signature-type", settings)?,
        "languages" => all(&languages::LANGUAGES),
        "visualisations" => all(&choices::VISUALISATIONS),
        "labels" => labels(host)?,
        unknown => return Err(unknown_source(unknown)),
    };
    Ok(filter(found, input.filter.as_deref()))
}

/// The name of the connection setting that switches one value off: `role-viewer`.
#[must_use]
pub(crate) fn switch(list: &str, value: &str) -> String {
    format!("{list}-{}", value.to_lowercase())
}

fn fixed(source: Named) -> Source {
    let (id, en, pl, de) = source;
    Source {
        id: id.to_owned(),
        names: translated(&[("en", en), ("pl", pl), ("de", de)]),
        columns: Vec::new(),
        needs_connection: false,
    }
}

fn all(values: &[Named]) -> Vec<Row> {
    values.iter().map(|(id, en, pl, de)| row(id, en, &[("pl", pl), ("de", de)])).collect()
}

fn switched_on(values: &[Named], list: &str, settings: Settings<'_>) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for value in all(values) {
        if settings.boolean(&switch(list, &value.id), true)? {
            rows.push(value);
        }
    }
    Ok(rows)
}

/// The account's own labels; a label without a name is shown by its id.
fn labels(host: &dyn Host) -> Result<Vec<Row>, Failure> {
    let request = Request::new(API, "GET", Repeat::Read).segment("tags");
    let tags: Vec<Tag> = fetch(host, request)?.json_many()?;
    let known = tags.into_iter().filter_map(|tag| {
        let id = tag.id.filter(|id| !id.trim().is_empty())?;
        let name = tag.description.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| id.clone());
        Some(Row { cells: vec![tag.kind.unwrap_or_default()], ..row(&id, &name, &[]) })
    });
    Ok(known.collect())
}
