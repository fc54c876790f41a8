//! Writes a checked invitation in DocuSign's shapes: the only place that knows both.
//!
//! Nothing is checked here any more. The bytes of documents are put in by `creation`.

use std::collections::BTreeMap;

use crate::events;
use crate::options::{Links, PhoneCheck};
use crate::role::Role;
use crate::validation::{Invitation, Person, SourceFile};
use crate::wire::definition::{CustomFields, Definition, Document};
use crate::wire::notification::EventNotification;
use crate::wire::recipient::{
    EmailNotification, PHONE_AUTH, Recipient, SIGN_AT_DOCUSIGN, SMS_AUTH, approve_at, approve_on_first_page,
    identity_verification, phone_verification, sender_provided, sign_here, signature_provider,
};

/// The body that creates the draft, without its documents.
#[must_use]
pub(crate) fn definition<'a>(invitation: &'a Invitation, phone_workflow: Option<&str>) -> Definition<'a> {
    let mut recipients: BTreeMap<&'static str, Vec<Recipient<'a>>> = BTreeMap::new();
    let mut approvers = 0;
    for person in &invitation.people {
        let mut recipient = recipient(invitation, person, approvers);
        prove(&mut recipient, invitation, person, phone_workflow);
        approvers += usize::from(person.role == Role::Approver);
        recipients.entry(person.role.group().word()).or_default().push(recipient);
    }
    Definition {
        status: "created",
        email_subject: &invitation.title,
        email_blurb: invitation.blurb.as_deref(),
        transaction_id: &invitation.reference,
        custom_fields: CustomFields::reference(&invitation.reference),
        recipients,
        notification: invitation.notification.as_ref(),
        event_notification: invitation
            .event_url
            .as_deref()
            .map(|url| EventNotification::to(url, events::ASKED_FOR)),
        documents: Vec::new(),
    }
}

/// What DocuSign is told about each file; documents are counted from 1.
#[must_use]
pub(crate) fn documents(files: &[SourceFile]) -> Vec<Document<'_>> {
    let documents = files.iter().zip(1..).map(|(file, number): (&SourceFile, u32)| Document {
        document_id: number.to_string(),
        name: &file.name,
        file_extension: &file.extension,
        order: number.to_string(),
    });
    documents.collect()
}

fn recipient<'a>(invitation: &'a Invitation, person: &'a Person, approvers: usize) -> Recipient<'a> {
    let client_user_id = person.client_user_id.as_deref();
    let is_mailed = invitation.links == Links::MailAndLink;
    Recipient {
        recipient_id: (person.index + 1).to_string(),
        routing_order: person.order.unwrap_or(1).to_string(),
        name: &person.name,
        email: &person.email,
        client_user_id,
        embedded_start_url: client_user_id.filter(|_| is_mailed).map(|_| SIGN_AT_DOCUSIGN),
        email_notification: person.language.as_deref().map(|language| EmailNotification {
            email_subject: &invitation.title,
            email_body: invitation.blurb.as_deref(),
            supported_language: language,
        }),
        identity_verification: None,
        require_id_lookup: None,
        id_check_configuration_name: None,
        sms_authentication: None,
        phone_authentication: None,
        recipient_signature_providers: person
            .provider
            .as_deref()
            .map(|name| signature_provider(name, person.sms_to_sign.as_deref())),
        tabs: match person.role {
            // Without tabs a signer signs where they like.
            Role::Signer => invitation.signature_anchor.as_deref().map(sign_here),
            Role::Approver => Some(match invitation.approval_anchor.as_deref() {
                Some(anchor) => approve_at(anchor),
                None => approve_on_first_page(approvers),
            }),
            _ => None,
        },
    }
}

/// How the recipient proves who they are: a phone, when the row asks for a code, else what the send asks of signers.
fn prove(
    recipient: &mut Recipient<'_>,
    invitation: &Invitation,
    person: &Person,
    phone_workflow: Option<&str>,
) {
    let Some(phone) = &person.phone_to_open else {
        let workflow = invitation.identity_workflow.as_deref().filter(|_| person.role == Role::Signer);
        recipient.identity_verification = workflow.map(identity_verification);
        return;
    };
    match invitation.phone_check {
        PhoneCheck::Workflow => {
            let workflow = phone_workflow.unwrap_or_default();
            let verification = phone_verification(workflow, &phone.country, &phone.number);
            recipient.identity_verification = Some(verification);
        }
        PhoneCheck::SmsAuth => {
            recipient.require_id_lookup = Some("true");
            recipient.id_check_configuration_name = Some(SMS_AUTH);
            recipient.sms_authentication = Some(sender_provided(&phone.e164));
        }
        PhoneCheck::PhoneAuth => {
            recipient.require_id_lookup = Some("true");
            recipient.id_check_configuration_name = Some(PHONE_AUTH);
            recipient.phone_authentication = Some(sender_provided(&phone.e164));
        }
    }
}
