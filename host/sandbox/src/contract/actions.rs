//! The verbs of signing: their inputs and outcomes (`wit/actions.wit`).
//!
//! Not here: one type over all of them (`contract/action.rs`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

use super::types::{AttachmentId, DocumentStatus, Recipient, RecipientState, Setting, TimestampMs};

/// What to send, to whom, and how.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct SendInput {
    /// Host-made, the same in every attempt of one send. Store it with the document where the provider can.
    #[component(name = "client-reference")]
    pub client_reference: String,
    /// A draft that an earlier attempt of this very send already reported through `progress`; continue it.
    #[component(name = "resume-document")]
    #[serde(default)]
    pub resume_document: Option<String>,
    /// Shown in the invitation. Never empty.
    pub title: String,
    /// Shown below the title.
    #[serde(default)]
    pub description: Option<String>,
    /// Language of the process: `pl`.
    #[serde(default)]
    pub language: Option<String>,
    /// Everybody who takes part.
    #[serde(default)]
    pub recipients: Vec<Recipient>,
    /// The files, in order.
    #[serde(default)]
    pub documents: Vec<AttachmentId>,
    /// Whether the `order` of recipients counts.
    #[serde(default)]
    pub ordered: bool,
    /// Send in the name of the organisation instead of the acting user.
    #[component(name = "as-organisation")]
    #[serde(default)]
    pub as_organisation: bool,
    /// An id of the `visualisations` source.
    #[serde(default)]
    pub visualisation: Option<String>,
    /// Ids of the `labels` source.
    #[serde(default)]
    pub labels: Vec<String>,
    /// When the invitation runs out.
    #[component(name = "expires-at")]
    #[serde(default)]
    pub expires_at: Option<TimestampMs>,
    /// The action's settings.
    #[serde(default)]
    pub settings: Vec<Setting>,
}

/// The provider's own id of one recipient.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct RecipientReference {
    /// The host's row.
    #[component(name = "row-key")]
    pub row_key: String,
    /// The provider's id.
    pub reference: String,
}

/// What came of a send.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct SentDocument {
    /// The provider's id. Never empty: an empty id is a failure (C41).
    #[component(name = "document-id")]
    pub document_id: String,
    /// Where the sender can look at it.
    #[serde(default)]
    pub link: Option<String>,
    /// The state right after sending.
    #[serde(default)]
    pub status: Option<DocumentStatus>,
    /// Ids of recipients, as far as known.
    #[serde(default)]
    pub recipients: Vec<RecipientReference>,
}

/// One document already at the provider.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct DocumentInput {
    /// The provider's id. Empty is `invalid("document-id", …)` (C42).
    #[component(name = "document-id")]
    pub document_id: String,
    /// The reference given when it was sent, if any.
    #[component(name = "client-reference")]
    #[serde(default)]
    pub client_reference: Option<String>,
    /// The action's settings.
    #[serde(default)]
    pub settings: Vec<Setting>,
}

/// One document and the rows to match its recipients with.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct RecipientsInput {
    /// The document.
    pub document: DocumentInput,
    /// The rows.
    #[serde(default)]
    pub recipients: Vec<Recipient>,
}

/// Where one recipient stands.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct RecipientStatus {
    /// The matching row.
    #[component(name = "row-key")]
    pub row_key: String,
    /// The provider's word.
    pub code: String,
    /// Its neutral reading.
    pub state: RecipientState,
    /// Why the recipient refused, in their words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The provider's id of the recipient.
    #[component(name = "provider-reference")]
    #[serde(default)]
    pub provider_reference: Option<String>,
}

/// Which file to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum DocumentPart {
    /// The signed document.
    #[component(name = "signed")]
    Signed,
    /// The page or file that lists the signatures.
    #[component(name = "certificate")]
    Certificate,
}

/// Which files of which document to fetch.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct DownloadInput {
    /// The document.
    pub document: DocumentInput,
    /// The parts. Empty means `signed` alone.
    #[serde(default)]
    pub parts: Vec<DocumentPart>,
    /// File name to use instead of the provider's; `.pdf` is appended when missing.
    #[serde(default)]
    pub name: Option<String>,
}

/// One fetched file.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct DownloadedFile {
    /// Which part it is.
    pub part: DocumentPart,
    /// The new attachment that holds its bytes.
    pub attachment: AttachmentId,
    /// Its file name.
    pub name: String,
}

/// The files fetched, and the state seen while fetching.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct DownloadedDocument {
    /// The files, at least one.
    #[serde(default)]
    pub files: Vec<DownloadedFile>,
    /// The state of the document, when it was read.
    #[serde(default)]
    pub status: Option<DocumentStatus>,
}

/// A recipient's own address for signing. Whoever holds it can act: hosts treat it as a secret.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct SigningLink {
    /// The row.
    #[component(name = "row-key")]
    pub row_key: String,
    /// The address.
    pub url: String,
    /// When it stops working.
    #[component(name = "expires-at")]
    #[serde(default)]
    pub expires_at: Option<TimestampMs>,
}

/// A row for which nothing was done, and why.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct SkippedRow {
    /// The row.
    #[component(name = "row-key")]
    pub row_key: String,
    /// The reason, for the history.
    pub reason: String,
}

/// The addresses found.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct SigningLinks {
    /// One for each row that has one.
    #[serde(default)]
    pub links: Vec<SigningLink>,
    /// The others.
    #[serde(default)]
    pub skipped: Vec<SkippedRow>,
}

/// Whom to remind.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct ReminderInput {
    /// The document.
    pub document: DocumentInput,
    /// E-mail addresses that must not be reminded.
    #[serde(default)]
    pub except: Vec<String>,
}

/// Who was reminded.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Reminded {
    /// The provider's ids of those reminded, at least one.
    #[serde(default)]
    pub references: Vec<String>,
}

/// Which document to take back.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct WithdrawInput {
    /// The document.
    pub document: DocumentInput,
    /// Why, where the provider passes it on.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What is known after taking a document back.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Withdrawn {
    /// The state, when the provider told.
    #[serde(default)]
    pub status: Option<DocumentStatus>,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct ChangesInput {
    /// Changes at or after this time.
    pub since: TimestampMs,
    /// Where an earlier answer left off.
    #[serde(default)]
    pub cursor: Option<String>,
    /// At most so many; a component may return fewer.
    pub limit: u32,
    /// The action's settings.
    #[serde(default)]
    pub settings: Vec<Setting>,
}

/// One document that changed.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct DocumentChange {
    /// The provider's id.
    #[component(name = "document-id")]
    pub document_id: String,
    /// Our reference, when the provider keeps it.
    #[component(name = "client-reference")]
    #[serde(default)]
    pub client_reference: Option<String>,
    /// Its state now.
    pub status: DocumentStatus,
    /// When it changed.
    #[component(name = "changed-at")]
    pub changed_at: TimestampMs,
}

/// A page of changes.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct DocumentChanges {
    /// The changes, oldest first.
    #[serde(default)]
    pub changes: Vec<DocumentChange>,
    /// Set when there is more.
    #[serde(default)]
    pub cursor: Option<String>,
}
