//! The lists that form fields are bound to, each with names in English, Polish and German.
//!
//! The words themselves and what they mean to a workflow stand in `status` and `wire`.

pub(crate) mod choices;
pub(crate) mod languages;

use countersign_sdk::contract::data_sources::{Row, RowsInput, Source};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::rows::{filter, named_rows, named_source, row, switched_on};
use countersign_sdk::{Host, Request, Settings, unknown_source};

use crate::challenge::fetch;
use crate::process::API;
use crate::wire::tag::Tag;

/// The lists there are.
#[must_use]
pub(crate) fn sources() -> Vec<Source> {
    vec![
        named_source(("document-status", "Document status", "Status dokumentu", "Dokumentstatus")),
        named_source(("recipient-roles", "Recipient roles", "Role odbiorców", "Rollen der Empfänger")),
        named_source((
            "recipient-status",
            "Recipient signature status",
            "Status podpisu odbiorcy",
            "Signaturstatus des Empfängers",
        )),
        named_source(("signature-types", "Signature types", "Rodzaje podpisu", "Signaturarten")),
        named_source(("languages", "Languages", "Języki", "Sprachen")),
        named_source((
            "visualisations",
            "Signature visualisations",
            "Wizualizacje podpisu",
            "Darstellungen der Signatur",
        )),
        Source {
            columns: vec!["type".to_owned()],
            needs_connection: true,
            ..named_source(("labels", "Labels", "Etykiety", "Etiketten"))
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
        "document-status" => named_rows(&choices::DOCUMENT_STATUSES),
        "recipient-roles" => switched_on(named_rows(&choices::ROLES), "role", settings)?,
        "recipient-status" => named_rows(&choices::RECIPIENT_STATUSES),
        "signature-types" => switched_on(named_rows(&choices::SIGNATURE_TYPES), "signature-type", settings)?,
        "languages" => named_rows(&languages::LANGUAGES),
        "visualisations" => named_rows(&choices::VISUALISATIONS),
        "labels" => labels(host)?,
        unknown => return Err(unknown_source(unknown)),
    };
    Ok(filter(found, input.filter.as_deref()))
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
