//! Reminding: the question, the choice, and the answer with two assertions.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::actions::{DocumentInput, ReminderInput};
use countersign_sdk::contract::http::{FailureKind, Repeat, RequestSent};
use countersign_sdk::contract::types::Failure;
use countersign_sdk::fake::{Exchange, Fake, request};
use serde_json::{Value, json};

use crate::given::{PROCESS, REMINDED, acts, asserts, challenges, code, document, locks, selects};

const SELECTION: &str = "CHALLENGE_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_REMINDER_PARTY_SELECTION";

pub(crate) fn reminder(document: DocumentInput, except: &[&str]) -> ReminderInput {
    ReminderInput { document, except: except.iter().map(|email| (*email).to_owned()).collect() }
}

fn asks() -> Exchange {
    acts(&[selects(REMINDED)]).with_repeat(Repeat::Once)
}

fn offers(options: Value) -> Exchange {
    challenges(
        asks(),
        &json!({ "classifiers": [SELECTION], "attributes": { "mode": "MULTI", "options": options } }),
    )
}

fn two() -> Value {
    json!([
        { "id": "PARTY:1", "description": "Anna", "availability": "AVAILABLE" },
        { "id": "PARTY:2", "availability": "Available" },
        { "id": "PARTY:3", "availability": "UNAVAILABLE" },
    ])
}

fn reminds(ids: &[&str]) -> Exchange {
    acts(&[selects(REMINDED), asserts(SELECTION, ids)]).with_repeat(Repeat::Once)
}

fn parties() -> Exchange {
    let party = |id: &str, email: &str| json!({ "party": { "id": id, "contacts": [{ "attributes": { "email": email } }] } });
    let body = json!([party("PARTY:1", "Anna@Example.com"), party("PARTY:2", "jan@example.com")]);
    request("GET", &["document-processes", PROCESS, "parties"]).answer_json(&body)
}

fn run(except: &[&str], script: Vec<Exchange>) -> Result<Vec<String>, Failure> {
    let host = script.into_iter().fold(Fake::new(), Fake::expect);
    Autenti::send_reminders(&host, &reminder(document(), except)).map(|reminded| reminded.references)
}

#[test]
fn those_who_can_act_are_reminded() {
    assert_eq!(
        run(&[], vec![offers(two()), reminds(&["PARTY:1", "PARTY:2"])]).unwrap(),
        ["PARTY:1", "PARTY:2"]
    );
}

#[test]
fn exceptions_are_found_by_email() {
    let script = vec![offers(two()), parties(), reminds(&["PARTY:2"])];
    assert_eq!(run(&[" anna@example.com", ""], script).unwrap(), ["PARTY:2"]);
    let nobody_left =
        run(&["anna@example.com", "jan@example.com"], vec![offers(two()), parties()]).unwrap_err();
    assert!(matches!(nobody_left, Failure::NotReady(why) if why.contains("excepted")));
    let script = vec![offers(two()), parties(), reminds(&["PARTY:1", "PARTY:2"])];
    assert_eq!(run(&["stranger@example.com"], script).unwrap().len(), 2);
}

#[test]
fn nobody_may_be_eligible() {
    let unavailable = json!([{ "id": "PARTY:1", "availability": "UNAVAILABLE" }]);
    for options in [json!([]), unavailable, json!(null)] {
        assert!(
            matches!(run(&[], vec![offers(options)]), Err(Failure::NotReady(why)) if why.contains("nobody"))
        );
    }
}

#[test]
fn refusals_and_doubts() {
    let complaint = json!({ "classifiers": [SELECTION], "attributes": { "errors": [{ "id": "TOO_OFTEN", "description": "wait" }], "options": two() } });
    let strange = json!({ "classifiers": ["CHALLENGE_CLASSIFIER-UNIQUE_TYPE:MOON_PHASE"], "attributes": { "options": two() } });
    let all = ["PARTY:1", "PARTY:2"];
    let cases: Vec<(&str, Vec<Exchange>, &str)> = vec![
        ("complaint", vec![challenges(asks(), &complaint)], "TOO_OFTEN"),
        ("locked", vec![locks(asks())], "Locked"),
        ("another challenge", vec![challenges(asks(), &strange)], "unsupported-feature"),
        ("no challenge", vec![asks().answers(403)], "Unauthorized"),
        (
            "broken challenge",
            vec![asks().answers(403).answer_header("X-Challenge", "***")],
            "malformed-challenge",
        ),
        ("accepted without asking", vec![asks().answer_json(&json!([]))], "InDoubt"),
        ("gone", vec![asks().answers(404)], "NotFound"),
        ("refused at last", vec![offers(two()), reminds(&all).answers(409)], "409"),
        ("server fault at last", vec![offers(two()), reminds(&all).answers(500)], "InDoubt"),
        (
            "answer lost",
            vec![offers(two()), reminds(&all).breaks(FailureKind::InDoubt, RequestSent::Maybe)],
            "InDoubt",
        ),
    ];
    for (name, script, expected) in cases {
        assert_eq!(code(&run(&[], script).unwrap_err()), expected, "{name}");
    }
}
