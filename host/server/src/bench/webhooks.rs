//! Webhooks: a provider's messages over HTTP, proven by HMAC and committed before they are acknowledged, beside the same
//! rows written by hand-made commits to the same kind of store.
//!
//! While messages come, the host reads them and matches their events, as it always does. Not here: what follows from an
//! event (`bench/w1.rs`).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_store::change::{Change, Commit};
use countersign_store::row::inbox::NewMessage;
use countersign_store::{Options, Store};
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::closed_loop::{self, Caller, Measured, median};
use super::wire::Wire;
use super::{Figure, Report, conditions};
use crate::config::{Config, WEBHOOK_BYTES_MAX};
use crate::host::Host;
use crate::serve::Running;

/// How many senders at once the goals are about.
const LEVELS: [usize; 3] = [1, 16, 64];
/// How long one loop is counted.
const LASTS: Duration = Duration::from_secs(1);
const ENDPOINT: &str = "b25seS1mb3ItdGhlLWJlbmNo";
const KEY: &str = "a key that DocuSign would sign with";
/// What DocuSign Connect posts for an envelope; each message is about another one.
const MESSAGE: &str = include_str!("webhooks/envelope-completed.json");

/// Measures in alternating rounds, so that a machine that slows down slows both.
pub async fn webhooks(rounds: usize) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let running = open(folder.path()).await?;
    let store = Store::open(&folder.path().join("raw"), Options::default())?;
    let sent = Arc::new(AtomicU64::new(0));
    let (mut ours, mut raw) = (vec![Vec::new(); LEVELS.len()], vec![Vec::new(); LEVELS.len()]);
    for _ in 0..rounds.max(1) {
        for ((level, ours), raw) in LEVELS.into_iter().zip(&mut ours).zip(&mut raw) {
            let senders = senders(running.address, level, &sent).await?;
            ours.push(closed_loop::run(senders, LASTS, || 0.0).await?);
            let writers = (0..level).map(|_| Writer { store: store.clone(), sent: sent.clone() }).collect();
            raw.push(closed_loop::run(writers, LASTS, || 0.0).await?);
        }
    }
    let unread = running.host.store.counts().await?.messages_unread;
    store.close().await;
    running.stop().await?;
    let of_levels = |rounds: &[Vec<Measured>]| rounds.iter().map(|rounds| median(rounds)).collect::<Vec<_>>();
    Ok(report((&of_levels(&ours), &of_levels(&raw)), rounds, unread))
}

fn report((ours, raw): (&[Measured], &[Measured]), rounds: usize, unread: u64) -> Report {
    let mut figures = Vec::new();
    let (mut ratio, mut p99_ms) = (0.0, f64::MAX);
    for ((level, ours), raw) in LEVELS.into_iter().zip(ours).zip(raw) {
        figures.push(Figure::new(format!("{level}: acknowledged"), ours.per_second, "1/s"));
        figures.push(Figure::new(format!("{level}: raw commits"), raw.per_second, "1/s"));
        figures.push(Figure::new(format!("{level}: ratio"), ours.per_second / raw.per_second, ""));
        figures.push(Figure::new(format!("{level}: acknowledgement p50"), ours.p50_ms, "ms"));
        figures.push(Figure::new(format!("{level}: acknowledgement p99"), ours.p99_ms, "ms"));
        figures.push(Figure::new(format!("{level}: raw p99"), raw.p99_ms, "ms"));
        (ratio, p99_ms) = (ours.per_second / raw.per_second, ours.p99_ms);
    }
    figures.push(Figure::new("messages not read yet when the last sender stopped", unread as f64, ""));
    let mut conditions = conditions();
    conditions.extend([
        format!("SQLite WAL, synchronous=FULL; closed loop; medians of {rounds} rounds of {LASTS:?} each, both in every round"),
        format!("a message of {} bytes over loopback HTTP/1.1, HMAC-SHA-256 with one key; each about another envelope", MESSAGE.len()),
        "the senders, the proof, and reading and matching the messages share the cores with the commits".to_owned(),
        "raw: the same rows through the same group commit, without HTTP, proof and reading".to_owned(),
    ]);
    Report {
        bench: "webhooks",
        ratio,
        goal: "at 64 senders at least 50 % of the raw group-commit limit, p99 below 50 ms",
        meets: ratio >= 0.5 && p99_ms < 50.0,
        figures,
        conditions,
    }
}

async fn open(folder: &Path) -> anyhow::Result<Running> {
    let credentials = countersign_simulators::demo_credentials()?;
    let file = |name: &str, text: &str| -> anyhow::Result<serde_json::Value> {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join(name);
        std::fs::write(&path, text)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(json!({"file": path}))
    };
    let connection = json!({
        "provider": "docusign",
        "settings": {"account-id": "account-id", "user-id": "user-id"},
        "roles": {"api": {
            "base-url": "https://provider.invalid",
            "authentication": {
                "scheme": "oauth2-jwt-bearer", "token-url": "https://provider.invalid/oauth/token",
                "client-id": "client", "private-key": file("private-key.pem", &credentials.private_key_pkcs8_pem)?,
            },
        }},
        "webhook": {
            "endpoint": ENDPOINT,
            "authentication": {"scheme": "hmac-sha256", "secrets": [file("webhook-key", KEY)?]},
        },
    });
    let config = Config {
        data: folder.join("data"),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        api_token: None,
        workflows: Vec::new(),
        lock: folder.join("countersign.lock"),
        connections: BTreeMap::from([("sign".to_owned(), serde_json::from_value(connection)?)]),
        log_webhooks: false,
        webhook_bytes_max: WEBHOOK_BYTES_MAX,
        call_timeout_seconds: 30,
        calls_max: 256,
    };
    let listen = config.listen;
    Running::start(Host::open(config, &ProcessSecrets::default()).await?, listen).await
}

/// Posts one message after the other.
struct Sender {
    wire: Wire,
    sent: Arc<AtomicU64>,
}

async fn senders(address: SocketAddr, level: usize, sent: &Arc<AtomicU64>) -> anyhow::Result<Vec<Sender>> {
    let mut senders = Vec::new();
    for _ in 0..level {
        senders.push(Sender { wire: Wire::connect(address).await?, sent: sent.clone() });
    }
    Ok(senders)
}

impl Caller for Sender {
    async fn work(&mut self) -> anyhow::Result<()> {
        let body = message(&self.sent);
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).context("a key of any length")?;
        mac.update(body.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let header = format!("x-docusign-signature-1: {signature}\r\n");
        self.wire.post_with(&format!("/webhooks/docusign/{ENDPOINT}"), &header, &body).await?;
        Ok(())
    }
}

/// Commits one message after the other.
struct Writer {
    store: Store,
    sent: Arc<AtomicU64>,
}

impl Caller for Writer {
    async fn work(&mut self) -> anyhow::Result<()> {
        let body = message(&self.sent).into_bytes();
        let digest = Sha256::digest(&body).into();
        let head = r#"{"method":"POST","path":[],"query":[],"headers":[{"name":"host","value":"bench"},{"name":"content-type","value":"application/json"}]}"#;
        let message = NewMessage {
            connection: "sign".to_owned(),
            digest,
            refused: None,
            at_ms: 0,
            head: head.to_owned(),
            body,
        };
        self.store.commit(Commit::command(vec![Change::Receive(Box::new(message))])).await?;
        Ok(())
    }
}

/// A message about an envelope that no other message is about.
fn message(sent: &AtomicU64) -> String {
    MESSAGE.replace("ENVELOPE", &format!("{:032x}", sent.fetch_add(1, Ordering::Relaxed)))
}
