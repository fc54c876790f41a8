//! One type over the inputs of all actions, and one over their outcomes.
//!
//! Not here: the records themselves (`contract/actions.rs`, `contract/data_sources.rs`).

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::{
    ChangesInput, DocumentChanges, DocumentInput, DownloadInput, DownloadedDocument, RecipientStatus,
    RecipientsInput, Reminded, ReminderInput, SendInput, SentDocument, SigningLinks, WithdrawInput,
    Withdrawn,
};
use super::data_sources::{Row, RowsInput};
use super::types::DocumentStatus;

/// What a call is asked to do. Data-source rows count as an action, since they may ask the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionInput {
    /// `send-for-signature`
    SendForSignature(SendInput),
    /// `get-document-status`
    GetDocumentStatus(DocumentInput),
    /// `get-recipient-statuses`
    GetRecipientStatuses(RecipientsInput),
    /// `get-document`
    GetDocument(DownloadInput),
    /// `get-signing-link`
    GetSigningLink(RecipientsInput),
    /// `send-reminders`
    SendReminders(ReminderInput),
    /// `withdraw-document`
    WithdrawDocument(WithdrawInput),
    /// `list-changes`
    ListChanges(ChangesInput),
    /// `rows` of `data-sources`
    Rows(RowsInput),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionOutcome {
    /// `send-for-signature`
    SendForSignature(SentDocument),
    /// `get-document-status`
    GetDocumentStatus(DocumentStatus),
    /// `get-recipient-statuses`
    GetRecipientStatuses(Vec<RecipientStatus>),
    /// `get-document`
    GetDocument(DownloadedDocument),
    /// `get-signing-link`
    GetSigningLink(SigningLinks),
    /// `send-reminders`
    SendReminders(Reminded),
    /// `withdraw-document`
    WithdrawDocument(Withdrawn),
    /// `list-changes`
    ListChanges(DocumentChanges),
    /// `rows` of `data-sources`
    Rows(Vec<Row>),
}

/// Every action's name, in the order of the contract; `rows` last.
pub const ACTIONS: [&str; 9] = [
    "send-for-signature",
    "get-document-status",
    "get-recipient-statuses",
    "get-document",
    "get-signing-link",
    "send-reminders",
    "withdraw-document",
    "list-changes",
    "rows",
];

impl ActionInput {
    /// Reads an action's input. Keys equal the WIT names; the message of an error names the wrong key.
    ///
    /// # Errors
    /// When the action is unknown, or a key is missing, unknown or of the wrong type.
    pub fn from_json(action: &str, input: Value) -> Result<Self, String> {
        match action {
            "send-for-signature" => read(action, input).map(Self::SendForSignature),
            "get-document-status" => read(action, input).map(Self::GetDocumentStatus),
            "get-recipient-statuses" => read(action, input).map(Self::GetRecipientStatuses),
            "get-document" => read(action, input).map(Self::GetDocument),
            "get-signing-link" => read(action, input).map(Self::GetSigningLink),
            "send-reminders" => read(action, input).map(Self::SendReminders),
            "withdraw-document" => read(action, input).map(Self::WithdrawDocument),
            "list-changes" => read(action, input).map(Self::ListChanges),
            "rows" => read(action, input).map(Self::Rows),
            other => {
                Err(format!("`{other}` is no action of the contract; use one of {}", ACTIONS.join(", ")))
            }
        }
    }

    /// The action's name in the contract.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::SendForSignature(_) => "send-for-signature",
            Self::GetDocumentStatus(_) => "get-document-status",
            Self::GetRecipientStatuses(_) => "get-recipient-statuses",
            Self::GetDocument(_) => "get-document",
            Self::GetSigningLink(_) => "get-signing-link",
            Self::SendReminders(_) => "send-reminders",
            Self::WithdrawDocument(_) => "withdraw-document",
            Self::ListChanges(_) => "list-changes",
            Self::Rows(_) => "rows",
        }
    }

    /// The input as JSON, keys as in the WIT.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::SendForSignature(input) => json!(input),
            Self::GetDocumentStatus(input) => json!(input),
            Self::GetRecipientStatuses(input) | Self::GetSigningLink(input) => json!(input),
            Self::GetDocument(input) => json!(input),
            Self::SendReminders(input) => json!(input),
            Self::WithdrawDocument(input) => json!(input),
            Self::ListChanges(input) => json!(input),
            Self::Rows(input) => json!(input),
        }
    }
}

/// The bare answers of the contract, given a key so that every outcome is an object.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Keyed {
    status: Option<DocumentStatus>,
    recipients: Option<Vec<RecipientStatus>>,
    rows: Option<Vec<Row>>,
}

impl ActionOutcome {
    /// The outcome as a JSON object, keys as in the WIT. Answers that are no record there get a key:
    /// `status` (get-document-status), `recipients` (get-recipient-statuses), `rows`. So a definition writes
    /// `outcome.status.code` after every action that knows a status.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::SendForSignature(sent) => json!(sent),
            Self::GetDocumentStatus(status) => json!({"status": status}),
            Self::GetRecipientStatuses(recipients) => json!({"recipients": recipients}),
            Self::GetDocument(downloaded) => json!(downloaded),
            Self::GetSigningLink(links) => json!(links),
            Self::SendReminders(reminded) => json!(reminded),
            Self::WithdrawDocument(withdrawn) => json!(withdrawn),
            Self::ListChanges(changes) => json!(changes),
            Self::Rows(rows) => json!({"rows": rows}),
        }
    }

    /// Reads what [`ActionOutcome::to_json`] wrote, or what a fixture expects.
    ///
    /// # Errors
    /// When the action is unknown, or a key is missing, unknown or of the wrong type.
    pub fn from_json(action: &str, outcome: Value) -> Result<Self, String> {
        match action {
            "send-for-signature" => read(action, outcome).map(Self::SendForSignature),
            "get-document-status" => {
                keyed(action, outcome, "status", |k| k.status).map(Self::GetDocumentStatus)
            }
            "get-recipient-statuses" => {
                keyed(action, outcome, "recipients", |k| k.recipients).map(Self::GetRecipientStatuses)
            }
            "get-document" => read(action, outcome).map(Self::GetDocument),
            "get-signing-link" => read(action, outcome).map(Self::GetSigningLink),
            "send-reminders" => read(action, outcome).map(Self::SendReminders),
            "withdraw-document" => read(action, outcome).map(Self::WithdrawDocument),
            "list-changes" => read(action, outcome).map(Self::ListChanges),
            "rows" => keyed(action, outcome, "rows", |k| k.rows).map(Self::Rows),
            other => {
                Err(format!("`{other}` is no action of the contract; use one of {}", ACTIONS.join(", ")))
            }
        }
    }
}

fn keyed<T>(action: &str, value: Value, key: &str, pick: impl Fn(Keyed) -> Option<T>) -> Result<T, String> {
    pick(read(action, value)?).ok_or_else(|| format!("`{action}`: missing key `{key}`"))
}

fn read<T: DeserializeOwned>(action: &str, value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| match error.path().to_string().as_str() {
        "." => format!("`{action}`: {}", error.inner()),
        path => format!("`{action}`: `{path}`: {}", error.inner()),
    })
}
