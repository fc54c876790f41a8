//! What happened in which order: journal, provider and component write to one list.
//!
//! Not here: what a call is given besides (`countersign_sandbox::selftest`).
#![allow(dead_code)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use countersign_sandbox::exchange::{Exchange, Header};
use countersign_sandbox::journal::Journal;
use countersign_sandbox::transport::{
    Incoming, Outgoing, OutgoingBody, Piece, Transport, TransportFailure, TransportFailureKind,
};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};

/// One list for everybody, and what each shall do.
#[derive(Default)]
pub(crate) struct Timeline {
    seen: Mutex<Vec<String>>,
    answers: Mutex<VecDeque<Answer>>,
    /// What the journal cannot write: `intent`, `response`, `document-created`.
    broken: Option<&'static str>,
}

/// What the provider does with one request.
pub(crate) enum Answer {
    /// Answers whole.
    Whole(u16, &'static str),
    /// Breaks before or after the request was sent.
    Broken(TransportFailureKind, bool),
    /// Breaks in the middle of the answer.
    Half(&'static str),
}

impl Timeline {
    /// A provider that answers so, one after another.
    pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() }
    }

    /// The same, with a journal that cannot write this.
    pub(crate) fn breaking(self, what: &'static str) -> Self {
        Self { broken: Some(what), ..self }
    }

    /// Everything that happened so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn note(&self, line: String) {
        self.seen.lock().unwrap().push(line);
    }

    fn write(&self, what: &'static str, line: String) -> BoxFuture<'_, Result<(), String>> {
        let result = match self.broken == Some(what) {
            true => Err("the disk is full".to_owned()),
            false => Ok(()),
        };
        if result.is_ok() {
            self.note(format!("{what} {line}"));
        }
        std::future::ready(result).boxed()
    }
}

/// The timeline as a journal.
pub(crate) struct Written(pub(crate) Arc<Timeline>);

impl Journal for Written {
    fn intent<'a>(
        &'a self,
        call: &'a str,
        before: &'a [Exchange],
        open: &'a Exchange,
    ) -> BoxFuture<'a, Result<(), String>> {
        assert!(open.response.is_none() && before.iter().all(|exchange| exchange.response.is_some()));
        let request = &open.request;
        self.0.write(
            "intent",
            format!("{call} {}+{} {} {}", before.len(), open.number, request.method, request.path),
        )
    }

    fn response<'a>(&'a self, call: &'a str, answered: &'a Exchange) -> BoxFuture<'a, Result<(), String>> {
        assert!(answered.response.is_some() && answered.duration_ms.is_some());
        self.0.write("response", format!("{call} {}", answered.number))
    }

    fn document_created<'a>(
        &'a self,
        call: &'a str,
        document_id: &'a str,
    ) -> BoxFuture<'a, Result<(), String>> {
        self.0.write("document-created", format!("{call} {document_id}"))
    }
}

/// The timeline as a provider.
pub(crate) struct Asked(pub(crate) Arc<Timeline>);

impl Transport for Asked {
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        let body = describe(&request.body);
        self.0.note(format!("{} {}{body}", request.method, request.path));
        let answer = self.0.answers.lock().unwrap().pop_front().expect("an answer for every request");
        let answer = match answer {
            Answer::Whole(status, body) => {
                Ok(incoming(status, vec![Ok(Bytes::from_static(body.as_bytes()))]))
            }
            Answer::Broken(kind, maybe_sent) => Err(failure(kind, maybe_sent)),
            Answer::Half(body) => Ok(incoming(
                200,
                vec![
                    Ok(Bytes::from_static(body.as_bytes())),
                    Err(failure(TransportFailureKind::Connect, false)),
                ],
            )),
        };
        std::future::ready(answer).boxed()
    }
}

fn describe(body: &OutgoingBody) -> String {
    let OutgoingBody::Pieces(pieces) = body else { return String::new() };
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => format!(" {}", String::from_utf8_lossy(bytes)),
            Piece::Attachment(info) => format!(" <{}>", info.name),
            Piece::AttachmentBase64(info) => format!(" <{} in base64>", info.name),
        })
        .collect()
}

fn incoming(status: u16, body: Vec<Result<Bytes, TransportFailure>>) -> Incoming {
    let headers =
        vec![Header { name: "content-type".to_owned(), value: "text/plain; charset=utf-8".to_owned() }];
    Incoming { status, headers, body: stream::iter(body).boxed() }
}

fn failure(kind: TransportFailureKind, maybe_sent: bool) -> TransportFailure {
    TransportFailure { kind, maybe_sent, message: "it broke".to_owned(), consent_url: None }
}
