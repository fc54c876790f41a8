//! The body that creates a process: nobody is mailed until it is sent.
//!
//! Reading a process back has its own shape, in `process`: Autenti answers more than it takes.

use serde::Serialize;

use super::constraint::Constraint;
use super::tag::TagId;

/// A process to be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Draft {
    /// Shown in the invitation.
    pub(crate) title: String,
    /// Shown below the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Two letters.
    pub(crate) process_language: String,
    /// Everybody who takes part; the sender first, when it is the organisation.
    pub(crate) parties: Vec<Party>,
    /// Labels.
    pub(crate) tags: Vec<TagId>,
    /// Constraints of the whole process.
    pub(crate) constraints: Vec<Constraint>,
}

/// One party and what it does.
#[derive(Debug, Serialize)]
pub(crate) struct Party {
    /// Who.
    pub(crate) party: Person,
    /// In which role.
    pub(crate) role: String,
    /// Under which constraints.
    pub(crate) constraints: Vec<Constraint>,
}

/// A person, or the sender's organisation by its id alone.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    /// An id that Autenti gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'static str>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    /// The whole name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// How to reach them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) contacts: Vec<Contact>,
    /// Whom they act for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) relationships: Vec<Relationship>,
}

/// An e-mail address.
#[derive(Debug, Serialize)]
pub(crate) struct Contact {
    /// The kind of contact.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// The address.
    pub(crate) attributes: ContactAttributes,
}

/// What belongs to a contact.
#[derive(Debug, Serialize)]
pub(crate) struct ContactAttributes {
    /// The address.
    pub(crate) email: String,
}

impl Contact {
    /// A contact by e-mail.
    #[must_use]
    pub(crate) fn email(email: &str) -> Self {
        Self { kind: "CONTACT-TYPE:EMAIL", attributes: ContactAttributes { email: email.to_owned() } }
    }
}

/// Membership of an organisation.
#[derive(Debug, Serialize)]
pub(crate) struct Relationship {
    #[serde(rename = "type")]
    kind: &'static str,
    party: Organisation,
    attributes: Position,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Organisation {
    name: String,
    ext_ids: [ExternalId; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalId {
    identification_space: String,
    identifier: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Position {
    relationship_description: String,
}

/// A tax id, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaxId {
    /// Two letters: `PL`.
    pub(crate) country: String,
    /// The rest.
    pub(crate) number: String,
}

impl Relationship {
    /// A member of the organisation of this name and tax id, in this position.
    #[must_use]
    pub(crate) fn member(organisation: &str, tax_id: &TaxId, position: &str) -> Self {
        let id = ExternalId {
            identification_space: format!("TAXID-{}-NIP", tax_id.country),
            identifier: tax_id.number.clone(),
        };
        Self {
            kind: "PARTY_RELATIONSHIP-TYPE:MEMBER",
            party: Organisation { name: organisation.to_owned(), ext_ids: [id] },
            attributes: Position { relationship_description: position.to_owned() },
        }
    }
}

/// The organisation of the acting user as the sender; the account must be entitled to it.
#[must_use]
pub(crate) fn sending_organisation() -> Party {
    Party {
        party: Person { id: Some("PARTY-TENANT:SELF"), ..Person::default() },
        role: super::role::SENDER.to_owned(),
        constraints: Vec::new(),
    }
}
