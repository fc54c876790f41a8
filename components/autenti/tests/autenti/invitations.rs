//! How an invitation is written: every column of the form on the wire.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::fake::Fake;
use serde_json::{Value, json};

use crate::given::{
    PROCESS, anna, creates, host, jan, organisation, reads_process, send_input, sends_well, uploads,
};

/// The body that creates the process: the scripted one must equal it.
fn check(host: Fake, input: &SendInput, body: Value) {
    let created = creates().with_repeat(Repeat::Repeatable).with_json(body);
    let host = host
        .expect(created)
        .expect(uploads())
        .expect(sends_well())
        .expect(reads_process(&json!({ "id": PROCESS })));
    Autenti::send_for_signature(&host, input).unwrap();
}

fn party(first: &str, last: &str, email: &str, role: &str, constraints: Value) -> Value {
    json!({
        "party": {
            "firstName": first, "lastName": last, "name": format!("{first} {last}"),
            "contacts": [{ "type": "CONTACT-TYPE:EMAIL", "attributes": { "email": email } }],
        },
        "role": role,
        "constraints": constraints,
    })
}

fn anna_with(constraints: Value) -> Value {
    party("Anna", "Nowak", "anna@example.com", "SIGNER", constraints)
}

fn signature(kind: &str) -> Value {
    json!({
        "constrainedActions": ["ACTION:SIGNATURE_APPLICATION"],
        "classifiers": ["CONSTRAINT-UNIQUE_TYPE:SIGNATURE_TYPE"],
        "attributes": { "requiredClassifiers": [format!("SIGNATURE_PROVIDER-SIGNATURE_TYPE:{kind}")] },
    })
}

fn phone(action: &str, number: &str) -> Value {
    json!({
        "constrainedActions": [format!("ACTION:{action}")],
        "classifiers": ["CONSTRAINT-UNIQUE_TYPE:PHONE_NUMBER_VERIFICATION_REQUIRED"],
        "attributes": { "phoneNumber": number },
    })
}

fn priority(order: u32) -> Value {
    json!({ "classifiers": ["CONSTRAINT-UNIQUE_TYPE:PARTICIPATION_PRIORITY"], "attributes": { "priority": order } })
}

fn body(parties: &Value) -> Value {
    json!({ "title": "Contract", "processLanguage": "pl", "parties": parties, "tags": [], "constraints": [] })
}

#[test]
fn the_least_invitation() {
    check(host(), &send_input(), body(&json!([anna_with(json!([signature("BASIC")]))])));
}

#[test]
fn all_columns_of_the_process() {
    let mut input = send_input();
    input.title = " Contract ".to_owned();
    input.description = Some("Please sign".to_owned());
    input.language = Some("DE-de".to_owned());
    input.as_organisation = true;
    input.visualisation = Some("VISUALISATION:MANUAL#Manual".to_owned());
    input.labels = vec!["TAG:1; TAG:2#Two".to_owned(), " ".to_owned(), "TAG:3".to_owned()];
    let expected = json!({
        "title": "Contract",
        "description": "Please sign",
        "processLanguage": "de",
        "parties": [
            { "party": { "id": "PARTY-TENANT:SELF" }, "role": "SENDER", "constraints": [] },
            anna_with(json!([signature("BASIC")])),
        ],
        "tags": [{ "id": "TAG:1" }, { "id": "TAG:2" }, { "id": "TAG:3" }],
        "constraints": [{
            "constrainedActions": ["ACTION:SIGNATURE_APPLICATION"],
            "classifiers": ["CONSTRAINT-UNIQUE_TYPE:VISUALISATION"],
            "attributes": { "visualisationId": "VISUALISATION:MANUAL" },
        }],
    });
    check(host(), &input, expected);
}

#[test]
fn the_connection_may_choose_the_language() {
    let mut expected = body(&json!([anna_with(json!([signature("BASIC")]))]));
    expected["processLanguage"] = json!("en");
    check(host().setting("default-language", "en"), &send_input(), expected);
}

#[test]
fn an_advanced_signature_checks_the_identity() {
    let mut input = send_input();
    input.recipients[0].signature_type = Some("ADVANCED".to_owned());
    input.recipients[0].sms_authentication = true;
    input.recipients[0].phone = Some(" +48 123-456-789 ".to_owned());
    let identity = json!({
        "constrainedActions": ["ACTION:SIGNATURE_APPLICATION"],
        "classifiers": ["CONSTRAINT-UNIQUE_TYPE:IDENTITY_VERIFICATION"],
        "attributes": { "identificationProfiles": [{
            "amr_values": ["autenti-v3"],
            "reuse_policy": { "reuse_duration": "PT24H" },
            "verified_claims": [{
                "verification": { "trust_framework": "eidas", "assurance_level": "substantial" },
                "claims": { "given_name": "Anna", "family_name": "Nowak" },
            }],
        }] },
    });
    let constraints =
        json!([signature("ADVANCED"), identity, phone("SIGNATURE_APPLICATION", "+48123456789")]);
    check(host(), &input, body(&json!([anna_with(constraints)])));
}

#[test]
fn a_qualified_signature_may_be_locked_by_sms() {
    let mut input = send_input();
    input.recipients[0].signature_type = Some("QUALIFIED#Qualified signature".to_owned());
    input.recipients[0].sms_unlock = true;
    input.recipients[0].phone = Some("+48123456789".to_owned());
    let constraints = json!([signature("QUALIFIED"), phone("READ_SENSITIVE_METADATA", "+48123456789")]);
    check(host(), &input, body(&json!([anna_with(constraints)])));
}

#[test]
fn order_counts_for_those_who_act() {
    let mut input = send_input();
    input.ordered = true;
    input.recipients = vec![anna(), jan(), anna()];
    input.recipients[0].order = Some(7);
    input.recipients[1].order = Some(2);
    input.recipients[1].role = "APPROVER#Approver".to_owned();
    input.recipients[2].email = "third@example.com".to_owned();
    input.recipients[2].role = "viewer".to_owned();
    input.recipients[2].order = Some(7);
    input.recipients[2].signature_type = Some("QUALIFIED".to_owned());
    let parties = json!([
        anna_with(json!([signature("BASIC"), priority(7)])),
        party("Jan", "Żółć", "jan@example.com", "APPROVER", json!([priority(2)])),
        party("Anna", "Nowak", "third@example.com", "VIEWER", json!([])),
    ]);
    check(host(), &input, body(&parties));
}

#[test]
fn order_left_off_is_not_sent() {
    let mut input = send_input();
    input.recipients[0].order = Some(3);
    check(host(), &input, body(&json!([anna_with(json!([signature("BASIC")]))])));
}

#[test]
fn unknown_roles_and_signatures_are_passed_on() {
    let mut input = send_input();
    input.recipients.push(jan());
    input.recipients[0].signature_type = Some("HOLOGRAPHIC".to_owned());
    input.recipients[1].role = "Witness".to_owned();
    let witness = party("Jan", "Żółć", "jan@example.com", "Witness", json!([]));
    check(host(), &input, body(&json!([anna_with(json!([signature("HOLOGRAPHIC")])), witness])));
}

#[test]
fn one_name_cell_is_split_at_its_last_blank() {
    let mut input = send_input();
    input.recipients[0].first_name = None;
    input.recipients[0].last_name = None;
    input.recipients[0].display_name = Some(" Anna Maria  Nowak ".to_owned());
    input.recipients[0].email = " anna@example.com ".to_owned();
    let expected = party("Anna Maria", "Nowak", "anna@example.com", "SIGNER", json!([signature("BASIC")]));
    check(host(), &input, body(&json!([expected])));
}

#[test]
fn a_representative_belongs_to_an_organisation() {
    let mut input = send_input();
    input.recipients.push(jan());
    input.recipients[0].representative = true;
    input.recipients[0].organisation = Some(organisation());
    // Without the flag the columns may be filled and do not count.
    input.recipients[1].organisation = Some(organisation());
    let mut member = anna_with(json!([signature("BASIC")]));
    member["party"]["relationships"] = json!([{
        "type": "PARTY_RELATIONSHIP-TYPE:MEMBER",
        "party": {
            "name": "Acme",
            "extIds": [{ "identificationSpace": "TAXID-PL-NIP", "identifier": "5260001246" }],
        },
        "attributes": { "relationshipDescription": "CEO" },
    }]);
    let other = party("Jan", "Żółć", "jan@example.com", "SIGNER", json!([signature("BASIC")]));
    check(host(), &input, body(&json!([member, other])));
}
