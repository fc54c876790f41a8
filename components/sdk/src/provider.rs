//! What a provider implements. Every verb has a default that answers `unsupported`.
//!
//! How a provider becomes a component's exports stands in `component`.

use crate::contract::actions::{
    ChangesInput, DocumentChanges, DocumentInput, DownloadInput, DownloadedDocument, RecipientStatus,
    RecipientsInput, Reminded, ReminderInput, SendInput, SentDocument, SigningLinks, WithdrawInput,
    Withdrawn,
};
use crate::contract::data_sources::{Row, RowsInput, Source};
use crate::contract::events::{InboundRequest, Reading, Rejection};
use crate::contract::manifest::Description;
use crate::contract::types::{DocumentStatus, Failure, InvalidInput};
use crate::host::Host;

/// One e-signature provider. Calls share nothing: each runs in a fresh instance, so there is no `self`.
pub trait Provider {
    /// Who the provider is and what it asks for. Pure.
    fn describe() -> Description;

    /// Creates a document process and mails its recipients.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn send_for_signature(_host: &dyn Host, _input: &SendInput) -> Result<SentDocument, Failure> {
        Err(Failure::Unsupported)
    }

    /// Reads the state of one document.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn get_document_status(_host: &dyn Host, _input: &DocumentInput) -> Result<DocumentStatus, Failure> {
        Err(Failure::Unsupported)
    }

    /// Reads where each recipient stands.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn get_recipient_statuses(
        _host: &dyn Host,
        _input: &RecipientsInput,
    ) -> Result<Vec<RecipientStatus>, Failure> {
        Err(Failure::Unsupported)
    }

    /// Fetches files into new attachments.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn get_document(_host: &dyn Host, _input: &DownloadInput) -> Result<DownloadedDocument, Failure> {
        Err(Failure::Unsupported)
    }

    /// Finds signing addresses for the rows.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn get_signing_link(_host: &dyn Host, _input: &RecipientsInput) -> Result<SigningLinks, Failure> {
        Err(Failure::Unsupported)
    }

    /// Reminds those whom the provider says can still act.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn send_reminders(_host: &dyn Host, _input: &ReminderInput) -> Result<Reminded, Failure> {
        Err(Failure::Unsupported)
    }

    /// Takes a document back.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn withdraw_document(_host: &dyn Host, _input: &WithdrawInput) -> Result<Withdrawn, Failure> {
        Err(Failure::Unsupported)
    }

    /// Lists what changed.
    ///
    /// # Errors
    /// `unsupported` unless the provider says otherwise.
    fn list_changes(_host: &dyn Host, _input: &ChangesInput) -> Result<DocumentChanges, Failure> {
        Err(Failure::Unsupported)
    }

    /// The lists this provider has. Pure.
    fn sources() -> Vec<Source> {
        Vec::new()
    }

    /// The rows of one list.
    ///
    /// # Errors
    /// `invalid("source", …)` for a list the provider does not have.
    fn rows(_host: &dyn Host, input: &RowsInput) -> Result<Vec<Row>, Failure> {
        Err(unknown_source(&input.source))
    }

    /// Reads one webhook message that the host has verified. Pure: there is no host to ask.
    ///
    /// # Errors
    /// When the message is broken, or the provider has no webhooks.
    fn read_event(_request: &InboundRequest) -> Result<Reading, Rejection> {
        Err(Rejection::Unsupported("this provider has no webhooks".to_owned()))
    }
}

/// The failure for a data source that does not exist.
#[must_use]
pub fn unknown_source(source: &str) -> Failure {
    Failure::Invalid(InvalidInput {
        field: "source".to_owned(),
        reason: format!("there is no data source `{source}`; ask `list` for those there are"),
    })
}
