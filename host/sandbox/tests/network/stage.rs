//! The stage of these tests: connections, requests, a clock, files, and servers that note what they see.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use countersign_sandbox::attachment::{AttachmentInfo, AttachmentStore, ByteStream};
use countersign_sandbox::connection::config::{
    ConnectionConfig, LimitsConfig, RoleConfig, Scheme, SecretReference,
};
use countersign_sandbox::connection::offer::{ProviderOffer, RoleOffer, SchemeOffer};
use countersign_sandbox::connection::problem::ConnectionProblems;
use countersign_sandbox::connection::secret::{ProcessSecrets, SecretFile, SecretReader};
use countersign_sandbox::connection::{Connection, Sources};
use countersign_sandbox::exchange::Header;
use countersign_sandbox::network::{Clock, Network, Options};
use countersign_sandbox::transport::{Incoming, Outgoing, OutgoingBody, TransportFailure};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Environment variables of a test; files are read from disk.
#[derive(Default)]
pub(crate) struct Variables(pub(crate) BTreeMap<String, String>);

impl SecretReader for Variables {
    fn variable(&self, name: &str) -> Option<SecretString> {
        self.0.get(name).map(|value| SecretString::from(value.as_str()))
    }

    fn file(&self, path: &Path) -> io::Result<SecretFile> {
        ProcessSecrets::default().file(path)
    }
}

pub(crate) fn variables(pairs: &[(&str, &str)]) -> Variables {
    Variables(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

pub(crate) fn env(name: &str) -> SecretReference {
    SecretReference::Env(name.to_owned())
}

/// A role on loopback.
pub(crate) fn role(base_url: &str, authentication: Scheme) -> RoleConfig {
    RoleConfig { authentication, allow_private_addresses: true, ..RoleConfig::at(base_url) }
}

pub(crate) fn config(role: RoleConfig) -> ConnectionConfig {
    ConnectionConfig {
        provider: "autenti".to_owned(),
        settings: BTreeMap::new(),
        acting_user: None,
        limits: LimitsConfig::default(),
        roles: BTreeMap::from([("api".to_owned(), role)]),
        webhook: None,
    }
}

pub(crate) fn offer(scheme: SchemeOffer) -> ProviderOffer {
    let role = RoleOffer { role: "api".to_owned(), schemes: vec![scheme] };
    ProviderOffer { roles: vec![role], ..ProviderOffer::default() }
}

/// Loads the connection `test` with one role `api`.
pub(crate) fn load(
    config: ConnectionConfig,
    offered: SchemeOffer,
    secrets: &dyn SecretReader,
) -> Result<Arc<Connection>, ConnectionProblems> {
    let sources = Sources { secrets, connections: &BTreeMap::new() };
    Connection::load("test", config, &offer(offered), &sources).map(Arc::new)
}

/// A connection without credentials.
pub(crate) fn open_connection(base_url: &str) -> Arc<Connection> {
    load(config(role(base_url, Scheme::None)), SchemeOffer::None, &Variables::default()).unwrap()
}

pub(crate) fn request(connection: &Arc<Connection>, method: &str, path: &str) -> Outgoing {
    Outgoing {
        connection: Arc::clone(connection),
        role: "api".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: OutgoingBody::None,
        acting_user: None,
        attachments: Arc::new(Files::default()),
        timeout: Duration::from_secs(60),
    }
}

pub(crate) fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

pub(crate) async fn text(incoming: Incoming) -> String {
    String::from_utf8(bytes(incoming).await.unwrap()).unwrap()
}

pub(crate) async fn bytes(mut incoming: Incoming) -> Result<Vec<u8>, TransportFailure> {
    let mut all = Vec::new();
    while let Some(bytes) = incoming.body.next().await {
        all.extend_from_slice(&bytes?);
    }
    Ok(all)
}

/// The failure of something that had to fail.
pub(crate) fn failure(sent: Result<Incoming, TransportFailure>) -> TransportFailure {
    match sent {
        Ok(incoming) => panic!("answered {}", incoming.status),
        Err(failure) => failure,
    }
}

/// A clock that stands still until it is moved.
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn at(now_ms: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now_ms)))
    }

    pub(crate) fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

pub(crate) fn network_at(clock: &Arc<SetClock>) -> Network {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Network::with(Options { clock, ..Options::default() }).unwrap()
}

/// Attachments by name: `size` bytes of a repeating pattern, handed out in pieces of 64 KiB.
#[derive(Default)]
pub(crate) struct Files {
    sizes: Mutex<BTreeMap<String, u64>>,
    /// How many bytes were handed out so far.
    pub(crate) handed_out: Arc<AtomicU64>,
}

const PIECE: u64 = 64 * 1024;

impl Files {
    /// Adds a file whose store holds `size` bytes.
    pub(crate) fn add(&self, name: &str, size: u64) -> AttachmentInfo {
        self.sizes.lock().unwrap().insert(name.to_owned(), size);
        AttachmentInfo {
            id: 1,
            name: name.to_owned(),
            media_type: "application/pdf".to_owned(),
            size,
            sha256: name.to_owned(),
        }
    }
}

pub(crate) fn pattern(size: u64) -> Vec<u8> {
    (0..size).map(|index| (index % PIECE % 251) as u8).collect()
}

impl AttachmentStore for Files {
    fn open(&self, sha256: &str, _: u64) -> BoxFuture<'_, io::Result<ByteStream>> {
        let size = self.sizes.lock().unwrap().get(sha256).copied();
        let handed_out = Arc::clone(&self.handed_out);
        async move {
            let size = size.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such file"))?;
            let piece = Bytes::from(pattern(PIECE));
            let pieces = (0..size.div_ceil(PIECE)).map(move |number| {
                let bytes = piece.slice(..(size - number * PIECE).min(PIECE) as usize);
                handed_out.fetch_add(bytes.len() as u64, Ordering::SeqCst);
                Ok(bytes)
            });
            Ok(stream::iter(pieces).boxed())
        }
        .boxed()
    }

    fn store(&self, _: ByteStream, _: u64) -> BoxFuture<'_, io::Result<(u64, String)>> {
        async { Err(io::Error::new(io::ErrorKind::Unsupported, "these tests store nothing")) }.boxed()
    }
}

/// One request as it came over the wire.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// The header lines of this name, in order.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

/// What a server does after it has read a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Writes this and closes.
    Raw(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Keeps silent.
    Never,
}

pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Raw(
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
            .into_bytes(),
    )
}

/// A server that notes every request, byte for byte, and answers all alike.
pub(crate) struct Wire {
    pub(crate) base_url: String,
    pub(crate) seen: mpsc::UnboundedReceiver<Seen>,
}

pub(crate) async fn wire(answer: Answer) -> Wire {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (notes, seen) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answer.clone(), notes.clone()));
        }
    });
    Wire { base_url, seen }
}

/// Reads one request and answers it.
pub(crate) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: Answer,
    notes: mpsc::UnboundedSender<Seen>,
) {
    let Some(seen) = read_request(&mut stream).await else { return };
    let _ = notes.send(seen);
    match answer {
        Answer::Raw(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Answer::Close => {}
        Answer::Never => std::future::pending().await,
    }
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut seen = Seen::default();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    seen.head = String::from_utf8(head).unwrap();
    let length = seen.values("content-length").first().map_or(0, |value| value.parse().unwrap());
    seen.body = vec![0; length];
    stream.read_exact(&mut seen.body).await.ok()?;
    Some(seen)
}
