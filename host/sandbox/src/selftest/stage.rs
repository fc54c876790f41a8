//! The stage: a connection, a transport, a shelf of attachments and a journal, and calls with every part given.
//!
//! Not here: the provider behind the transport (`script.rs`).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::attachment::{AttachmentInfo, AttachmentStore, Shelf};
use crate::connection::Connection;
use crate::contract::actions::{DocumentInput, DownloadInput, SendInput};
use crate::contract::types::Setting;
use crate::exchange::Exchange;
use crate::journal::Journal;
use crate::transport::Transport;
use crate::{ActionInput, CallInput};

/// The time that every call on a stage sees.
pub const NOW_MS: i64 = 1_700_000_000_000;

/// The one file that is granted to a call.
const FILE: &[u8] = b"%PDF-1.7 a contract";

/// Keeps what a journal is told, as JSON.
#[derive(Debug, Default)]
pub struct Notebook(Mutex<String>);

/// Everything a call shares with the next.
pub struct Stage {
    /// What it is granted.
    pub connection: Arc<Connection>,
    /// What carries its requests.
    pub transport: Arc<dyn Transport>,
    /// Its files.
    pub shelf: Arc<Shelf>,
    /// Its journal.
    pub notebook: Arc<Notebook>,
    /// Settings beside `behaviour`: `times`, `needles`.
    pub settings: Vec<(&'static str, String)>,
    /// Where its random numbers come from.
    pub seed: u64,
}

impl Stage {
    /// A stage over this connection.
    #[must_use]
    pub fn over(connection: Arc<Connection>, transport: Arc<dyn Transport>) -> Self {
        let (shelf, notebook) = (Arc::default(), Arc::default());
        Self { connection, transport, shelf, notebook, settings: Vec::new(), seed: 7 }
    }

    /// A call that asks the hostile component for one behaviour.
    #[must_use]
    pub fn call(&self, action: &str, behaviour: &str, deadline: Duration) -> CallInput {
        let settings = self.settings(behaviour);
        let document =
            |settings| DocumentInput { document_id: "D-1".to_owned(), client_reference: None, settings };
        let action = match action {
            "get-document-status" => ActionInput::GetDocumentStatus(document(settings)),
            "get-document" => {
                let (document, parts) = (document(settings), Vec::new());
                ActionInput::GetDocument(DownloadInput { document, parts, name: None })
            }
            _ => ActionInput::SendForSignature(send(settings)),
        };
        self.input(action, deadline)
    }

    /// A call of any action.
    #[must_use]
    pub fn input(&self, action: ActionInput, deadline: Duration) -> CallInput {
        CallInput {
            id: "C-1".to_owned(),
            connection: Arc::clone(&self.connection),
            action,
            acting_user: None,
            now_ms: NOW_MS,
            seed: self.seed,
            granted: vec![self.granted()],
            next_attachment: 2,
            attachments: Arc::clone(&self.shelf) as Arc<dyn AttachmentStore>,
            journal: Arc::clone(&self.notebook) as Arc<dyn Journal>,
            transport: Arc::clone(&self.transport),
            deadline,
        }
    }

    fn settings(&self, behaviour: &str) -> Vec<Setting> {
        let setting = |name: &str, value: &str| Setting { name: name.to_owned(), value: value.to_owned() };
        let more = self.settings.iter().map(|(name, value)| setting(name, value));
        [setting("behaviour", behaviour)].into_iter().chain(more).collect()
    }

    fn granted(&self) -> AttachmentInfo {
        AttachmentInfo {
            id: 1,
            name: "contract.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: FILE.len() as u64,
            sha256: self.shelf.put(FILE),
        }
    }
}

fn send(settings: Vec<Setting>) -> SendInput {
    SendInput {
        client_reference: "R-1".to_owned(),
        resume_document: None,
        title: "A title".to_owned(),
        description: None,
        language: None,
        recipients: Vec::new(),
        documents: Vec::new(),
        ordered: false,
        as_organisation: false,
        visualisation: None,
        labels: Vec::new(),
        expires_at: None,
        settings,
    }
}

impl Notebook {
    /// Everything it was told.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, what: &Value) -> BoxFuture<'_, Result<(), String>> {
        let line = format!("{what}\n");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line);
        std::future::ready(Ok(())).boxed()
    }
}

impl Journal for Notebook {
    fn intent<'a>(
        &'a self,
        _: &'a str,
        before: &'a [Exchange],
        open: &'a Exchange,
    ) -> BoxFuture<'a, Result<(), String>> {
        self.note(&json!([before, open]))
    }

    fn response<'a>(&'a self, _: &'a str, answered: &'a Exchange) -> BoxFuture<'a, Result<(), String>> {
        self.note(&json!(answered))
    }

    fn document_created<'a>(&'a self, _: &'a str, document_id: &'a str) -> BoxFuture<'a, Result<(), String>> {
        self.note(&json!(document_id))
    }
}
