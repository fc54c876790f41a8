//! The contract's functions in a compiled component, each with its type checked.
//!
//! Not here: calling them (`call/`).

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower};

use super::error::AdmissionError;
use crate::call::state::CallState;
use crate::contract::actions::{
    ChangesInput, DocumentChanges, DocumentInput, DownloadInput, DownloadedDocument, RecipientStatus,
    RecipientsInput, Reminded, ReminderInput, SendInput, SentDocument, SigningLinks, WithdrawInput,
    Withdrawn,
};
use crate::contract::data_sources::{Row, RowsInput, Source};
use crate::contract::events::{InboundRequest, Reading, Rejection};
use crate::contract::manifest::Description;
use crate::contract::types::{DocumentStatus, Failure};
use crate::contract::{PACKAGE, VERSION};
use crate::provider::Functions;

type Answer<T> = (Result<T, Failure>,);

/// Looks up every function of the contract; all mismatches are told at once.
pub(super) fn find(pre: &InstancePre<CallState>) -> Result<Functions, AdmissionError> {
    let mut search = Search { pre, problems: Vec::new() };
    let found = search.all();
    match (found, search.problems.is_empty()) {
        (Some(functions), true) => Ok(functions),
        _ => Err(AdmissionError::Mismatched(search.problems)),
    }
}

/// An import or an export that does not have the contract's type.
pub(super) fn mismatched(error: &wasmtime::Error) -> AdmissionError {
    AdmissionError::Mismatched(vec![format!("{error:#}")])
}

struct Search<'a> {
    pre: &'a InstancePre<CallState>,
    problems: Vec<String>,
}

impl Search<'_> {
    fn all(&mut self) -> Option<Functions> {
        // Every lookup runs before the first missing one ends the search, so that all problems are told.
        let describe = self.one::<(), (Description,)>("manifest", "describe");
        let list = self.one::<(), (Vec<Source>,)>("data-sources", "list");
        let rows = self.one::<(&RowsInput,), Answer<Vec<Row>>>("data-sources", "rows");
        let read = self.one::<(&InboundRequest,), (Result<Reading, Rejection>,)>("events", "read");
        let send = self.action::<SendInput, SentDocument>("send-for-signature");
        let status = self.action::<DocumentInput, DocumentStatus>("get-document-status");
        let recipients = self.action::<RecipientsInput, Vec<RecipientStatus>>("get-recipient-statuses");
        let document = self.action::<DownloadInput, DownloadedDocument>("get-document");
        let link = self.action::<RecipientsInput, SigningLinks>("get-signing-link");
        let remind = self.action::<ReminderInput, Reminded>("send-reminders");
        let withdraw = self.action::<WithdrawInput, Withdrawn>("withdraw-document");
        let changes = self.action::<ChangesInput, DocumentChanges>("list-changes");
        Some(Functions {
            describe: describe?,
            list: list?,
            rows: rows?,
            read: read?,
            send_for_signature: send?,
            get_document_status: status?,
            get_recipient_statuses: recipients?,
            get_document: document?,
            get_signing_link: link?,
            send_reminders: remind?,
            withdraw_document: withdraw?,
            list_changes: changes?,
        })
    }

    fn action<I, O>(&mut self, function: &str) -> Option<ComponentExportIndex>
    where
        for<'a> (&'a I,): ComponentNamedList + Lower,
        Answer<O>: ComponentNamedList + Lift,
    {
        self.one::<(&I,), Answer<O>>("actions", function)
    }

    fn one<P, R>(&mut self, interface: &str, function: &str) -> Option<ComponentExportIndex>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let component = self.pre.component();
        let parent = component.get_export_index(None, format!("{PACKAGE}/{interface}@{VERSION}").as_str());
        let found = parent.and_then(|parent| component.get_export(Some(&parent), function));
        let problem = match found {
            Some((ComponentItem::ComponentFunc(ty), index)) => {
                match ty.typecheck::<P, R>(&self.pre.instance_type()) {
                    Ok(()) => return Some(index),
                    Err(error) => format!("{error:#}"),
                }
            }
            Some(_) => "it is no function".to_owned(),
            None => "it is missing".to_owned(),
        };
        self.problems.push(format!("`{interface}.{function}`: {problem}"));
        None
    }
}
