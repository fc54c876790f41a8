//! Writes a checked invitation in Autenti's shapes: the only place that knows both.
//!
//! Nothing is checked here any more.

use crate::validation::{Invitation, Person};
use crate::wire::constraint::Constraint;
use crate::wire::draft::{Contact, Draft, Party, Person as WirePerson, Relationship, sending_organisation};
use crate::wire::signature;
use crate::wire::tag::TagId;

/// The body that creates the process.
#[must_use]
pub(crate) fn draft(invitation: &Invitation, ordered: bool) -> Draft {
    let organisation = invitation.as_organisation.then(sending_organisation);
    let people = invitation.people.iter().map(|person| party(person, ordered));
    Draft {
        title: invitation.title.clone(),
        description: invitation.description.clone(),
        process_language: invitation.language.clone(),
        parties: organisation.into_iter().chain(people).collect(),
        tags: invitation.labels.iter().map(|id| TagId { id: id.clone() }).collect(),
        constraints: invitation.visualisation.as_deref().map(Constraint::visualisation).into_iter().collect(),
    }
}

fn party(person: &Person, ordered: bool) -> Party {
    let member = person.member.as_ref();
    Party {
        party: WirePerson {
            id: None,
            first_name: Some(person.first_name.clone()),
            last_name: Some(person.last_name.clone()),
            name: Some(format!("{} {}", person.first_name, person.last_name)),
            contacts: vec![Contact::email(&person.email)],
            relationships: member
                .map(|member| Relationship::member(&member.organisation, &member.tax_id, &member.position))
                .into_iter()
                .collect(),
        },
        role: person.role.clone(),
        constraints: constraints(person, ordered),
    }
}

fn constraints(person: &Person, ordered: bool) -> Vec<Constraint> {
    let kind = person.signature_type.as_deref();
    let identity = kind.filter(|kind| *kind == signature::ADVANCED);
    let order = person.order.filter(|_| ordered && person.acts_in_order());
    [
        kind.map(Constraint::signature_type),
        identity.map(|_| Constraint::identity_verification(&person.first_name, &person.last_name)),
        person.sms_to_sign.as_deref().map(Constraint::sms_to_sign),
        person.sms_to_open.as_deref().map(Constraint::sms_to_open),
        order.map(Constraint::priority),
    ]
    .into_iter()
    .flatten()
    .collect()
}
