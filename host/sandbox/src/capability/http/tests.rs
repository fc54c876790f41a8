//! The HTTP capability without a component: requests as a component would make them, on a stopped clock.
//!
//! Not here: the same through components (`tests/calls.rs`, `tests/hostile.rs`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::grant::Rule;
use super::send;
use crate::attachment::{AttachmentInfo, AttachmentStore, ByteStream};
use crate::call::CallInput;
use crate::call::state::{CallState, Work};
use crate::connection::Connection;
use crate::contract::ActionInput;
use crate::contract::http::{
    Body, Chunk, ComposedBody, Destination, FailureKind, MultipartBody, NewAttachment, Part, Request,
    RequestSent, ResponseBody,
};
use crate::contract::manifest::EgressRule;
use crate::exchange::{Exchange, Header, RecordedBody, RecordedPart, RecordedResponse, Repeat};
use crate::journal::Journal;
use crate::limits::Limits;
use crate::sandbox::{Sandbox, SandboxConfig};
use crate::transport::{Incoming, Outgoing, OutgoingBody, Piece, Transport, TransportFailure};

/// Provider, journal and shelf in one, remembering what they saw.
#[derive(Default)]
struct World {
    answer: Option<(u16, Vec<Header>, Vec<Bytes>)>,
    sent: Mutex<Vec<Outgoing>>,
    before: Mutex<Vec<usize>>,
    stored: Mutex<Vec<u8>>,
}

impl Transport for World {
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        self.sent.lock().unwrap().push(request);
        let Some((status, headers, body)) = self.answer.clone() else {
            return std::future::pending().boxed();
        };
        let body = stream::iter(body.into_iter().map(Ok)).boxed();
        std::future::ready(Ok(Incoming { status, headers, body })).boxed()
    }
}

impl Journal for World {
    fn intent<'a>(
        &'a self,
        _: &'a str,
        before: &'a [Exchange],
        _: &'a Exchange,
    ) -> BoxFuture<'a, Result<(), String>> {
        self.before.lock().unwrap().push(before.len());
        std::future::ready(Ok(())).boxed()
    }

    fn response<'a>(&'a self, _: &'a str, _: &'a Exchange) -> BoxFuture<'a, Result<(), String>> {
        std::future::ready(Ok(())).boxed()
    }

    fn document_created<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<(), String>> {
        std::future::ready(Ok(())).boxed()
    }
}

impl AttachmentStore for World {
    fn open(&self, _: &str, _: u64) -> BoxFuture<'_, std::io::Result<ByteStream>> {
        std::future::ready(Err(std::io::ErrorKind::NotFound.into())).boxed()
    }

    fn store(&self, bytes: ByteStream, _: u64) -> BoxFuture<'_, std::io::Result<(u64, String)>> {
        async move {
            let whole: Vec<u8> = bytes.map_ok(|piece| piece.to_vec()).try_concat().await?;
            let stored = (whole.len() as u64, hex::encode(Sha256::digest(&whole)));
            *self.stored.lock().unwrap() = whole;
            Ok(stored)
        }
        .boxed()
    }
}

fn sandbox() -> Arc<Sandbox> {
    static SANDBOX: OnceLock<Arc<Sandbox>> = OnceLock::new();
    let limits = Limits { attachment_bytes_max: 100, responses_bytes_max: 5_000, ..Limits::default() };
    let config = || SandboxConfig { limits, max_calls: 1, ..SandboxConfig::default() };
    Arc::clone(SANDBOX.get_or_init(|| Sandbox::new(config()).unwrap()))
}

fn file(id: u32, name: &str, size: u64) -> AttachmentInfo {
    AttachmentInfo {
        id,
        name: name.into(),
        media_type: "application/pdf".into(),
        size,
        sha256: format!("{id:064}"),
    }
}

/// A call that may do anything below `/documents`, with 10 s to go.
fn state(world: &Arc<World>) -> CallState {
    let rule =
        |method: &str| EgressRule { role: "api".into(), method: method.into(), path: "/documents".into() };
    let rules: Arc<[Rule]> =
        ["GET", "POST"].iter().map(|method| Rule::parse(&rule(method)).unwrap()).collect();
    let action =
        ActionInput::from_json("get-document-status", serde_json::json!({"document-id": "D"})).unwrap();
    let input = CallInput {
        id: "C-1".to_owned(),
        connection: Arc::new(Connection::for_replay("c", BTreeMap::new(), ["api"]).unwrap()),
        action,
        acting_user: Some("ada@example.com".to_owned()),
        now_ms: 0,
        seed: 0,
        granted: vec![file(1, "contract.pdf", 20), file(2, "annex.pdf", 7)],
        next_attachment: 3,
        attachments: Arc::clone(world) as Arc<dyn AttachmentStore>,
        journal: Arc::clone(world) as Arc<dyn Journal>,
        transport: Arc::clone(world) as Arc<dyn Transport>,
        deadline: Duration::ZERO,
    };
    let mut state = CallState::pure(&sandbox(), Instant::now() + Duration::from_secs(10));
    (state.seed, state.work) = (7, Some(Work::new(input, rules, Vec::new()).0));
    state
}

fn request(method: &str, repeat: Repeat) -> Request {
    Request {
        role: "api".to_owned(),
        method: method.to_owned(),
        path: vec!["documents".to_owned()],
        query: Vec::new(),
        headers: Vec::new(),
        body: Body::None,
        destination: Destination::Inline(4_000),
        repeat,
    }
}

fn answering(status: u16, body: &[&'static str]) -> Arc<World> {
    let body = body.iter().map(|piece| Bytes::from_static(piece.as_bytes())).collect();
    Arc::new(World { answer: Some((status, Vec::new(), body)), ..World::default() })
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn sent_body(world: &World) -> String {
    let sent = world.sent.lock().unwrap();
    let OutgoingBody::Pieces(pieces) = &sent.last().unwrap().body else { return String::new() };
    let text = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Piece::Attachment(info) => format!("<{}>", info.name),
        Piece::AttachmentBase64(info) => format!("<{} in base64>", info.name),
    };
    pieces.iter().map(text).collect()
}

#[tokio::test]
async fn reads_are_committed_with_the_next_intent() {
    let world = answering(200, &["{}"]);
    let mut state = state(&world);
    for (method, repeat) in [
        ("GET", Repeat::Read),
        ("GET", Repeat::Read),
        ("POST", Repeat::Repeatable),
        ("POST", Repeat::Once),
        ("GET", Repeat::Read),
        ("POST", Repeat::Once),
    ] {
        send(&mut state, request(method, repeat)).await.unwrap().unwrap();
    }
    assert_eq!(*world.before.lock().unwrap(), [2, 0, 1]);
    let work = state.work.unwrap();
    assert_eq!(work.exchanges.iter().map(|exchange| exchange.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(world.sent.lock().unwrap()[0].acting_user.as_deref(), Some("ada@example.com"));
}

#[tokio::test]
async fn a_multipart_body_is_built_by_the_host() {
    let world = answering(201, &["{}"]);
    let mut state = state(&world);
    let disposition = "form-data; name=\"file\"; filename=\"zażółć.pdf\"";
    let parts = vec![
        Part {
            headers: vec![header("Content-Disposition", disposition)],
            chunks: vec![Chunk::Attachment(1)],
        },
        Part {
            headers: Vec::new(),
            chunks: vec![Chunk::Bytes(b"{\"a\":".to_vec()), Chunk::AttachmentBase64(2)],
        },
    ];
    let body = Body::Multipart(MultipartBody { subtype: "form-data".to_owned(), parts });
    send(&mut state, Request { body, ..request("POST", Repeat::Once) }).await.unwrap().unwrap();

    let content_type = world.sent.lock().unwrap()[0].headers[0].clone();
    assert_eq!(content_type.name, "content-type");
    let boundary = content_type.value.strip_prefix("multipart/form-data; boundary=").unwrap().to_owned();
    assert!(boundary.len() <= 70, "RFC 2046 section 5.1.1");
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n<contract.pdf>\r\n--{boundary}\r\n\r\n{{\"a\":\
         <annex.pdf in base64>\r\n--{boundary}--\r\n"
    );
    assert_eq!(sent_body(&world), expected);

    let recorded = &state.work.as_ref().unwrap().exchanges[0].request;
    assert_eq!(
        recorded.headers,
        [header("content-type", "multipart/form-data")],
        "the boundary says nothing"
    );
    let digest =
        |id: u32, size| RecordedBody::Digest { size, sha256: format!("{id:064}"), attachment: Some(id) };
    let plain = |body| RecordedPart { headers: Vec::new(), body };
    let second =
        RecordedBody::Parts(vec![plain(RecordedBody::Text("{\"a\":".to_owned())), plain(digest(2, 7))]);
    let first =
        RecordedPart { headers: vec![header("Content-Disposition", disposition)], body: digest(1, 20) };
    assert_eq!(recorded.body, RecordedBody::Parts(vec![first, plain(second)]));

    let again = answering(201, &["{}"]);
    let mut second_run = self::state(&again);
    let parts = vec![Part { headers: Vec::new(), chunks: Vec::new() }];
    let body = Body::Multipart(MultipartBody { subtype: "form-data".to_owned(), parts });
    send(&mut second_run, Request { body, ..request("POST", Repeat::Once) }).await.unwrap().unwrap();
    assert_eq!(
        again.sent.lock().unwrap()[0].headers[0],
        content_type,
        "the same seed makes the same boundary"
    );
}

#[tokio::test]
async fn a_long_body_is_recorded_by_its_digest() {
    let world = answering(200, &[]);
    let mut state = state(&world);
    let chunks = vec![Chunk::Bytes(vec![b'x'; 64 * 1024 + 1])];
    let body = Body::Composed(ComposedBody { content_type: "text/plain".to_owned(), chunks });
    send(&mut state, Request { body, ..request("POST", Repeat::Read) }).await.unwrap().unwrap();
    let recorded = &state.work.as_ref().unwrap().exchanges[0].request.body;
    assert!(matches!(recorded, RecordedBody::Digest { size: 65_537, attachment: None, .. }), "{recorded:?}");
}

#[tokio::test]
async fn a_content_type_is_named_once() {
    let world = answering(200, &[]);
    let body = Body::Composed(ComposedBody { content_type: "text/plain".to_owned(), chunks: Vec::new() });
    let headers = vec![header("Content-Type", "application/json")];
    let refused =
        send(&mut state(&world), Request { body, headers, ..request("POST", Repeat::Read) }).await.unwrap();
    assert_eq!(refused.unwrap_err().kind, FailureKind::Invalid);
    assert!(world.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn answers_are_bounded() {
    let inline = Destination::Inline;
    let attachment =
        || Destination::Attachment(NewAttachment { name: "a.pdf".into(), media_type: String::new() });
    let hundred: &'static str = "0123456789".repeat(10).leak();
    let cases = [
        (200, inline(100), vec![hundred], Ok(100)),
        (200, inline(99), vec![hundred], Err(FailureKind::TooLarge)),
        (200, inline(150), vec![hundred, hundred], Err(FailureKind::TooLarge)),
        (200, inline(0), vec![], Ok(0)),
        (200, attachment(), vec![hundred], Ok(100)),
        (200, attachment(), vec![hundred, "x"], Err(FailureKind::TooLarge)),
        (404, attachment(), vec![hundred, "not found"], Ok(109)),
    ];
    for (status, destination, body, expected) in cases {
        let world = answering(status, &body);
        let asked = Request { destination: destination.clone(), ..request("GET", Repeat::Read) };
        let answered = send(&mut state(&world), asked).await.unwrap();
        let size = answered.map(|response| match response.body {
            ResponseBody::Inline(bytes) => bytes.len() as u64,
            ResponseBody::Stored(stored) => stored.size,
        });
        assert_eq!(size.map_err(|failure| failure.kind), expected, "{status} {destination:?}");
    }
}

#[tokio::test]
async fn a_refusal_instead_of_a_file_is_cut_short() {
    let long: &'static str = "no ".repeat(40_000).leak();
    let world = answering(403, &[long]);
    let mut state = state(&world);
    let limits = Limits { responses_bytes_max: u64::MAX, ..Limits::default() };
    state.limits = Arc::new(limits);
    let destination =
        Destination::Attachment(NewAttachment { name: "a.pdf".into(), media_type: String::new() });
    let response =
        send(&mut state, Request { destination, ..request("GET", Repeat::Read) }).await.unwrap().unwrap();
    let ResponseBody::Inline(bytes) = response.body else { panic!() };
    assert_eq!((response.status, bytes.len()), (403, 64 * 1024));
}

#[tokio::test]
async fn all_answers_of_a_call_are_bounded_together() {
    let four_thousand: &'static str = "x".repeat(4_000).leak();
    let world = answering(200, &[four_thousand]);
    let mut state = state(&world);
    send(&mut state, request("GET", Repeat::Read)).await.unwrap().unwrap();
    let second = send(&mut state, request("GET", Repeat::Read)).await.unwrap();
    assert_eq!(second.unwrap_err().kind, FailureKind::TooLarge);
}

#[tokio::test(start_paused = true)]
async fn a_request_gives_up_before_its_call_does() {
    for (repeat, kind) in [(Repeat::Read, FailureKind::Timeout), (Repeat::Once, FailureKind::InDoubt)] {
        let world = Arc::new(World::default());
        let mut state = state(&world);
        let deadline = state.deadline;
        let failure = send(&mut state, request("POST", repeat)).await.unwrap().unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (kind, RequestSent::Maybe));
        assert!(Instant::now() < deadline, "the component has time to answer for itself");
        let timeout = world.sent.lock().unwrap()[0].timeout;
        assert_eq!(timeout, Duration::from_millis(9_750));
        let recorded = state.work.unwrap().exchanges.pop().unwrap().response;
        assert!(matches!(recorded, Some(RecordedResponse::Failed { maybe_sent: true, .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn after_its_deadline_a_call_sends_nothing() {
    let world = answering(200, &[]);
    let mut state = state(&world);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert!(send(&mut state, request("GET", Repeat::Read)).await.is_err());
    assert!(world.sent.lock().unwrap().is_empty());
}
