//! The stage: the hostile component admitted once, a shelf of attachments, and calls with every part given.
//!
//! Not here: the providers it talks to (`script.rs`, `loopback.rs`).
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use countersign_sandbox::attachment::{AttachmentInfo, AttachmentStore, ByteStream};
use countersign_sandbox::connection::Connection;
use countersign_sandbox::exchange::Exchange;
use countersign_sandbox::journal::Journal;
use countersign_sandbox::transport::Transport;
use countersign_sandbox::{ActionInput, CallInput, Limits, Provider, Sandbox, SandboxConfig};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Long enough for everything that ends by itself, on the slowest machine.
pub(crate) const PATIENT: Duration = Duration::from_secs(120);
/// The time every call of these tests sees.
pub(crate) const NOW_MS: i64 = 1_700_000_000_000;

/// More memory than a call usually has, so that lists of 100 MB reach the host's own bounds.
fn limits() -> Limits {
    Limits { memory_bytes_max: 256 * 1024 * 1024, guest_time_ms: 60_000, ..Limits::default() }
}

/// A sandbox with room for so many calls.
pub(crate) fn sandbox(limits: Limits, max_calls: u32) -> Arc<Sandbox> {
    Sandbox::new(SandboxConfig { limits, max_calls, ..SandboxConfig::default() }).unwrap()
}

/// The hostile component, compiled once for all tests of a binary.
pub(crate) fn hostile() -> Arc<Provider> {
    static ADMITTED: OnceLock<Arc<Provider>> = OnceLock::new();
    let admit = || sandbox(limits(), 16).admit(countersign_components::hostile()).unwrap();
    Arc::clone(ADMITTED.get_or_init(admit))
}

/// Files by their content, in memory.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<BTreeMap<String, Bytes>>);

impl Shelf {
    /// Everything that was stored, one after another.
    pub(crate) fn everything(&self) -> Vec<u8> {
        self.0.lock().unwrap().values().flatten().copied().collect()
    }

    /// Puts a file there and describes it.
    pub(crate) fn put(&self, id: u32, name: &str, bytes: &[u8]) -> AttachmentInfo {
        let sha256 = hex::encode(Sha256::digest(bytes));
        self.0.lock().unwrap().insert(sha256.clone(), Bytes::copy_from_slice(bytes));
        let media_type = "application/pdf".to_owned();
        AttachmentInfo { id, name: name.to_owned(), media_type, size: bytes.len() as u64, sha256 }
    }
}

impl AttachmentStore for Shelf {
    fn open(&self, sha256: &str, offset: u64) -> BoxFuture<'_, std::io::Result<ByteStream>> {
        let bytes = self.0.lock().unwrap().get(sha256).cloned().ok_or(std::io::ErrorKind::NotFound);
        let from = usize::try_from(offset).unwrap();
        std::future::ready(
            bytes.map_err(Into::into).map(|bytes| {
                stream::once(std::future::ready(Ok(bytes.slice(from.min(bytes.len())..)))).boxed()
            }),
        )
        .boxed()
    }

    fn store(&self, bytes: ByteStream, size_max: u64) -> BoxFuture<'_, std::io::Result<(u64, String)>> {
        async move {
            let kept = bytes.try_fold(Vec::new(), |mut kept, piece| async move {
                kept.extend_from_slice(&piece);
                match kept.len() as u64 > size_max {
                    true => Err(std::io::ErrorKind::FileTooLarge.into()),
                    false => Ok(kept),
                }
            });
            let info = self.put(0, "", &kept.await?);
            Ok((info.size, info.sha256))
        }
        .boxed()
    }
}

/// Keeps what a journal is told, as text.
#[derive(Default)]
pub(crate) struct Notebook(Mutex<String>);

impl Notebook {
    /// Everything it was told.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn note(&self, what: &dyn std::fmt::Debug) -> BoxFuture<'_, Result<(), String>> {
        self.0.lock().unwrap().push_str(&format!("{what:?}\n"));
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
        self.note(&(before, open))
    }

    fn response<'a>(&'a self, _: &'a str, answered: &'a Exchange) -> BoxFuture<'a, Result<(), String>> {
        self.note(answered)
    }

    fn document_created<'a>(&'a self, _: &'a str, document_id: &'a str) -> BoxFuture<'a, Result<(), String>> {
        self.note(&document_id)
    }
}

/// Everything a call of these tests shares with the next.
pub(crate) struct Stage {
    pub(crate) connection: Arc<Connection>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) notebook: Arc<Notebook>,
    /// What follows the base URL's host in settings: `times`, `needles`.
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) seed: u64,
}

impl Stage {
    /// A stage whose connection only the transport gives a meaning.
    pub(crate) fn with(transport: Arc<dyn Transport>) -> Self {
        let connection = Connection::for_replay("hostile", BTreeMap::new(), ["api"]).unwrap();
        Self::over(Arc::new(connection), transport)
    }

    /// A stage over this connection.
    pub(crate) fn over(connection: Arc<Connection>, transport: Arc<dyn Transport>) -> Self {
        let (shelf, notebook) = (Arc::default(), Arc::default());
        Self { connection, transport, shelf, notebook, settings: Vec::new(), seed: 7 }
    }

    /// A call that asks the hostile component for one behaviour.
    pub(crate) fn call(&self, action: &str, behaviour: &str, deadline: Duration) -> CallInput {
        let setting = |(name, value): (&str, &str)| json!({"name": name, "value": value});
        let more = self.settings.iter().map(|(name, value)| (*name, value.as_str()));
        let settings: Vec<Value> = [("behaviour", behaviour)].into_iter().chain(more).map(setting).collect();
        let document = json!({"document-id": "D-1", "settings": settings});
        let input = match action {
            "send-for-signature" => {
                json!({"client-reference": "R-1", "title": "A title", "settings": settings})
            }
            "get-document" => json!({"document": document}),
            _ => document,
        };
        self.input(ActionInput::from_json(action, input).unwrap(), deadline)
    }

    /// A call of any action.
    pub(crate) fn input(&self, action: ActionInput, deadline: Duration) -> CallInput {
        CallInput {
            id: "C-1".to_owned(),
            connection: Arc::clone(&self.connection),
            action,
            acting_user: None,
            now_ms: NOW_MS,
            seed: self.seed,
            granted: vec![self.shelf.put(1, "contract.pdf", b"%PDF-1.7 a contract")],
            next_attachment: 2,
            attachments: Arc::clone(&self.shelf) as Arc<dyn AttachmentStore>,
            journal: Arc::clone(&self.notebook) as Arc<dyn Journal>,
            transport: Arc::clone(&self.transport),
            deadline,
        }
    }
}
