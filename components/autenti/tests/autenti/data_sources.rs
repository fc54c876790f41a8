//! The lists, their switches and filters, and the labels of the account.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::data_sources::{Row, RowsInput};
use countersign_sdk::contract::types::{Failure, Setting};
use countersign_sdk::fake::{Fake, request};

use crate::given::code;

fn rows_of(
    host: &Fake,
    source: &str,
    filter: Option<&str>,
    settings: &[(&str, &str)],
) -> Result<Vec<Row>, Failure> {
    let settings =
        settings.iter().map(|(name, value)| Setting { name: (*name).to_owned(), value: (*value).to_owned() });
    let input = RowsInput {
        source: source.to_owned(),
        filter: filter.map(str::to_owned),
        settings: settings.collect(),
    };
    Autenti::rows(host, &input)
}

fn ids(source: &str, filter: Option<&str>, settings: &[(&str, &str)]) -> Vec<String> {
    rows_of(&Fake::new(), source, filter, settings).unwrap().into_iter().map(|row| row.id).collect()
}

#[test]
fn fixed_lists_have_the_values_of_the_seeds() {
    let statuses = ["PROCESSING", "SUCCESS", "FAILED", "WITHDRAWN", "ERROR", "COMPLETED", "REJECTED"];
    assert_eq!(ids("document-status", None, &[]), statuses);
    assert_eq!(ids("recipient-roles", None, &[]), ["SIGNER", "APPROVER", "REVIEWER", "VIEWER"]);
    let recipient = ["NONE", "PENDING", "COMPLETED", "OBSOLETE", "FAILED", "REJECTED"];
    assert_eq!(ids("recipient-status", None, &[]), recipient);
    assert_eq!(ids("signature-types", None, &[]), ["BASIC", "QUALIFIED", "ADVANCED"]);
    assert_eq!(
        ids("visualisations", None, &[]),
        ["VISUALISATION:AUTENTI_SIGNATURE_CARD", "VISUALISATION:MANUAL"]
    );
    let languages = ids("languages", None, &[]);
    assert_eq!((languages.len(), languages.first().unwrap().as_str()), (24, "cs"));
}

#[test]
fn every_fixed_value_is_named_in_three_languages_and_clean() {
    for source in Autenti::sources().iter().filter(|source| !source.needs_connection) {
        assert_eq!(
            source.names.iter().map(|name| name.language.as_str()).collect::<Vec<_>>(),
            ["en", "pl", "de"]
        );
        for row in rows_of(&Fake::new(), &source.id, None, &[]).unwrap() {
            assert_eq!(row.id, row.id.trim(), "no stray blanks");
            let texts = row.translations.iter().map(|name| (name.language.as_str(), name.text.is_empty()));
            assert_eq!(texts.collect::<Vec<_>>(), [("pl", false), ("de", false)], "{}", row.id);
            assert!(!row.name.is_empty());
        }
    }
}

#[test]
fn values_can_be_switched_off_and_filtered() {
    let off = [("role-viewer", "false"), ("role-reviewer", "FALSE"), ("role-signer", "true")];
    assert_eq!(ids("recipient-roles", None, &off), ["SIGNER", "APPROVER"]);
    assert_eq!(ids("signature-types", None, &[("signature-type-qualified", "false")]), ["BASIC", "ADVANCED"]);
    assert_eq!(ids("document-status", Some("zakoń"), &[]), ["COMPLETED"]);
    assert_eq!(ids("languages", Some("POL"), &[]), ["pl"]);
    let nonsense = rows_of(&Fake::new(), "recipient-roles", None, &[("role-viewer", "maybe")]).unwrap_err();
    assert_eq!(code(&nonsense), "settings.role-viewer");
    assert_eq!(code(&rows_of(&Fake::new(), "moods", None, &[]).unwrap_err()), "source");
}

#[test]
fn labels_are_asked_from_autenti() {
    let array = r#"[{"id":"TAG:1","description":"HR","type":"CUSTOM"},{"id":"TAG:2"},{"id":""}]"#;
    let lines = "{\"id\":\"TAG:1\",\"description\":\"HR\",\"type\":\"CUSTOM\"}\n{\"id\":\"TAG:2\",\"description\":\" \"}{\"id\":null}";
    for body in [array, lines] {
        let host = Fake::new().expect(request("GET", &["tags"]).answer_bytes(body.as_bytes()));
        let rows = rows_of(&host, "labels", None, &[]).unwrap();
        let found: Vec<_> =
            rows.iter().map(|row| (row.id.as_str(), row.name.as_str(), row.cells[0].as_str())).collect();
        assert_eq!(found, [("TAG:1", "HR", "CUSTOM"), ("TAG:2", "TAG:2", "")]);
    }
    let host = Fake::new().expect(request("GET", &["tags"]).answer_bytes(array.as_bytes()));
    assert_eq!(rows_of(&host, "labels", Some("hr"), &[]).unwrap().len(), 1);
    let host = Fake::new().expect(request("GET", &["tags"]).answers(401));
    assert_eq!(code(&rows_of(&host, "labels", None, &[]).unwrap_err()), "Unauthorized");
}
