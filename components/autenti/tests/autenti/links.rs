//! Finding signing addresses.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::actions::SigningLinks;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{Failure, Recipient};
use countersign_sdk::fake::{Exchange, Fake, request};
use serde_json::{Value, json};

use crate::given::{PROCESS, anna, code, jan, locks, recipients, signer};

const URL: &str = "https://account.autenti.example/sign?t=a%2Fb&x=1";

fn asks(email: &str) -> Exchange {
    let party = format!("PARTY-EMAIL:{email}");
    request("POST", &["document-processes", PROCESS, "parties", &party, "action-links"])
        .with_repeat(Repeat::Repeatable)
        .with_body(json!({ "text": "" }))
}

fn link(uri: &str) -> Value {
    json!({ "classifiers": [], "attributes": { "httpRequest": { "uri": uri, "method": "GET" }, "description": "Sign" } })
}

fn find(rows: Vec<Recipient>, script: Vec<Exchange>) -> Result<SigningLinks, Failure> {
    Autenti::get_signing_link(&script.into_iter().fold(Fake::new(), Fake::expect), &recipients(rows))
}

#[test]
fn each_row_gets_its_first_address() {
    let plus = signer("3", "O", "K", " o+k/1@example.com ");
    let found = find(
        vec![anna(), signer("9", "No", "Mail", " "), plus],
        vec![
            asks("anna@example.com").answer_json(&json!([link(URL), link("https://other.example")])),
            asks("o+k/1@example.com")
                .answer_json(&json!([json!({ "attributes": null }), link("https://k.example")])),
        ],
    )
    .unwrap();
    let links: Vec<_> = found.links.iter().map(|link| (link.row_key.as_str(), link.url.as_str())).collect();
    assert_eq!(links, [("1", URL), ("3", "https://k.example")]);
    let skipped: Vec<_> =
        found.skipped.iter().map(|row| (row.row_key.as_str(), row.reason.as_str())).collect();
    assert_eq!(skipped, [("9", "the row has no e-mail address")]);
}

#[test]
fn a_refused_row_does_not_spoil_the_others() {
    let found = find(
        vec![anna(), jan(), signer("3", "O", "K", "k@example.com")],
        vec![
            locks(asks("anna@example.com")),
            asks("jan@example.com").answer_json(&json!([link(URL)])),
            asks("k@example.com").answers(404),
        ],
    )
    .unwrap();
    assert_eq!(found.links.len(), 1);
    assert!(found.skipped[0].reason.starts_with("locked: "), "{:?}", found.skipped);
    assert!(found.skipped[1].reason.contains("does not know"), "{:?}", found.skipped);
}

#[test]
fn without_any_address_the_first_refusal_counts() {
    let locked = || locks(asks("anna@example.com"));
    let cases: Vec<(&str, Vec<Recipient>, Vec<Exchange>, &str)> = vec![
        ("one row, locked", vec![anna()], vec![locked()], "Locked"),
        ("all locked", vec![anna(), jan()], vec![locked(), locks(asks("jan@example.com"))], "Locked"),
        ("no link", vec![anna()], vec![asks("anna@example.com").answer_json(&json!([]))], "no-link"),
        (
            "script address",
            vec![anna()],
            vec![asks("anna@example.com").answer_json(&json!([link("javascript:x")]))],
            "no-link",
        ),
        ("unknown", vec![anna()], vec![asks("anna@example.com").answers(404)], "NotFound"),
        ("plain 403", vec![anna(), jan()], vec![asks("anna@example.com").answers(403)], "Unauthorized"),
        ("busy", vec![anna(), jan()], vec![asks("anna@example.com").answers(503)], "Transient"),
    ];
    for (name, rows, script, expected) in cases {
        assert_eq!(code(&find(rows, script).unwrap_err()), expected, "{name}");
    }
}

#[test]
fn no_rows_need_no_request() {
    let found = find(Vec::new(), Vec::new()).unwrap();
    assert!(found.links.is_empty() && found.skipped.is_empty());
}
