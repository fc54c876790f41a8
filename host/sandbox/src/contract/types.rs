//! Words that several interfaces of the contract share (`wit/types.wit`).
//!
//! Not here: how a failure of the sandbox becomes one of these (`call/`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type TimestampMs = u64;

/// A file of the workflow instance, numbered within that instance from 1.
pub type AttachmentId = u32;

/// One text in one language.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Translation {
    /// BCP 47 tag, lower case: `en`, `pl`, `de`.
    pub language: String,
    /// The text.
    pub text: String,
}

/// One configured value that is not a secret. Secrets never reach a component.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Setting {
    /// The name under which the manifest declares it.
    pub name: String,
    /// Its value: text as it is, `true` or `false`, or an integer in decimal.
    pub value: String,
}

/// Where the whole document stands, in neutral words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum DocumentState {
    /// Made at the provider, not sent: nobody was mailed.
    #[component(name = "draft")]
    Draft,
    /// The provider is still working on it (conversion, queueing).
    #[component(name = "processing")]
    Processing,
    /// Sent; recipients have yet to act.
    #[component(name = "in-progress")]
    InProgress,
    /// Everybody acted; somebody must still close it.
    #[component(name = "awaiting-completion")]
    AwaitingCompletion,
    /// Signed by all. The signed file exists or will shortly.
    #[component(name = "completed")]
    Completed,
    /// A recipient refused.
    #[component(name = "declined")]
    Declined,
    /// The term ran out.
    #[component(name = "expired")]
    Expired,
    /// The sender took it back, or it was deleted.
    #[component(name = "cancelled")]
    Cancelled,
    /// The provider could not process it.
    #[component(name = "failed")]
    Failed,
    /// A word this component does not know; see the code beside it.
    #[component(name = "other")]
    Other,
}

/// A document's state beside the provider's own word for it.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct DocumentStatus {
    /// The provider's word, unchanged; unknown words are carried, never refused.
    pub code: String,
    /// The neutral reading of that word.
    pub state: DocumentState,
}

/// Where one recipient stands, in neutral words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum RecipientState {
    /// Not this recipient's turn yet.
    #[component(name = "waiting")]
    Waiting,
    /// Invited.
    #[component(name = "notified")]
    Notified,
    /// Opened the document.
    #[component(name = "viewed")]
    Viewed,
    /// Did what was asked (signed, approved, reviewed, viewed).
    #[component(name = "done")]
    Done,
    /// Refused.
    #[component(name = "declined")]
    Declined,
    /// Failed to prove who they are.
    #[component(name = "authentication-failed")]
    AuthenticationFailed,
    /// The invitation could not be delivered.
    #[component(name = "undeliverable")]
    Undeliverable,
    /// A word this component does not know; see the code beside it.
    #[component(name = "other")]
    Other,
}

/// The organisation a recipient signs for.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Organisation {
    /// Registered name.
    pub name: String,
    /// Country prefix and number, for example `PL5260001246`.
    #[component(name = "tax-id")]
    pub tax_id: String,
    /// The recipient's position in it.
    pub position: String,
}

/// One person (or organisation) who takes part: one row of the signers list.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Recipient {
    /// The host's key of the row; answers name it back.
    #[component(name = "row-key")]
    pub row_key: String,
    /// Given name, when the form keeps it apart.
    #[component(name = "first-name")]
    #[serde(default)]
    pub first_name: Option<String>,
    /// Family name, when the form keeps it apart.
    #[component(name = "last-name")]
    #[serde(default)]
    pub last_name: Option<String>,
    /// The whole name, when the form has a single cell.
    #[component(name = "display-name")]
    #[serde(default)]
    pub display_name: Option<String>,
    /// E-mail address, trimmed by the component.
    pub email: String,
    /// E.164, for example `+48123456789`.
    #[serde(default)]
    pub phone: Option<String>,
    /// An id of the `recipient-roles` source.
    pub role: String,
    /// An id of the `signature-types` source; providers have a default.
    #[component(name = "signature-type")]
    #[serde(default)]
    pub signature_type: Option<String>,
    /// A one-time code by SMS confirms the signature.
    #[component(name = "sms-authentication")]
    #[serde(default)]
    pub sms_authentication: bool,
    /// A code by SMS is needed before the document can be opened.
    #[component(name = "sms-unlock")]
    #[serde(default)]
    pub sms_unlock: bool,
    /// Position in the signing order; lower acts earlier.
    #[serde(default)]
    pub order: Option<u32>,
    /// Set when the recipient represents an organisation.
    #[serde(default)]
    pub organisation: Option<Organisation>,
    /// True when the recipient signs as that organisation's representative.
    #[serde(default)]
    pub representative: bool,
    /// Language of the invitation, where the provider supports one per recipient.
    #[serde(default)]
    pub language: Option<String>,
    /// The provider's own id of this recipient, once known.
    #[component(name = "provider-reference")]
    #[serde(default)]
    pub provider_reference: Option<String>,
}

/// An input that cannot be right. The caller's fault; repeating does not help.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct InvalidInput {
    /// The field, as a path of this contract: `recipients[2].phone`.
    pub field: String,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// The provider's own words about a refusal or a fault.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct ProviderMessage {
    /// The provider's code, or the HTTP status in decimal when it gave none.
    pub code: String,
    /// The provider's message, shortened; never a secret.
    pub message: String,
}

/// The connection is not (or no longer) accepted.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct UnauthorizedAccess {
    /// What the provider said.
    pub message: String,
    /// Where an administrator can consent, when that is what is missing.
    #[component(name = "consent-url")]
    #[serde(default)]
    pub consent_url: Option<String>,
}

/// A fault that passes by itself.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct TransientFault {
    /// What happened.
    pub message: String,
    /// How long the provider asked to wait, in milliseconds (Retry-After).
    #[component(name = "retry-after-ms")]
    #[serde(default)]
    pub retry_after_ms: Option<u64>,
}

/// Why an action did not do what was asked: whose fault it is, and whether a repeat can help.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum Failure {
    /// The form or the definition is wrong. Mend the field, then repeat.
    #[component(name = "invalid")]
    Invalid(InvalidInput),
    /// The provider understood and refused. A repeat is refused again.
    #[component(name = "rejected")]
    Rejected(ProviderMessage),
    /// The operator must mend the connection. Then repeat.
    #[component(name = "unauthorized")]
    Unauthorized(UnauthorizedAccess),
    /// The account lacks the licence, package or quota. The operator's contract with the provider decides.
    #[component(name = "not-entitled")]
    NotEntitled(String),
    /// The provider does not know the document. Repeating does not help.
    #[component(name = "not-found")]
    NotFound,
    /// Too early, for example a download before completion. A later repeat helps.
    #[component(name = "not-ready")]
    NotReady(String),
    /// Guarded by an extra proof, for example an SMS code. The recipient must act; repeating does not help.
    #[component(name = "locked")]
    Locked(String),
    /// Nobody's fault and nothing was changed. Repeat after the given time.
    #[component(name = "transient")]
    Transient(TransientFault),
    /// It may or may not have happened. Never repeat blindly: a person decides with the evidence.
    #[component(name = "in-doubt")]
    InDoubt(String),
    /// The sandbox refused something. The operator's grant or the component is wrong.
    #[component(name = "denied")]
    Denied(String),
    /// This provider has no such verb.
    #[component(name = "unsupported")]
    Unsupported,
    /// Anything else. The provider's fault; a repeat may help.
    #[component(name = "other")]
    Other(ProviderMessage),
}
