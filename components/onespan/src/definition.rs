//! Writes a checked invitation in OneSpan's shapes, as the request that creates a draft: the files stand within the JSON
//! in base64, so which bytes belong to which document is beyond doubt. How parts of a form would be matched with the
//! list of documents OneSpan does not say.

use countersign_sdk::Request;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{AttachmentId, Failure};
use countersign_sdk::embed::{Files, object_with_files};
use serde_json::{Value, json};

use crate::package::at_packages;
use crate::role::Role;
use crate::validation::{Invitation, Person};
use crate::wire::definition::{
    self as wire, Definition, Document, accepted, code_by_sms, reference_data, reference_description,
    signed_at, signed_on_first_page,
};

/// The request. A second draft that is never sent harms nobody, so it may be repeated.
///
/// # Errors
/// When it cannot be written as JSON.
pub(crate) fn creation(invitation: &Invitation) -> Result<Request, Failure> {
    let documents = documents(invitation);
    let files = Files { list: "documents", member: "base64Content", items: &documents };
    let body = object_with_files(&definition(invitation), &files)?;
    Ok(at_packages("POST", Repeat::Repeatable).chunks("application/json", body))
}

fn definition(invitation: &Invitation) -> Definition<'_> {
    let decline = |on: bool| json!({ "ceremony": { "declineButton": on } });
    Definition {
        name: &invitation.title,
        kind: "PACKAGE",
        status: "DRAFT",
        description: reference_description(&invitation.reference),
        email_message: invitation.message.as_deref(),
        language: invitation.language.as_deref(),
        due: invitation.due.clone(),
        data: reference_data(&invitation.reference),
        settings: invitation.decline_button.map(decline),
        roles: invitation.people.iter().map(role).collect(),
    }
}

fn role(person: &Person) -> wire::Role<'_> {
    let unless_empty = |text: &str| !text.is_empty();
    let (company, title) =
        person.organisation.as_ref().map(|(name, position)| (&**name, &**position)).unzip();
    wire::Role {
        id: role_id(person),
        kind: person.role.kind(),
        index: person.place,
        signers: [wire::Signer {
            email: &person.email,
            first_name: &person.first_name,
            last_name: &person.last_name,
            company: company.filter(|text| unless_empty(text)),
            title: title.filter(|text| unless_empty(text)),
            language: person.language.as_deref(),
            auth: person.phone.as_deref().map(code_by_sms),
        }],
    }
}

/// Every document is for everybody who acts.
fn documents(invitation: &Invitation) -> Vec<(Document<'_>, AttachmentId)> {
    let documents = invitation.files.iter().zip(1..).map(|(file, number): (_, u32)| {
        let id = format!("document-{number}");
        (Document { id, name: &file.name, approvals: approvals(invitation) }, file.attachment)
    });
    documents.collect()
}

/// The first signer signs at the first place, the second one at the second.
fn approvals(invitation: &Invitation) -> Vec<Value> {
    let mut approvals = Vec::new();
    let mut place = 0;
    for person in invitation.people.iter().filter(|person| person.role.acts()) {
        let role = role_id(person);
        if person.role == Role::Approver {
            approvals.push(accepted(&role));
            continue;
        }
        approvals.push(match invitation.signature_anchor.as_deref() {
            Some(anchor) => signed_at(&role, person.subtype, anchor, place),
            None => signed_on_first_page(&role, person.subtype, place),
        });
        place += 1;
    }
    approvals
}

fn role_id(person: &Person) -> String {
    format!("role-{}", person.index + 1)
}
