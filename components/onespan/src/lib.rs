//! OneSpan Sign as a Countersign provider component: its manifest, verbs, data sources and callbacks.
//!
//! Where each thing lives: `validation` checks an input, `definition` writes it in the shapes of `wire`, `actions` make
//! the requests of `package`, `refusal` says what OneSpan's errors mean.
//!
//! Facts that no source states are marked INFERRED where they are used.

mod actions;
mod data_sources;
mod definition;
mod events;
mod lookup;
mod manifest;
mod package;
mod refusal;
mod role;
mod signature;
mod standing;
mod status;
mod validation;
mod wire;

use countersign_sdk::contract::actions::{
    ChangesInput, DocumentChanges, DocumentInput, DownloadInput, DownloadedDocument, RecipientStatus,
    RecipientsInput, Reminded, ReminderInput, SendInput, SentDocument, SigningLinks, WithdrawInput,
    Withdrawn,
};
use countersign_sdk::contract::data_sources::{Row, RowsInput, Source};
use countersign_sdk::contract::events::{InboundRequest, Reading, Rejection};
use countersign_sdk::contract::manifest::Description;
use countersign_sdk::contract::types::{DocumentStatus, Failure};
use countersign_sdk::{Host, Provider, export_provider};

/// The provider.
pub struct OneSpan;

impl Provider for OneSpan {
    fn describe() -> Description {
        manifest::describe()
    }

    fn send_for_signature(host: &dyn Host, input: &SendInput) -> Result<SentDocument, Failure> {
        actions::send_for_signature::send_for_signature(host, input)
    }

    fn get_document_status(host: &dyn Host, input: &DocumentInput) -> Result<DocumentStatus, Failure> {
        actions::get_document_status::get_document_status(host, input)
    }

    fn get_recipient_statuses(
        host: &dyn Host,
        input: &RecipientsInput,
    ) -> Result<Vec<RecipientStatus>, Failure> {
        actions::get_recipient_statuses::get_recipient_statuses(host, input)
    }

    fn get_document(host: &dyn Host, input: &DownloadInput) -> Result<DownloadedDocument, Failure> {
        actions::get_document::get_document(host, input)
    }

    fn get_signing_link(host: &dyn Host, input: &RecipientsInput) -> Result<SigningLinks, Failure> {
        actions::get_signing_link::get_signing_link(host, input)
    }

    fn send_reminders(host: &dyn Host, input: &ReminderInput) -> Result<Reminded, Failure> {
        actions::send_reminders::send_reminders(host, input)
    }

    fn withdraw_document(host: &dyn Host, input: &WithdrawInput) -> Result<Withdrawn, Failure> {
        actions::withdraw_document::withdraw_document(host, input)
    }

    fn list_changes(host: &dyn Host, input: &ChangesInput) -> Result<DocumentChanges, Failure> {
        actions::list_changes::list_changes(host, input)
    }

    fn sources() -> Vec<Source> {
        data_sources::sources()
    }

    fn rows(_host: &dyn Host, input: &RowsInput) -> Result<Vec<Row>, Failure> {
        data_sources::rows(input)
    }

    fn read_event(request: &InboundRequest) -> Result<Reading, Rejection> {
        events::read(request)
    }
}

export_provider!(OneSpan);
