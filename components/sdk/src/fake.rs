//! A host for native tests: it answers from a script, in strict order, and records what it saw.
//!
//! A difference fails the test with both sides; a scripted request that was never sent fails it when the
//! fake is dropped. What is scripted stands in `fake/exchange`.
#![allow(clippy::panic, reason = "test support: a difference must fail the test that made it")]

mod exchange;

use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, VecDeque};

pub use exchange::{Exchange, request};

use crate::contract::attachments::{AttachmentFailure, AttachmentInfo};
use crate::contract::http::{
    Destination, FailureKind, NewAttachment, Request, RequestSent, Response, ResponseBody, SendFailure,
    StoredBody,
};
use crate::contract::log::Level;
use crate::contract::types::{AttachmentId, TimestampMs};
use crate::host::Host;
use exchange::Answer;

/// Numbers of files that the component makes start here, those of granted files below.
const MADE_FROM: AttachmentId = 1000;

/// A scripted host.
#[derive(Default)]
pub struct Fake {
    now: TimestampMs,
    settings: BTreeMap<String, String>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Exchange>,
    files: BTreeMap<AttachmentId, File>,
    requests: Vec<Request>,
    journal: Vec<String>,
    logged: Vec<String>,
    created: Vec<String>,
}

#[derive(Clone)]
struct File {
    name: String,
    media_type: String,
    bytes: Vec<u8>,
    /// Larger than the bytes kept, for tests about limits.
    size: u64,
}

impl Fake {
    /// A host that expects nothing, at the start of 1970.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The time of the call.
    #[must_use]
    pub fn at(mut self, now: TimestampMs) -> Self {
        self.now = now;
        self
    }

    /// A setting of the connection.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A granted file.
    #[must_use]
    pub fn file(self, id: AttachmentId, name: &str, bytes: &[u8]) -> Self {
        self.file_of_size(id, name, bytes, bytes.len() as u64)
    }

    /// A granted file that says it is larger than the bytes given.
    #[must_use]
    pub fn file_of_size(self, id: AttachmentId, name: &str, bytes: &[u8], size: u64) -> Self {
        let media_type = "application/pdf".to_owned();
        let file = File { name: name.to_owned(), media_type, bytes: bytes.to_vec(), size };
        self.state.borrow_mut().files.insert(id, file);
        self
    }

    /// The next request and its answer.
    #[must_use]
    pub fn expect(self, exchange: Exchange) -> Self {
        self.state.borrow_mut().script.push_back(exchange);
        self
    }

    /// What happened, in order: `POST documents`, `created D1`, ….
    #[must_use]
    pub fn journal(&self) -> Vec<String> {
        self.state.borrow().journal.clone()
    }

    /// The requests as they were sent, for what a script cannot say.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state.borrow().requests.clone()
    }

    /// The ids told through `document_created`.
    #[must_use]
    pub fn created(&self) -> Vec<String> {
        self.state.borrow().created.clone()
    }

    /// The messages for the operator, as `level: message name=value`.
    #[must_use]
    pub fn logged(&self) -> Vec<String> {
        self.state.borrow().logged.clone()
    }

    /// The bytes of a file, granted or made.
    #[must_use]
    pub fn bytes_of(&self, id: AttachmentId) -> Option<Vec<u8>> {
        self.state.borrow().files.get(&id).map(|file| file.bytes.clone())
    }

    /// Name and media type of a file, granted or made.
    #[must_use]
    pub fn name_of(&self, id: AttachmentId) -> Option<(String, String)> {
        self.state.borrow().files.get(&id).map(|file| (file.name.clone(), file.media_type.clone()))
    }

    fn known_file(&self, id: AttachmentId) -> Result<Ref<'_, File>, AttachmentFailure> {
        Ref::filter_map(self.state.borrow(), |state| state.files.get(&id))
            .map_err(|_| AttachmentFailure::Denied)
    }

    fn make_file(&self, name: &str, media_type: &str, bytes: &[u8]) -> AttachmentId {
        let mut state = self.state.borrow_mut();
        let id = state.files.keys().copied().max().unwrap_or_default().max(MADE_FROM) + 1;
        let size = bytes.len() as u64;
        let file =
            File { name: name.to_owned(), media_type: media_type.to_owned(), bytes: bytes.to_vec(), size };
        state.files.insert(id, file);
        id
    }

    fn store(&self, place: &NewAttachment, answer: &Answer) -> ResponseBody {
        let media_type = Some(place.media_type.as_str()).filter(|given| !given.is_empty());
        let media_type = media_type.or(answer.header("content-type")).unwrap_or("application/octet-stream");
        let attachment = self.make_file(&place.name, media_type, &answer.body);
        ResponseBody::Stored(StoredBody { attachment, size: answer.body.len() as u64, sha256: String::new() })
    }

    fn next_exchange(&self, sent: &str) -> Exchange {
        let next = self.state.borrow_mut().script.pop_front();
        next.unwrap_or_else(|| {
            panic!("a request that nobody expects: {sent}\n(so far: {:?})", self.journal())
        })
    }
}

impl Host for Fake {
    fn send(&self, request: &Request) -> Result<Response, SendFailure> {
        let sent = format!("{} {}", request.method, request.path.join(" / "));
        let exchange = self.next_exchange(&sent);
        if let Some(difference) = exchange.difference(request) {
            panic!("request {} is another than expected\n{difference}", self.journal().len() + 1);
        }
        {
            let mut state = self.state.borrow_mut();
            state.journal.push(sent);
            state.requests.push(request.clone());
        }
        let answer = exchange.answer()?;
        let body = match &request.destination {
            Destination::Attachment(place) if (200..300).contains(&answer.status) => {
                self.store(place, &answer)
            }
            Destination::Inline(limit) if answer.body.len() as u64 > u64::from(*limit) => {
                let message = format!("the answer is larger than {limit} bytes");
                let (kind, request_sent) = (FailureKind::TooLarge, RequestSent::Maybe);
                return Err(SendFailure { kind, request_sent, message, consent_url: None });
            }
            Destination::Attachment(_) | Destination::Inline(_) => ResponseBody::Inline(answer.body),
        };
        Ok(Response { status: answer.status, headers: answer.headers, body })
    }

    fn connection_setting(&self, name: &str) -> Option<String> {
        self.settings.get(name).cloned()
    }

    fn describe_attachment(&self, id: AttachmentId) -> Result<AttachmentInfo, AttachmentFailure> {
        let file = self.known_file(id)?;
        let (name, media_type) = (file.name.clone(), file.media_type.clone());
        Ok(AttachmentInfo { id, name, media_type, size: file.size, sha256: String::new() })
    }

    fn read_attachment(
        &self,
        id: AttachmentId,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>, AttachmentFailure> {
        let file = self.known_file(id)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(file.bytes.iter().skip(start).take(length as usize).copied().collect())
    }

    fn create_attachment(
        &self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<AttachmentId, AttachmentFailure> {
        Ok(self.make_file(name, media_type, bytes))
    }

    fn now(&self) -> TimestampMs {
        self.now
    }

    fn log(&self, level: Level, message: &str, pairs: &[(&str, &str)]) {
        let pairs: String = pairs.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let level = format!("{level:?}").to_lowercase();
        let level = level.rsplit("::").next().unwrap_or_default().to_owned();
        self.state.borrow_mut().logged.push(format!("{level}: {message}{pairs}"));
    }

    fn document_created(&self, document_id: &str) {
        let mut state = self.state.borrow_mut();
        state.journal.push(format!("created {document_id}"));
        state.created.push(document_id.to_owned());
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let left: Vec<String> = self.state.borrow().script.iter().map(Exchange::title).collect();
        if !left.is_empty() && !std::thread::panicking() {
            panic!("requests that were expected and never sent: {left:?}\n(sent: {:?})", self.journal());
        }
    }
}
