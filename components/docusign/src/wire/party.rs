//! Recipients as DocuSign tells them: in groups by what they are asked to do.
//!
//! What is sent to invite one has its own shape, in `recipient`.

use countersign_sdk::lenient;
use countersign_sdk::recipients::PartyKey;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The groups in which a recipient of ours can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Signs, or approves.
    Signers,
    /// Receives a copy.
    CarbonCopies,
    /// Must open the documents.
    CertifiedDeliveries,
    /// Names those who come after.
    Agents,
    /// May change the envelope for those who come after.
    Editors,
    /// Names those who come after, and must.
    Intermediaries,
}

/// Everybody, by group.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parties {
    #[serde(default, deserialize_with = "lenient::list")]
    signers: Vec<Party>,
    #[serde(default, deserialize_with = "lenient::list")]
    carbon_copies: Vec<Party>,
    #[serde(default, deserialize_with = "lenient::list")]
    certified_deliveries: Vec<Party>,
    #[serde(default, deserialize_with = "lenient::list")]
    agents: Vec<Party>,
    #[serde(default, deserialize_with = "lenient::list")]
    editors: Vec<Party>,
    #[serde(default, deserialize_with = "lenient::list")]
    intermediaries: Vec<Party>,
}

/// One recipient.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Party {
    /// The id that the sender chose, unique in its envelope only.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) recipient_id: Option<String>,
    /// DocuSign's own id, unique everywhere.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) recipient_id_guid: Option<String>,
    /// The whole name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) email: Option<String>,
    /// DocuSign's word for where they stand.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) status: Option<String>,
    /// Set when links can be made for them.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) client_user_id: Option<String>,
    /// Set when they are mailed all the same.
    #[serde(default, rename = "embeddedRecipientStartURL", deserialize_with = "lenient::text")]
    pub(crate) embedded_start_url: Option<String>,
    /// Why they refused.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) declined_reason: Option<String>,
    /// What the mail system of the address answered.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) auto_responded_reason: Option<String>,
    /// What came of each check of who they are, by the name of the check.
    #[serde(default)]
    pub(crate) recipient_authentication_status: Option<Map<String, Value>>,
}

impl Parties {
    /// Those of one group.
    #[must_use]
    pub(crate) fn of(&self, group: Group) -> &[Party] {
        match group {
            Group::Signers => &self.signers,
            Group::CarbonCopies => &self.carbon_copies,
            Group::CertifiedDeliveries => &self.certified_deliveries,
            Group::Agents => &self.agents,
            Group::Editors => &self.editors,
            Group::Intermediaries => &self.intermediaries,
        }
    }

    /// Everybody, with the group.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = (Group, &Party)> {
        Group::ALL.into_iter().flat_map(|group| self.of(group).iter().map(move |party| (group, party)))
    }
}

impl Group {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Signers,
        Self::CarbonCopies,
        Self::CertifiedDeliveries,
        Self::Agents,
        Self::Editors,
        Self::Intermediaries,
    ];

    /// DocuSign's word.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Signers => "signers",
            Self::CarbonCopies => "carbonCopies",
            Self::CertifiedDeliveries => "certifiedDeliveries",
            Self::Agents => "agents",
            Self::Editors => "editors",
            Self::Intermediaries => "intermediaries",
        }
    }
}

impl Party {
    /// The id that a row keeps: a number from an earlier envelope must not find somebody else in this one.
    #[must_use]
    pub(crate) fn reference(&self) -> Option<&str> {
        non_blank(&self.recipient_id_guid).or_else(|| non_blank(&self.recipient_id))
    }

    /// What rows are matched by; the group stands for the role.
    #[must_use]
    pub(crate) fn key(&self) -> PartyKey<'_> {
        PartyKey { reference: self.reference(), email: self.email.as_deref(), role: None }
    }

    /// DocuSign's word, without outer blanks.
    #[must_use]
    pub(crate) fn word(&self) -> &str {
        non_blank(&self.status).unwrap_or_default()
    }

    /// Whether DocuSign writes to the address: those who only get links from the sender's application are not mailed.
    #[must_use]
    pub(crate) fn is_mailed(&self) -> bool {
        non_blank(&self.client_user_id).is_none() || non_blank(&self.embedded_start_url).is_some()
    }

    /// The explanation of a check of identity that failed.
    #[must_use]
    pub(crate) fn failed_check(&self) -> Option<&str> {
        let checks = self.recipient_authentication_status.as_ref()?;
        let word =
            |check: &Value| check.get("status").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let failed = checks.values().find(|check| word(check).trim_start().starts_with("fail"))?;
        Some(failed.get("failureDescription").and_then(Value::as_str).unwrap_or_default().trim())
    }
}

fn non_blank(text: &Option<String>) -> Option<&str> {
    countersign_sdk::text::non_blank(text.as_deref())
}
