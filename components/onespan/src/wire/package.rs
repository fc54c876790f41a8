//! A package as OneSpan tells it, alone or in a list.
//!
//! What is sent to create one has its own shape, in `definition`.

use countersign_sdk::lenient;
use countersign_sdk::recipients::PartyKey;
use countersign_sdk::text::non_blank;
use serde::Deserialize;
use serde_json::Value;

use super::{REFERENCE_MARK, REFERENCE_MEMBER};
use crate::role::COPY_TYPE;

/// OneSpan adds a document of its own, in which everybody agrees to sign electronically.
const CONSENT_DOCUMENT: &str = "default-consent";

/// A page of packages.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Listing {
    /// The packages.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) results: Vec<Package>,
    /// How many there are in all.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub(crate) count: Option<i64>,
}

/// A package. Everything may be missing: what matters is checked where it matters.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Package {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// OneSpan's word for its state.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) status: Option<String>,
    /// Whether it lies in the trash, whatever its state.
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub(crate) trashed: Option<bool>,
    /// False when somebody must still complete it by hand.
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub(crate) autocomplete: Option<bool>,
    /// When it last changed.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) updated: Option<String>,
    /// What the sender wrote about it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) description: Option<String>,
    /// What OneSpan keeps without looking at it.
    #[serde(default)]
    pub(crate) data: Value,
    /// Who takes part.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) roles: Vec<Party>,
    /// What is to be signed.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) documents: Vec<Document>,
    /// Why it was declined.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) messages: Vec<Message>,
}

/// One role and who fills it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Party {
    /// The role's id, by which approvals name it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// What it is asked to do.
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    /// Its place in the order.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub(crate) index: Option<i64>,
    #[serde(default, deserialize_with = "lenient::list")]
    signers: Vec<Signer>,
}

/// One person.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signer {
    /// OneSpan's id, which callbacks name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) email: Option<String>,
    #[serde(default)]
    knowledge_based_authentication: Value,
}

/// One document.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Document {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    /// What each role does with it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) approvals: Vec<Approval>,
}

/// What one role does with one document.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Approval {
    /// The role's id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) role: Option<String>,
    /// When it was signed.
    #[serde(default, deserialize_with = "lenient::text")]
    signed: Option<String>,
    /// When the person agreed to sign electronically; that is no signature (P36).
    #[serde(default, deserialize_with = "lenient::text")]
    accepted: Option<String>,
}

/// What somebody wrote when declining.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Message {
    /// The text.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) content: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub(crate) from: Option<Signer>,
}

impl Package {
    /// Our reference, if the package carries one: in its data, else in its description.
    #[must_use]
    pub(crate) fn client_reference(&self) -> Option<String> {
        let kept =
            self.data.get(REFERENCE_MEMBER).and_then(|ours| ours.get("reference")).and_then(Value::as_str);
        let shown = || self.description.as_deref()?.trim().strip_prefix(REFERENCE_MARK);
        non_blank(kept.or_else(shown)).map(str::to_owned)
    }

    /// The documents that the sender gave, with their ids.
    pub(crate) fn content(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.documents.iter().filter_map(|document| {
            let id = non_blank(document.id.as_deref())?;
            (id != CONSENT_DOCUMENT).then_some((id, document))
        })
    }

    /// What this role does, and whether with one of the sender's documents.
    pub(crate) fn approvals_of(&self, role: &str) -> impl Iterator<Item = (bool, &Approval)> {
        self.documents.iter().flat_map(move |document| {
            let is_content = document.id.as_deref() != Some(CONSENT_DOCUMENT);
            let own =
                document.approvals.iter().filter(move |approval| approval.role.as_deref() == Some(role));
            own.map(move |approval| (is_content, approval))
        })
    }
}

impl Party {
    /// Whether they only get a copy.
    #[must_use]
    pub(crate) fn is_copy(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(COPY_TYPE))
    }

    /// Who fills the role; a role without anybody, or for a group, has no address.
    #[must_use]
    pub(crate) fn signer(&self) -> Option<&Signer> {
        self.signers.first()
    }

    /// The id that a row keeps: the person's, because callbacks name it.
    #[must_use]
    pub(crate) fn reference(&self) -> Option<&str> {
        non_blank(self.signer()?.id.as_deref())
    }

    /// What rows are matched by.
    #[must_use]
    pub(crate) fn key(&self) -> PartyKey<'_> {
        let email = self.signer().and_then(|signer| signer.email.as_deref());
        PartyKey { reference: self.reference(), email, role: None }
    }
}

impl Signer {
    /// What came of the questions that prove who they are.
    #[must_use]
    pub(crate) fn knowledge_check(&self) -> Option<&str> {
        non_blank(self.knowledge_based_authentication.get("knowledgeBasedAuthenticationStatus")?.as_str())
    }
}

impl Approval {
    /// Whether it was signed.
    #[must_use]
    pub(crate) fn is_signed(&self) -> bool {
        non_blank(self.signed.as_deref()).is_some()
    }

    /// Whether the person agreed to sign electronically.
    #[must_use]
    pub(crate) fn is_accepted(&self) -> bool {
        non_blank(self.accepted.as_deref()).is_some()
    }
}
