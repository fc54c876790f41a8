//! What is replaced by what, in the places it stands in.

use serde_json::{Value, json};

use super::*;

fn learned() -> Redaction {
    let mut redaction = Redaction::default();
    redaction.learn_acting_user("Boss@firma.pl");
    redaction.learn_settings(&BTreeMap::from([
        ("organisation-id".to_owned(), "ORG-77-1".to_owned()),
        ("default-language".to_owned(), "pl".to_owned()),
    ]));
    redaction.learn_input(&json!({
        "title": "Umowa z Jan Kowalski, tel. +48 601 234 567",
        "recipients": [
            {"row-key": "r1", "display-name": "Jan Kowalski", "email": " Jan.K@firma.pl ", "role": "SIGNER",
             "phone": "601234567"},
            {"row-key": "r2", "first-name": "Al", "last-name": "Signer", "email": "al@firma.pl", "role": "SIGNER",
             "organisation": {"name": "Zażółć sp. z o.o.", "tax-id": "PL5260001246", "position": "CEO"}},
        ],
    }));
    redaction.learn_json(
        &json!({
            "id": "DOC:1f0c",
            "party": {"id": "PARTY:9c2", "name": "Ewa Nowak", "email": "ewa@x.pl"},
            "links": ["https://sign.example.org/s/AbC?t=1"],
            "accessToken": "abcdef",
            "message": "ask ewa@x.pl or call +49 1512 3456789",
        }),
        true,
    );
    redaction
}

#[test]
fn people_and_secrets_are_replaced_wherever_they_stand() {
    let redaction = learned();
    let cases = [
        ("boss@FIRMA.pl", "sender@example.com"),
        ("jan.k@firma.pl, al@firma.pl", "signer-1@example.com, signer-2@example.com"),
        ("to Ewa@X.pl", "to person-1@example.com"),
        ("Jan Kowalski", "Signer One"),
        ("Jan", "Signer"),
        ("Umowa Kowalski_jan.pdf", "Umowa One_signer.pdf"),
        ("JAN KOWALSKI", "SIGNER ONE"),
        ("Kowalskiego", "Kowalskiego"),
        ("+48 601 234 567 or 601-234-567", "+48 500 000 001 or 500-000-001"),
        ("+49 1512 3456789", "+49 1550 0000002"),
        ("Zażółć sp. z o.o.", "Organisation One"),
        ("ORG-77-1", "organisation-id"),
        ("pl", "pl"),
        ("SIGNER", "SIGNER"),
        ("Signer", "Two"),
        ("Al", "Signer"),
        ("Al dente", "Al dente"),
        ("Al Signer", "Signer Two"),
        ("PARTY:9c2", "PARTY:person-1"),
        ("Ewa Nowak, DOC:1f0c", "Signer Three, DOC:1f0c"),
        ("see https://sign.example.org/s/AbC?t=1.", "see https://example.com/link-1."),
        ("abcdef abcdefg", "token-1 abcdefg"),
    ];
    for (text, expected) in cases {
        assert_eq!(redaction.text(text), expected, "{text}");
        assert_eq!(redaction.json(&json!([text])), json!([expected]), "{text}");
    }
    let tax_id = redaction.text("PL5260001246");
    assert_ne!(tax_id, "PL5260001246");
    assert_eq!(redaction.text("5260001246"), tax_id.trim_start_matches("PL"));
}

#[test]
fn a_value_put_together_is_its_stand_ins_put_together() {
    let redaction = learned();
    let put = |first: &str, last: &str| format!("{first} {last}");
    let whole = redaction.text(&put("Jan", "Kowalski"));
    assert_eq!(whole, put(&redaction.text("Jan"), &redaction.text("Kowalski")));
}

#[test]
fn paths_are_redacted_by_segments_and_keys_by_shape() {
    let redaction = learned();
    let cases = [
        ("/parties/PARTY%3A9c2/links", "/parties/PARTY%3Aperson-1/links"),
        ("/documents/DOC%3A1f0c", "/documents/DOC%3A1f0c"),
        ("/users/jan.k%40firma.pl", "/users/signer-1%40example.com"),
        ("/", "/"),
    ];
    for (path, expected) in cases {
        assert_eq!(redaction.path(path), expected);
    }
    let value: Value = redaction.json(&json!({"jan.k@firma.pl": 1, "Jan": 2}));
    assert_eq!(value, json!({"signer-1@example.com": 1, "Jan": 2}));
}

#[test]
fn what_was_replaced_is_counted() {
    let redaction = learned();
    let counts = redaction.counts();
    for (kind, count) in
        [("signers", 2), ("e-mail addresses", 1), ("names", 3), ("phone numbers", 2), ("secrets", 1)]
    {
        assert_eq!(counts.get(kind), Some(&count), "{kind}: {counts:?}");
    }
}
