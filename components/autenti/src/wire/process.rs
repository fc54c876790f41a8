//! A process and its parties as Autenti tells them.
//!
//! What is sent to create one has its own shape, in `draft`.

use countersign_sdk::lenient;
use countersign_sdk::recipients::PartyKey;
use serde::Deserialize;

use super::event::Event;
use super::file::File;

/// Ids of parties look so once the process was really sent to them.
const SENT_PARTY_PREFIX: &str = "PARTY-PUBLIC_SIGNING_PROCESS_ID:";

/// A process.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Process {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// Autenti's word for its state.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) status: Option<String>,
    /// Where the sender can look at it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) document_link: Option<String>,
    /// Who takes part.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) parties: Vec<Party>,
    /// Its files.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) files: Vec<File>,
}

/// One party of a process.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Party {
    /// Who.
    #[serde(default)]
    pub(crate) party: Option<Person>,
    /// In which role.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) role: Option<String>,
    /// Autenti's word for where they stand.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) participation_status: Option<String>,
    /// What they did.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) events: Vec<Event>,
}

/// A person or an organisation.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Person {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// How to reach them.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) contacts: Vec<Contact>,
}

/// One way to reach a person.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Contact {
    /// The address.
    #[serde(default)]
    pub(crate) attributes: Option<ContactAttributes>,
}

/// What belongs to a contact.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ContactAttributes {
    /// The address, when the contact is an e-mail address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) email: Option<String>,
}

impl Process {
    /// The link for the sender, unless blank.
    #[must_use]
    pub(crate) fn link(&self) -> Option<String> {
        self.document_link.as_deref().map(str::trim).filter(|link| !link.is_empty()).map(str::to_owned)
    }
}

impl Party {
    /// Its id.
    #[must_use]
    pub(crate) fn id(&self) -> Option<&str> {
        self.party.as_ref()?.id.as_deref().map(str::trim).filter(|id| !id.is_empty())
    }

    /// Its first e-mail address.
    #[must_use]
    pub(crate) fn email(&self) -> Option<&str> {
        let mut contacts = self.party.as_ref()?.contacts.iter();
        contacts.find_map(|contact| contact.attributes.as_ref()?.email.as_deref())
    }

    /// Its id, if it is the lasting one that a party has from sending on.
    #[must_use]
    pub(crate) fn sent_reference(&self) -> Option<&str> {
        self.id().filter(|id| id.starts_with(SENT_PARTY_PREFIX))
    }

    /// What rows are matched by.
    #[must_use]
    pub(crate) fn key(&self) -> PartyKey<'_> {
        PartyKey { reference: self.id(), email: self.email(), role: self.role.as_deref() }
    }
}
