//! The lists that form fields are bound to. What an account offers is asked of DocuSign; everything else has names in
//! English, Polish and German.
//!
//! The words themselves and what they mean to a workflow stand in `status`, `role` and `validation`.

use countersign_sdk::connection::setting;
use countersign_sdk::contract::data_sources::{Row, RowsInput, Source};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::rows::{Named, filter, named_rows, named_source, row, switched_on};
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, Settings, unknown_source};

use crate::account::at_account;
use crate::identity::workflows;
use crate::refusal::fetch;
use crate::role::ROLES;
use crate::validation::{ADVANCED, BASIC, QUALIFIED, provider_setting};
use crate::wire::listing::{Languages, SignatureProviders};

/// States of an envelope that a workflow can meet.
const DOCUMENT_STATUSES: [Named; 10] = [
    ("created", "Created", "Utworzona", "Erstellt"),
    ("processing", "Processing", "Przetwarzana", "In Bearbeitung"),
    ("sent", "Sent", "Wysłana", "Gesendet"),
    ("delivered", "Delivered", "Dostarczona", "Zugestellt"),
    ("signed", "Signed", "Podpisana", "Signiert"),
    ("correct", "Being corrected", "W trakcie poprawiania", "Wird korrigiert"),
    ("completed", "Completed", "Zakończona", "Abgeschlossen"),
    ("declined", "Declined", "Odrzucona", "Abgelehnt"),
    ("voided", "Voided", "Unieważniona", "Ungültig"),
    ("deleted", "Deleted", "Usunięta", "Gelöscht"),
];

/// Where a recipient can stand.
const RECIPIENT_STATUSES: [Named; 8] = [
    ("created", "Created", "Utworzony", "Erstellt"),
    ("sent", "Sent", "Wysłano", "Gesendet"),
    ("delivered", "Viewed", "Wyświetlono", "Angesehen"),
    ("signed", "Signed", "Podpisano", "Signiert"),
    ("completed", "Completed", "Zakończono", "Abgeschlossen"),
    ("declined", "Declined", "Odrzucono", "Abgelehnt"),
    ("faxpending", "Waiting for a fax", "Oczekuje na faks", "Wartet auf ein Fax"),
    ("autoresponded", "Not delivered", "Nie dostarczono", "Nicht zustellbar"),
];

/// Kinds of signature by neutral words; the connection says which signature provider makes them.
pub(crate) const SIGNATURE_TYPES: [Named; 3] = [
    (BASIC, "Electronic signature", "Podpis elektroniczny", "Elektronische Signatur"),
    (ADVANCED, "Advanced signature", "Podpis zaawansowany", "Fortgeschrittene Signatur"),
    (QUALIFIED, "Qualified signature", "Podpis kwalifikowany", "Qualifizierte Signatur"),
];

/// The lists there are.
#[must_use]
pub(crate) fn sources() -> Vec<Source> {
    let asked = |source: Named, columns: &[&str]| Source {
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        needs_connection: true,
        ..named_source(source)
    };
    vec![
        named_source(("document-status", "Envelope status", "Status koperty", "Umschlagstatus")),
        Source {
            columns: vec!["group".to_owned()],
            ..named_source(("recipient-roles", "Recipient roles", "Role odbiorców", "Rollen der Empfänger"))
        },
        named_source(("recipient-status", "Recipient status", "Status odbiorcy", "Status des Empfängers")),
        asked(("signature-types", "Signature types", "Rodzaje podpisu", "Signaturarten"), &["provider"]),
        asked(
            ("identity-workflows", "Identity checks", "Weryfikacje tożsamości", "Identitätsprüfungen"),
            &["description"],
        ),
        asked(("languages", "Languages", "Języki", "Sprachen"), &[]),
    ]
}

/// The rows of one list.
///
/// # Errors
/// `invalid` for an unknown list or a setting that is no truth value; for what is asked whatever DocuSign says.
pub(crate) fn rows(host: &dyn Host, input: &RowsInput) -> Result<Vec<Row>, Failure> {
    let settings = Settings::of(&input.settings);
    let found = match input.source.as_str() {
        "document-status" => named_rows(&DOCUMENT_STATUSES),
        "recipient-roles" => switched_on(roles(), "role", settings)?,
        "recipient-status" => named_rows(&RECIPIENT_STATUSES),
        "signature-types" => signature_types(host, settings)?,
        "identity-workflows" => identity_workflows(host)?,
        "languages" => languages(host)?,
        unknown => return Err(unknown_source(unknown)),
    };
    Ok(filter(found, input.filter.as_deref()))
}

fn roles() -> Vec<Row> {
    let rows = ROLES.map(|(role, named)| (role, named_rows(&[named])));
    let with_group = rows.into_iter().flat_map(|(role, rows)| {
        rows.into_iter().map(move |row| Row { cells: vec![role.group().word().to_owned()], ..row })
    });
    with_group.collect()
}

/// The neutral words whose signature provider the account has, then the account's providers by their own names.
fn signature_types(host: &dyn Host, settings: Settings<'_>) -> Result<Vec<Row>, Failure> {
    let request = at_account(host, "GET", Repeat::Read)?.segment("signatureProviders");
    let account: SignatureProviders = fetch(host, request)?.json()?;
    let known = account.signature_providers.into_iter().filter_map(|provider| {
        let name = non_blank(provider.signature_provider_name.as_deref())?.to_owned();
        let shown = non_blank(provider.signature_provider_display_name.as_deref()).unwrap_or(&name);
        Some(Row { cells: vec![name.clone()], ..row(&name, shown, &[]) })
    });
    let known: Vec<Row> = known.collect();
    let neutral = named_rows(&SIGNATURE_TYPES).into_iter().filter_map(|row| {
        let (name, default) = provider_setting(&row.id)?;
        let provider = setting(host, name).unwrap_or_else(|| default.to_owned());
        let is_offered = provider.is_empty() || known.iter().any(|row| row.id == provider);
        is_offered.then(|| Row { cells: vec![provider], ..row })
    });
    let mut rows = switched_on(neutral.collect(), "signature-type", settings)?;
    rows.extend(known);
    Ok(rows)
}

fn identity_workflows(host: &dyn Host) -> Result<Vec<Row>, Failure> {
    let known = workflows(host)?.into_iter().filter_map(|workflow| {
        let id = non_blank(workflow.workflow_id.as_deref())?.to_owned();
        let name = non_blank(workflow.default_name.as_deref()).unwrap_or(&id);
        let description = workflow.default_description.unwrap_or_default();
        Some(Row { cells: vec![description], ..row(&id, name, &[]) })
    });
    Ok(known.collect())
}

fn languages(host: &dyn Host) -> Result<Vec<Row>, Failure> {
    let request = at_account(host, "GET", Repeat::Read)?.segment("supported_languages");
    let known: Languages = fetch(host, request)?.json()?;
    let known = known.languages.into_iter().filter_map(|language| {
        let code = non_blank(language.value.as_deref())?.to_owned();
        let name = non_blank(language.name.as_deref()).unwrap_or(&code);
        Some(row(&code, name, &[]))
    });
    Ok(known.collect())
}
