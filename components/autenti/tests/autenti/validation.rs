//! Every rule that is checked before the first request, with the field it names.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::fake::Fake;

use crate::given::{anna, host, jan, organisation, send_input};

/// The field and reason of the one complaint; a request would fail the test, since none is scripted.
fn complaint(host: &Fake, input: &SendInput) -> (String, String) {
    match Autenti::send_for_signature(host, input) {
        Err(Failure::Invalid(wrong)) => (wrong.field, wrong.reason),
        other => panic!("{other:?}"),
    }
}

type Change = fn(&mut SendInput);

const RULES: &[(&str, &str, Change)] = &[
    ("title", "is empty", |input| input.title = " ".to_owned()),
    ("language", "`xx` is no language", |input| input.language = Some("xx".to_owned())),
    ("recipients", "is empty", |input| input.recipients.clear()),
    ("recipients[0].first-name", "is empty", |input| input.recipients[0].first_name = None),
    ("recipients[0].last-name", "is empty", |input| input.recipients[0].last_name = Some(" ".to_owned())),
    ("recipients[0].display-name", "only one word", |input| {
        input.recipients[0].first_name = None;
        input.recipients[0].display_name = Some(" Anna ".to_owned());
    }),
    ("recipients[0].email", "is empty", |input| input.recipients[0].email = "  ".to_owned()),
    ("recipients[0].email", "no e-mail address", |input| input.recipients[0].email = "anna".to_owned()),
    ("recipients[0].email", "no e-mail address", |input| {
        input.recipients[0].email = "a b@example.com".to_owned()
    }),
    ("recipients[0].email", "no e-mail address", |input| {
        input.recipients[0].email = "a@b@example.com".to_owned()
    }),
    ("recipients[1].email", "is the address of row 0 too", |input| {
        input.recipients.push(jan());
        input.recipients[1].email = " ANNA@Example.com ".to_owned();
    }),
    ("recipients[0].role", "is empty", |input| input.recipients[0].role = " #Signer".to_owned()),
    ("recipients[0].role", "`SENDER` is no recipient", |input| {
        input.recipients[0].role = "sender".to_owned()
    }),
    ("recipients[0].phone", "is empty", |input| input.recipients[0].sms_authentication = true),
    ("recipients[0].phone", "is empty", |input| input.recipients[0].sms_unlock = true),
    ("recipients[0].phone", "no international number", |input| {
        input.recipients[0].sms_unlock = true;
        input.recipients[0].phone = Some("123456789".to_owned());
    }),
    ("recipients[0].phone", "no international number", |input| {
        input.recipients[0].sms_unlock = true;
        input.recipients[0].phone = Some("+48 12 34x".to_owned());
    }),
    ("recipients[0].sms-authentication", "an ADVANCED signature needs it", |input| {
        input.recipients[0].signature_type = Some("ADVANCED#Advanced".to_owned());
    }),
    ("recipients[0].sms-authentication", "a QUALIFIED signature forbids it", |input| {
        input.recipients[0].signature_type = Some("qualified".to_owned());
        input.recipients[0].sms_authentication = true;
        input.recipients[0].phone = Some("+48123456789".to_owned());
    }),
    ("recipients[0].organisation", "is missing", |input| input.recipients[0].representative = true),
    ("recipients[0].organisation.name", "is empty", |input| {
        input.recipients[0].representative = true;
        input.recipients[0].organisation = Some(organisation());
        input.recipients[0].organisation.as_mut().unwrap().name.clear();
    }),
    ("recipients[0].organisation.tax-id", "is empty", |input| {
        input.recipients[0].representative = true;
        input.recipients[0].organisation = Some(organisation());
        input.recipients[0].organisation.as_mut().unwrap().tax_id.clear();
    }),
    ("recipients[0].organisation.tax-id", "no tax id with its country", |input| {
        input.recipients[0].representative = true;
        input.recipients[0].organisation = Some(organisation());
        input.recipients[0].organisation.as_mut().unwrap().tax_id = "5260001246".to_owned();
    }),
    ("recipients[0].organisation.position", "is empty", |input| {
        input.recipients[0].representative = true;
        input.recipients[0].organisation = Some(organisation());
        input.recipients[0].organisation.as_mut().unwrap().position = " ".to_owned();
    }),
    ("ordered", "recipient 1 is an APPROVER", |input| {
        input.recipients.push(jan());
        input.recipients[1].role = "APPROVER".to_owned();
    }),
    ("recipients[0].order", "the order counts for every SIGNER", |input| input.ordered = true),
    ("recipients[1].order", "is 1, as in row 0", |input| {
        input.ordered = true;
        input.recipients = vec![anna(), jan()];
        input.recipients.iter_mut().for_each(|row| row.order = Some(1));
    }),
    ("recipients[1].order", "is the highest", |input| {
        input.ordered = true;
        input.recipients = vec![anna(), jan()];
        input.recipients[0].order = Some(1);
        input.recipients[1].order = Some(2);
        input.recipients[1].role = "APPROVER".to_owned();
    }),
    ("documents", "is empty", |input| input.documents.clear()),
    ("documents[1]", "`notes.docx` is no `.pdf` file", |input| input.documents = vec![1, 3]),
    ("documents[0]", "its content is none", |input| input.documents = vec![4]),
    ("documents", "at most 20971520", |input| input.documents = vec![1, 5]),
    ("resume-document", "is empty", |input| input.resume_document = Some(" ".to_owned())),
];

#[test]
fn every_rule_names_its_field_before_any_request() {
    for (field, reason, change) in RULES {
        let mut input = send_input();
        change(&mut input);
        let host = host().file(3, "notes.docx", b"PK").file(4, "renamed.pdf", b"PK\x03\x04").file_of_size(
            5,
            "large.pdf",
            b"%PDF-1.7",
            20 * 1024 * 1024,
        );
        let (found_field, found_reason) = complaint(&host, &input);
        assert_eq!(found_field, *field, "{found_reason}");
        assert!(found_reason.contains(reason), "`{field}`: {found_reason}");
    }
}

#[test]
fn a_file_of_somebody_else_is_denied() {
    let mut input = send_input();
    input.documents = vec![99];
    assert!(
        matches!(Autenti::send_for_signature(&host(), &input), Err(Failure::Denied(why)) if why.contains("documents[0]"))
    );
}

#[test]
fn every_verb_refuses_an_empty_id() {
    let mut document = crate::given::document();
    document.document_id = " ".to_owned();
    let host = Fake::new();
    let with_rows = countersign_sdk::contract::actions::RecipientsInput {
        document: document.clone(),
        recipients: vec![anna()],
    };
    let failures = [
        Autenti::get_document_status(&host, &document).unwrap_err(),
        Autenti::get_recipient_statuses(&host, &with_rows).unwrap_err(),
        Autenti::get_signing_link(&host, &with_rows).unwrap_err(),
        Autenti::get_document(&host, &crate::documents::download(document.clone(), &[], None)).unwrap_err(),
        Autenti::send_reminders(&host, &crate::reminders::reminder(document.clone(), &[])).unwrap_err(),
        Autenti::withdraw_document(&host, &crate::withdrawing::withdrawal(document)).unwrap_err(),
    ];
    for failure in failures {
        assert!(matches!(&failure, Failure::Invalid(wrong) if wrong.field == "document-id"), "{failure:?}");
    }
}
