//! DocuSign Connect posts to a real host: keys that are rotated, bursts, and messages about envelopes of others.
//!
//! Its signature is an HMAC, so a burst costs the test little. Not here: detached signatures (`webhooks.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use futures_util::stream;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stand::Stand;

const ENDPOINT: &str = "Y29ubmVjdC1mb3ItdGhlLXRlc3Rz";
const BURST: usize = 5_000;

struct Connect {
    stand: Stand,
    http: reqwest::Client,
}

impl Connect {
    async fn up() -> Self {
        let mut stand = Stand::without_host().await;
        stand.write("old-key", "the older key of Connect");
        stand.write("new-key", "the newer key of Connect");
        start(&mut stand, &["old-key"]).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { stand, http }
    }

    /// Posts a message signed with these keys, as DocuSign does: a header for each.
    async fn post(&self, body: &str, keys: &[&str]) -> u16 {
        let url = format!("{}/webhooks/docusign/{ENDPOINT}", self.stand.url());
        let mut request = self.http.post(url).body(body.to_owned());
        for (number, key) in keys.iter().enumerate() {
            let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
            mac.update(body.as_bytes());
            let signature = STANDARD.encode(mac.finalize().into_bytes());
            request = request.header(format!("X-DocuSign-Signature-{}", number + 1), signature);
        }
        request.send().await.unwrap().status().as_u16()
    }

    async fn until_read(&self) {
        for _ in 0..3_000 {
            if self.stand.get("/status").await["messages-unread"] == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("never: {}", self.stand.log());
    }
}

async fn start(stand: &mut Stand, keys: &[&str]) {
    let secrets: Vec<Value> = keys.iter().map(|key| json!({"file": stand.path(key)})).collect();
    let private_key = stand.path("private-key.pem");
    let connect = json!({
        "provider": "docusign",
        "settings": {"account-id": "account-id", "user-id": "user-id"},
        "limits": {"poll-every": "PT0S"},
        "roles": {"api": {
            "base-url": "https://127.0.0.1:1", "allow-private-addresses": true,
            "authentication": {
                "scheme": "oauth2-jwt-bearer", "token-url": "https://127.0.0.1:1/oauth/token",
                "client-id": "client", "private-key": {"file": private_key},
            },
        }},
        "webhook": {"endpoint": ENDPOINT, "authentication": {"scheme": "hmac-sha256", "secrets": secrets}},
    });
    stand.start_with(|config| config["connections"]["connect"] = connect).await;
}

fn completed(envelope: usize) -> String {
    json!({
        "event": "envelope-completed", "apiVersion": "v2.1", "retryCount": 0,
        "generatedDateTime": "2026-05-04T09:00:00.1234567Z",
        "data": {"accountId": "account-id", "envelopeId": format!("{envelope:032x}")},
    })
    .to_string()
}

const OLD: &str = "the older key of Connect";
const NEW: &str = "the newer key of Connect";

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_without_losing_a_message() {
    let mut connect = Connect::up().await;
    assert_eq!(connect.post(&completed(1), &[OLD]).await, 200);
    assert_eq!(connect.post(&completed(2), &[NEW]).await, 401, "it is not known yet");
    // DocuSign signs with every active key, so while both are active either of them does.
    assert_eq!(connect.post(&completed(3), &[NEW, OLD]).await, 200);

    connect.stand.kill();
    start(&mut connect.stand, &["new-key", "old-key"]).await;
    for (envelope, keys) in [(4, &[OLD] as &[&str]), (5, &[NEW]), (6, &[OLD, NEW])] {
        assert_eq!(connect.post(&completed(envelope), keys).await, 200, "{keys:?}");
    }
    let kept = connect.stand.get("/inbox?state=quarantined").await;
    let replay = format!("/inbox/{}/replay", kept[0]["message"]);
    let (status, answer) =
        connect.stand.ask_with("POST", &replay, "{}", &[("countersign-roles", "admin")]).await;
    assert_eq!(status, 200, "what came too early is read now: {answer}");

    connect.stand.kill();
    start(&mut connect.stand, &["new-key"]).await;
    assert_eq!(connect.post(&completed(7), &[OLD]).await, 401, "the old key is out");
    connect.until_read().await;
    assert_eq!(connect.stand.get("/events").await.as_array().unwrap().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_kept_whole_through_a_kill() {
    let mut connect = Connect::up().await;
    let posting = |envelope| {
        let connect = &connect;
        async move { connect.post(&completed(envelope), &[OLD]).await }
    };
    let answers: Vec<u16> = stream::iter(0..BURST).map(posting).buffer_unordered(64).collect().await;
    connect.stand.kill();
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), BURST);
    start(&mut connect.stand, &["old-key"]).await;
    connect.until_read().await;
    let status = connect.stand.get("/status").await;
    assert_eq!(status["events-parked"], BURST, "each is about an envelope of nobody: {status}");
    // The host has gone on meanwhile.
    assert_eq!(connect.stand.sent().await.0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_sender_holds_up_nobody_and_is_heard_in_the_end() {
    let connect = Connect::up().await;
    let body = completed(1);
    let mut mac = Hmac::<Sha256>::new_from_slice(OLD.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let address = connect.stand.url().strip_prefix("http://").unwrap().to_owned();
    let mut slow = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /webhooks/docusign/{ENDPOINT} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\nx-docusign-signature-1: {signature}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(body.len() / 2);
    slow.write_all(head.as_bytes()).await.unwrap();
    slow.write_all(first.as_bytes()).await.unwrap();

    for envelope in 2..50 {
        assert_eq!(connect.post(&completed(envelope), &[OLD]).await, 200);
    }
    slow.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    connect.until_read().await;
    assert_eq!(connect.stand.get("/events").await.as_array().unwrap().len(), 49);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_says_the_same_in_another_order_is_told_in_any() {
    let connect = Connect::up().await;
    let late = completed(1).replace("2026-05-04", "2026-05-14");
    assert_eq!(connect.post(&late, &[OLD]).await, 200, "ten days late");
    let again = completed(1).replace("\"retryCount\":0", "\"retryCount\":3");
    assert_eq!(connect.post(&completed(1), &[OLD]).await, 200);
    assert_eq!(connect.post(&again, &[OLD]).await, 200);
    connect.until_read().await;
    let events = connect.stand.get("/events").await;
    let times: Vec<&Value> = events.as_array().unwrap().iter().map(|event| &event["times"]).collect();
    assert_eq!(times, [&json!(2), &json!(1)], "a second try of DocuSign is the same event: {events:#}");
}
