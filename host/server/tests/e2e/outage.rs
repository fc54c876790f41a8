//! A provider that is down: its breaker opens, thousands of instances wait, and all arrive once it is back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::{Value, json};

use crate::stand::Stand;

const WORKFLOW: &str = r#"
apiVersion: countersign/v1
kind: Workflow
metadata: {name: ask, version: 1}
connections: {sign: {provides: "countersign:provider/actions@0.1"}}
fields:
  state: {type: text, technical: true}
start: begun
steps:
  begun:
    kind: user
    paths:
      ask:
        to: done
        do:
          - action: sign.get-document-status
            with: {document: "DOCUMENT_PROCESS:1"}
            save: {state: "${outcome.status.state}"}
  done: {kind: final, outcome: success}
"#;
const PROCESS: &str =
    r#"{"id":"DOCUMENT_PROCESS:1","title":"Agreement","status":"PROCESSING","parties":[],"files":[]}"#;

/// A provider that can be down, and counts what it is asked.
#[derive(Default)]
struct Provider {
    works: AtomicBool,
    asked: AtomicUsize,
    under_way: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Provider {
    async fn start() -> (Arc<Self>, SocketAddr) {
        let provider = Arc::new(Self::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answering = provider.clone();
        let router = Router::new().fallback(get(move || {
            let provider = answering.clone();
            async move { provider.answer().await }
        }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (provider, address)
    }

    async fn answer(&self) -> (StatusCode, [(header::HeaderName, &'static str); 1], &'static str) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let at_once = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let json = [(header::CONTENT_TYPE, "application/json")];
        match self.works.load(Ordering::SeqCst) {
            true => (StatusCode::OK, json, PROCESS),
            false => (StatusCode::SERVICE_UNAVAILABLE, json, "{}"),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn configure(config: &mut Value, provider: SocketAddr, stand: &Stand, breaker: Value) {
    let key = stand.path("client-secret");
    config["workflows"] = json!(["ask.yaml"]);
    config["connections"]["sign"]["limits"] = json!({"breaker": breaker});
    config["connections"]["sign"]["roles"]["api"] = json!({
        "base-url": format!("http://{provider}"), "allow-private-addresses": true,
        "authentication": {"scheme": "verbatim", "secret": {"file": key}},
    });
}

async fn start(stand: &mut Stand, provider: SocketAddr, breaker: &Value) {
    let mut change = Value::Null;
    configure(&mut change, provider, stand, breaker.clone());
    stand
        .start_with(|config| {
            config["workflows"] = change["workflows"].clone();
            config["connections"]["sign"]["limits"] = change["connections"]["sign"]["limits"].clone();
            config["connections"]["sign"]["roles"] = change["connections"]["sign"]["roles"].clone();
        })
        .await;
}

/// Begins so many instances; each asks the provider.
async fn ask(stand: &Stand, instances: usize) {
    let asking = (0..instances).map(|_| async {
        let new = stand.post("/instances", json!({"workflow": "ask"})).await;
        stand.post(&format!("/instances/{}/paths/ask", new["number"]), json!({})).await
    });
    stream::iter(asking).buffer_unordered(64).count().await;
}

/// How the host is, once that fits.
async fn until(stand: &Stand, fits: impl Fn(&Value) -> bool) -> Value {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(90);
    loop {
        let status = stand.get("/status").await;
        if fits(&status) {
            return status;
        }
        assert!(std::time::Instant::now() < deadline, "never: {status:#}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

async fn retry_incidents(stand: &Stand) {
    for incident in stand.get("/incidents").await.as_array().unwrap() {
        stand.post(&format!("/instances/{}/incident/retry", incident["instance"]), json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_instances_wait_for_a_provider_that_is_down_also_through_a_restart() {
    let mut stand = Stand::without_host().await;
    let (provider, address) = Provider::start().await;
    let breaker = json!({"failures": 3, "open-for": "PT1H", "open-for-max": "PT2H"});
    stand.write("ask.yaml", WORKFLOW);
    start(&mut stand, address, &breaker).await;
    ask(&stand, 2_000).await;
    // Those that found out fail once, and their next tries wait with the others.
    let status = until(&stand, |status| status["connections"][0]["waiting"] == 2_000).await;
    assert_eq!(provider.asked(), 3, "{status:#}");
    assert_eq!((&status["incidents-open"], &status["calls-open"]), (&json!(0), &json!(2_000)));
    assert_eq!(status["connections"][0]["breaker"], "open");
    let (code, read) = stand.ask("GET", "/connections/sign/sources/labels", "").await;
    assert_eq!((code, &read["code"]), (503, &json!("CS0018")), "{read}");

    // A graceful stop waits for none of them; a start takes them up, tries a few and lets the others wait.
    assert!(stand.stop().await.success());
    start(&mut stand, address, &breaker).await;
    let again = |status: &Value| provider.asked() == 6 && status["connections"][0]["waiting"] == 2_000;
    let status = until(&stand, again).await;
    assert_eq!(status["incidents-open"], 0, "{status:#}");

    provider.works.store(true, Ordering::SeqCst);
    let shown = stand.command(&["status"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("breaker open") && shown.contains("2000 calls wait"), "{shown}");
    assert!(stand.command(&["breaker", "close", "sign"]).status.success());
    let status = until(&stand, |status| status["instances-running"] == 0).await;
    assert_eq!((&status["incidents-open"], &status["calls-open"]), (&json!(0), &json!(0)), "{status:#}");
    assert_eq!(provider.asked(), 6 + 2_000, "nothing was asked twice");
    let left = stand.get("/instances?step=begun").await;
    assert_eq!(left["instances"], json!([]));
    assert_eq!(stand.get("/audit?limit=1").await["lines"][0]["verb"], "close-breaker");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_down_one_call_at_a_time_finds_out_and_the_others_go_on_by_themselves() {
    let mut stand = Stand::without_host().await;
    let (provider, address) = Provider::start().await;
    let breaker = json!({"failures": 2, "open-for": "PT0.05S", "open-for-max": "PT0.1S"});
    stand.write("ask.yaml", &WORKFLOW.replace("save:", "retry: {limit: 0}\n            save:"));
    start(&mut stand, address, &breaker).await;
    ask(&stand, 40).await;
    until(&stand, |_| provider.asked() >= 6).await;
    assert!(provider.most_at_once.load(Ordering::SeqCst) <= 2);
    provider.works.store(true, Ordering::SeqCst);
    until(&stand, |status| status["calls-open"] == 0).await;
    let status = stand.get("/status").await;
    let incidents = usize::try_from(status["incidents-open"].as_u64().unwrap()).unwrap();
    assert_eq!(provider.asked(), 40, "each asked once: those that found out have the incidents");
    assert!((6..40).contains(&incidents), "{status:#}");
    retry_incidents(&stand).await;
    assert_eq!(stand.get("/status").await["incidents-open"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_limits_are_told_with_their_keys_before_anything_runs() {
    let stand = Stand::without_host().await;
    let mut config = stand.config("127.0.0.1:0");
    config["connections"]["sign"]["limits"] =
        json!({"requests-per-second": 0, "breaker": {"open-for": "30 seconds"}});
    let file = stand.write("countersign.yaml", &config.to_string());
    let refused = stand.command(&["serve", "--config", file.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success());
    for wanted in ["connection `sign`", "`limits.requests-per-second`", "`limits.breaker.open-for`", "PT30M"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}
