//! The lists that form fields are bound to, with names in English, Polish and German. Nothing is asked of OneSpan: what
//! an account offers beyond them it does not tell in words that could be sent.
//!
//! What the words mean to a workflow stands in `status`, `standing`, `role` and `signature`.

use countersign_sdk::Settings;
use countersign_sdk::contract::data_sources::{Row, RowsInput, Source};
use countersign_sdk::contract::types::Failure;
use countersign_sdk::rows::{Named, filter, named_rows, named_source, switched_on};
use countersign_sdk::unknown_source;

use crate::role::ROLES;
use crate::signature::SIGNATURE_TYPES;

/// States of a package that a workflow can meet.
const DOCUMENT_STATUSES: [Named; 9] = [
    ("DRAFT", "Draft", "Szkic", "Entwurf"),
    ("SENT", "Sent", "Wysłany", "Gesendet"),
    ("SIGNING_COMPLETED", "Signed by all", "Podpisany przez wszystkich", "Von allen signiert"),
    ("COMPLETED", "Completed", "Zakończony", "Abgeschlossen"),
    ("ARCHIVED", "Archived", "Zarchiwizowany", "Archiviert"),
    ("DECLINED", "Declined", "Odrzucony", "Abgelehnt"),
    ("OPTED_OUT", "Opted out", "Rezygnacja z podpisu elektronicznego", "Elektronische Signatur abgelehnt"),
    ("EXPIRED", "Expired", "Wygasły", "Abgelaufen"),
    ("TRASHED", "In the trash", "W koszu", "Im Papierkorb"),
];

/// Where a recipient can stand.
const RECIPIENT_STATUSES: [Named; 6] = [
    ("INACTIVE", "Not sent", "Nie wysłano", "Nicht gesendet"),
    ("SIGNING_PENDING", "Pending", "Oczekuje", "Ausstehend"),
    ("SIGNING_COMPLETED", "Signed", "Podpisano", "Signiert"),
    ("DECLINED", "Declined", "Odrzucono", "Abgelehnt"),
    ("OPTED_OUT", "Opted out", "Rezygnacja z podpisu elektronicznego", "Elektronische Signatur abgelehnt"),
    ("EXPIRED", "Expired", "Wygasło", "Abgelaufen"),
];

/// The lists there are.
#[must_use]
pub(crate) fn sources() -> Vec<Source> {
    vec![
        named_source(("document-status", "Package status", "Status pakietu", "Paketstatus")),
        named_source(("recipient-roles", "Recipient roles", "Role odbiorców", "Rollen der Empfänger")),
        named_source(("recipient-status", "Recipient status", "Status odbiorcy", "Status des Empfängers")),
        named_source(("signature-types", "Signature types", "Rodzaje podpisu", "Signaturarten")),
    ]
}

/// The rows of one list.
///
/// # Errors
/// `invalid` for an unknown list or a setting that is no truth value.
pub(crate) fn rows(input: &RowsInput) -> Result<Vec<Row>, Failure> {
    let settings = Settings::of(&input.settings);
    let found = match input.source.as_str() {
        "document-status" => named_rows(&DOCUMENT_STATUSES),
        "recipient-roles" => switched_on(named_rows(&ROLES.map(|(_, named)| named)), "role", settings)?,
        "recipient-status" => named_rows(&RECIPIENT_STATUSES),
        "signature-types" => switched_on(named_rows(&SIGNATURE_TYPES), "signature-type", settings)?,
        unknown => return Err(unknown_source(unknown)),
    };
    Ok(filter(found, input.filter.as_deref()))
}
