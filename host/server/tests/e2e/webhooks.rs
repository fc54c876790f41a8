//! Messages of a provider, really signed, posted to a real host: what is acknowledged is on disk and moves its instance,
//! however it comes; what proves nothing is kept apart.

use axum::Json;
use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_sandbox::connection::public_jwks;
use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use countersign_simulators::contract_pdf;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use crate::stand::{FIRST, SECOND, Stand};

const ENDPOINT: &str = "b25seS1mb3ItdGhlLXRlc3Rz";
const KEY_ID: &str = "webhook-key";
const COMPLETED: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_PROCESS_COMPLETED";

/// A host whose connection takes messages that are signed with a key of the stand.
struct Posted {
    stand: Stand,
    keys: String,
    http: reqwest::Client,
}

impl Posted {
    async fn up() -> Self {
        let stand = Stand::without_host().await;
        let jwks = public_jwks(&stand.credentials.private_key_pkcs1_pem, Some(KEY_ID)).unwrap();
        let app = Router::new().route("/webhook.jwks", get(move || async move { Json(jwks) }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let keys = format!("http://{}/webhook.jwks", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut posted = Self { stand, keys, http };
        posted.start(|_| {}).await;
        posted
    }

    /// Starts the host (again), with something changed in its webhook.
    async fn start(&mut self, change: impl FnOnce(&mut Value)) {
        let mut webhook = json!({
            "endpoint": ENDPOINT,
            "authentication": {
                "scheme": "detached-jws", "keys": {"base-url": self.keys, "allow-private-addresses": true},
            },
        });
        change(&mut webhook);
        self.stand
            .start_with(|config| {
                config["connections"]["sign"]["webhook"] = webhook;
                config["log-webhooks"] = json!(true);
                config["webhook-bytes-max"] = json!(1_000_000);
            })
            .await;
    }

    fn signature(&self, body: &[u8]) -> String {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": "RS256", "kid": KEY_ID}).to_string());
        let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(body));
        let pem = &self.stand.credentials.private_key_pkcs1_pem;
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::RS256).unwrap();
        format!("{header}..{signature}")
    }

    async fn post(&self, body: &[u8]) -> u16 {
        self.post_signed(body, &self.signature(body)).await
    }

    async fn post_signed(&self, body: &[u8], signature: &str) -> u16 {
        let url = format!("{}/webhooks/Autenti/{ENDPOINT}", self.stand.url());
        let request = self.http.post(url).header("x-jws-signature", signature).body(body.to_vec());
        request.send().await.unwrap().status().as_u16()
    }

    /// Waits until something is said of the one event with this id.
    async fn event(&self, id: &str, fits: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..3_000 {
            let events = self.stand.get("/events?limit=1000").await;
            let mut known = events.as_array().unwrap().iter().filter(|event| event["whole"]["id"] == id);
            if let Some(event) = known.next().filter(|event| fits(event)) {
                assert!(known.next().is_none(), "event `{id}` is there twice");
                return event.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("never: event `{id}` in {:#}\n{}", self.stand.get("/events").await, self.stand.log());
    }

    async fn messages(&self, state: &str) -> Vec<Value> {
        self.stand.get(&format!("/inbox?limit=1000&state={state}")).await.as_array().unwrap().clone()
    }
}

fn body(id: &str, document: &str) -> Vec<u8> {
    let event = json!({
        "id": id, "timestamp": "2026-05-04T09:00:00Z", "eventType": COMPLETED,
        "actor": {"id": "PERSON:1", "type": "PERSON"}, "object": {"id": document, "type": "DOCUMENT_PROCESS"},
    });
    json!([event]).to_string().into_bytes()
}

fn is_told(event: &Value) -> bool {
    !event["told-at-ms"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_message_carries_the_document_to_its_end() {
    let posted = Posted::up().await;
    let (number, document) = posted.stand.sent().await;
    posted.stand.control().sign(&document, FIRST).await.unwrap();
    posted.stand.control().sign(&document, SECOND).await.unwrap();
    assert_eq!(posted.post(&body("e-1", &document)).await, 200);
    let ended = posted.stand.until(number, |instance| instance["outcome"] == "success").await;
    assert_eq!(ended["fields"]["document_status"], "COMPLETED");
    let event = posted.event("e-1", is_told).await;
    assert_eq!((&event["instance"], &event["answer"]), (&json!(number), &json!("taken up")));
    assert!(posted.stand.log().contains("an event of the provider"), "the switch of C134 is on");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outcome_of_an_event_state_chooses_the_path() {
    let mut posted = Posted::up().await;
    posted.stand.kill();
    let workflow = include_str!("../../../../fixtures/workflows/event-state/workflow.yaml");
    posted.stand.write("workflow.yaml", workflow);
    posted.start(|_| {}).await;
    let signers = json!([{"name": "First Signer", "email": FIRST, "role": "SIGNER"}]);
    let form = json!({"fields": {"title": "Form"}, "lists": {"signers": signers}});
    for (id, ends_in) in [("e-signed", "approve"), ("e-refused", "fill")] {
        let instance =
            posted.stand.post("/instances", json!({"workflow": "event-state", "form": form})).await;
        let number = instance["number"].as_i64().unwrap();
        let upload = format!("/instances/{number}/attachments?name=form.pdf&category=form");
        assert_eq!(posted.stand.ask("POST", &upload, contract_pdf("Form", &["Please sign."])).await.0, 200);
        let sent = posted.stand.post(&format!("/instances/{number}/paths/send"), json!({})).await;
        assert_eq!(sent["step"], "event", "{sent:#}");
        let document = sent["fields"]["envelope_id"].as_str().unwrap();
        match ends_in {
            "approve" => posted.stand.control().sign(document, FIRST).await.unwrap(),
            _ => posted.stand.control().reject(document, FIRST, "too late").await.unwrap(),
        };
        assert_eq!(posted.post(&body(id, document)).await, 200);
        posted.stand.until(number, |instance| instance["step"] == ends_in).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_overtakes_the_documents_id_waits_for_it() {
    let posted = Posted::up().await;
    let number = posted.stand.prepared().await;
    // The provider has made the document and is slow to say so.
    let slow = FaultKind::Slow { delay_ms: 2_000 };
    let fault = Fault { on: Endpoint::CreateProcess, action: None, skip: 0, count: 1, kind: slow };
    posted.stand.control().add_fault(fault);
    let sending = posted.stand.accept_unanswered(number);
    posted.stand.provider_until(|documents| !documents.is_empty()).await;
    let document = posted.stand.control().documents()[0].id.clone();
    assert_eq!(posted.post(&body("e-early", &document)).await, 200);
    posted.event("e-early", |event| event["disposition"] == "parked").await;
    assert_eq!(sending.await.unwrap().unwrap().status(), 200);
    let told = posted.event("e-early", is_told).await;
    assert_eq!((&told["instance"], &told["disposition"]), (&json!(number), &json!("matched")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_whose_document_it_is() {
    let posted = Posted::up().await;
    let (number, _) = posted.stand.sent().await;
    assert_eq!(posted.post(&body("e-foreign", "DOCUMENT_PROCESS:of-nobody")).await, 200);
    let parked = posted.event("e-foreign", |event| event["disposition"] == "parked").await;
    let path = format!("/events/{}/attach", parked["event"]);
    let admin = [("countersign-roles", "admin")];
    let (status, answer) = posted
        .stand
        .ask_with("POST", &path, json!({"instance": number.to_string()}).to_string(), &admin)
        .await;
    assert_eq!(status, 200, "{answer}");
    let told = posted.event("e-foreign", is_told).await;
    assert_eq!(told["instance"], number);
    let history = posted.stand.get(&format!("/instances/{number}/history")).await;
    assert!(history.to_string().contains("document-changed"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_repeats_are_one_message_and_one_event() {
    let posted = Posted::up().await;
    let (number, document) = posted.stand.sent().await;
    let (one, signature) = (body("e-1", &document), posted.signature(&body("e-1", &document)));
    let repeats = (0..100).map(|_| posted.post_signed(&one, &signature));
    let answers = futures_util::future::join_all(repeats).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    posted.event("e-1", is_told).await;
    let messages = posted.messages("read").await;
    assert_eq!((messages.len(), &messages[0]["times"]), (1, &json!(100)));

    // The same event in other bytes: a provider's second try says so in its body.
    let mut again = one.clone();
    again.push(b' ');
    assert_eq!(posted.post(&again).await, 200);
    let event = posted.event("e-1", |event| event["times"] == 2).await;
    assert_eq!(event["instance"], number);
    let history = posted.stand.get(&format!("/instances/{number}/history")).await.to_string();
    assert_eq!(history.matches("document-changed").count(), 1, "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_prove_itself_is_kept_apart_and_moves_nothing() {
    let posted = Posted::up().await;
    let (number, document) = posted.stand.sent().await;
    let before = posted.stand.get(&format!("/instances/{number}")).await["version"].clone();
    let good = body("e-1", &document);
    let signature = posted.signature(&good);
    let mut changed = good.clone();
    changed.push(b'\n');
    assert_eq!(posted.post_signed(&changed, &signature).await, 401);
    assert_eq!(posted.post_signed(&good, "no signature").await, 401);
    let quarantined = posted.messages("quarantined").await;
    assert_eq!(quarantined.len(), 2);
    let why: Vec<&str> = quarantined.iter().map(|message| message["reason"].as_str().unwrap()).collect();
    assert!(why[0].contains("no detached JWS") && why[1].contains("not made over these bytes"), "{why:?}");
    let replay = format!("/inbox/{}/replay", quarantined[1]["message"]);
    let (status, answer) =
        posted.stand.ask_with("POST", &replay, "{}", &[("countersign-roles", "admin")]).await;
    assert_eq!((status, &answer["code"]), (409, &json!("CS0022")), "{answer}");
    assert_eq!(posted.stand.get("/events").await, json!([]));
    assert_eq!(posted.stand.get(&format!("/instances/{number}")).await["version"], before);
    // A wrong copy does not keep the right one from being taken.
    assert_eq!(posted.post(&good).await, 200);
    posted.event("e-1", is_told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_wrong_configuration_kept_apart_is_read_once_it_is_right() {
    let mut posted = Posted::up().await;
    let (number, document) = posted.stand.sent().await;
    posted.stand.kill();
    // Keys of somebody else: nothing proves itself.
    let strangers = public_jwks(&posted.stand.credentials.private_key_pkcs1_pem, Some("another")).unwrap();
    let app = Router::new().route("/webhook.jwks", get(move || async move { Json(strangers) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let wrong = format!("http://{}/webhook.jwks", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    posted.start(|webhook| webhook["authentication"]["keys"]["base-url"] = json!(wrong)).await;
    assert_eq!(posted.post(&body("e-1", &document)).await, 401);
    posted.stand.kill();
    posted.start(|_| {}).await;
    let kept = posted.messages("quarantined").await;
    let replay = format!("/inbox/{}/replay", kept[0]["message"]);
    let (status, answer) =
        posted.stand.ask_with("POST", &replay, "{}", &[("countersign-roles", "admin")]).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(posted.event("e-1", is_told).await["instance"], number);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill() {
    let mut posted = Posted::up().await;
    let (number, document) = posted.stand.sent().await;
    let bodies: Vec<Vec<u8>> = (0..50).map(|n| body(&format!("e-{n}"), &document)).collect();
    let answers = futures_util::future::join_all(bodies.iter().map(|body| posted.post(body))).await;
    posted.stand.kill();
    assert!(answers.iter().all(|status| *status == 200));
    posted.start(|_| {}).await;
    for number_of_event in [0, 25, 49] {
        let event = posted.event(&format!("e-{number_of_event}"), is_told).await;
        assert_eq!(event["instance"], number);
    }
    assert_eq!(posted.stand.get("/events?limit=1000").await.as_array().unwrap().len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_host_takes_messages_in_and_acts_on_none_until_somebody_has_looked() {
    let mut posted = Posted::up().await;
    let (number, document) = posted.stand.sent().await;
    posted.stand.kill();
    posted.stand.database("data").execute("INSERT INTO restore (id, taken_at_ms) VALUES (1, 0)", []).unwrap();
    posted.start(|_| {}).await;
    assert_eq!(posted.post(&body("e-1", &document)).await, 200);
    let held = posted.event("e-1", |event| event["disposition"] == "matched").await;
    assert!(!is_told(&held), "{held}");
    let admin = [("countersign-roles", "admin")];
    let (status, answer) = posted.stand.ask_with("POST", "/restore/acknowledge", "{}", &admin).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(posted.event("e-1", is_told).await["instance"], number);
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_requests_get_the_right_answer_and_leave_a_trace() {
    let posted = Posted::up().await;
    let base = posted.stand.url().to_owned();
    let at = |path: &str| format!("{base}/webhooks/{path}");
    let here = at(&format!("autenti/{ENDPOINT}"));
    let send =
        |request: reqwest::RequestBuilder| async move { request.send().await.unwrap().status().as_u16() };
    assert_eq!(send(posted.http.get(&here)).await, 405);
    assert_eq!(send(posted.http.post(at(&format!("docusign/{ENDPOINT}")))).await, 404);
    assert_eq!(send(posted.http.post(at("autenti/another-endpoint-somebody-tried"))).await, 404);
    assert_eq!(send(posted.http.post(&here).body("{}")).await, 401, "no signature at all");
    assert_eq!(posted.post(&vec![b' '; 1_000_001]).await, 413);

    let verified: [(&[u8], &str); 3] = [
        (b"this is no JSON", "failed"),
        (br#"[{"id": "e-x", "eventType": "SOMETHING_NEW", "object": {"id": "D"}}]"#, "read"),
        (br#"[]"#, "read"),
    ];
    for (body, state) in verified {
        assert_eq!(posted.post(body).await, 200, "2xx for what is verified: a repeat would say the same");
        for _ in 0..3_000 {
            let all = posted.stand.get("/inbox?state=received").await;
            if all == json!([]) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let newest = &posted.messages(state).await[0];
        assert_eq!(newest["body-bytes"], body.len(), "{newest}");
    }
    let ignored = posted.event("e-x", |event| event["disposition"] == "ignored").await;
    assert_eq!(ignored["kind"], "unknown");
    let failed = &posted.messages("failed").await[0];
    assert!(failed["reason"].as_str().unwrap().contains("it is no message of this provider"), "{failed}");
    let log = posted.stand.log();
    assert!(log.contains("CS0021") && log.contains("CS0022") && log.contains("CS0024"), "{log}");
    assert!(!log.contains("another-endpoint-somebody-tried"), "an endpoint is as good as a secret");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_events_an_operator_names_move_an_instance() {
    let mut posted = Posted::up().await;
    let (_, document) = posted.stand.sent().await;
    posted.stand.kill();
    posted.start(|webhook| webhook["events"] = json!(["EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_SENT"])).await;
    assert_eq!(posted.post(&body("e-1", &document)).await, 200);
    posted.event("e-1", |event| event["disposition"] == "ignored").await;

    posted.stand.kill();
    posted.start(|webhook| webhook["events"] = json!([COMPLETED])).await;
    assert_eq!(posted.post(&body("e-2", &document)).await, 200);
    posted.event("e-2", is_told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_shows_what_came() {
    let posted = Posted::up().await;
    let (number, document) = posted.stand.sent().await;
    assert_eq!(posted.post(&body("e-1", &document)).await, 200);
    posted.event("e-1", is_told).await;
    let told = |arguments: &[&str]| String::from_utf8(posted.stand.command(arguments).stdout).unwrap();
    let list = told(&["inbox", "list"]);
    assert!(list.contains("sign") && list.contains("read"), "{list}");
    let events = told(&["inbox", "events"]);
    assert!(events.contains(&document) && events.contains("matched: taken up"), "{events}");
    let shown = told(&["inbox", "show", "1"]);
    assert!(shown.contains("x-jws-signature") && shown.contains("DOCUMENT_PROCESS_COMPLETED"), "{shown}");
    let replayed = posted.stand.command(&["inbox", "replay", "1", "--role", "admin"]);
    assert!(replayed.status.success(), "{}", String::from_utf8_lossy(&replayed.stderr));
    let again = posted.stand.until(number, |_| true).await;
    assert_eq!(again["step"], "awaiting");
    let endpoints = (told(&["inbox", "endpoint"]), told(&["inbox", "endpoint"]));
    assert!(endpoints.0 != endpoints.1 && endpoints.0.trim().len() > 40);
}
