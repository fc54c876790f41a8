//! Tokens: how they are asked for, kept, shared, renewed and given up.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_sandbox::connection::Connection;
use countersign_sandbox::connection::claims::{Claim, ClaimValue};
use countersign_sandbox::connection::config::{ClientAuthentication, ConnectionConfig, Scheme};
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::{OutgoingBody, Piece, Transport, TransportFailureKind};
use futures_util::FutureExt;
use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use crate::keys::{jwt_bearer, pkcs1, pkcs8, public};
use crate::stage::{Files, SetClock, config, env, failure, load, network_at, request, role, text, variables};

/// An API with its token endpoint. Token number n is `token-number-n`; the API takes only those that are still alive.
#[derive(Clone, Default)]
struct Provider {
    forms: Arc<Mutex<Vec<HashMap<String, String>>>>,
    /// The `Authorization` of the last request for a token.
    proof: Arc<Mutex<Option<String>>>,
    /// Tokens with a number up to this are dead.
    dead: Arc<AtomicUsize>,
    /// What the token endpoint adds to, or says instead of, `access_token`.
    extra: Arc<Mutex<Value>>,
    bodies: Arc<Mutex<Vec<usize>>>,
}

impl Provider {
    async fn start(&self) -> String {
        let app = Router::new()
            .route("/token", post(grant))
            .route("/api/documents", get(documents).post(documents))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        base
    }

    fn forms(&self) -> Vec<HashMap<String, String>> {
        self.forms.lock().unwrap().clone()
    }

    fn say(&self, extra: Value) {
        *self.extra.lock().unwrap() = extra;
    }
}

async fn grant(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    *provider.proof.lock().unwrap() =
        headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let mut forms = provider.forms.lock().unwrap();
    forms.push(form);
    let mut granted =
        json!({ "access_token": format!("token-number-{}", forms.len()), "token_type": "Bearer" });
    if let Value::Object(extra) = provider.extra.lock().unwrap().clone() {
        granted.as_object_mut().unwrap().extend(extra);
    }
    Json(granted)
}

async fn documents(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    provider.bodies.lock().unwrap().push(body.len());
    let authorization = headers["authorization"].to_str().unwrap().to_owned();
    let number: usize = authorization.strip_prefix("Bearer token-number-").unwrap().parse().unwrap();
    let dead = number <= provider.dead.load(Ordering::SeqCst);
    (if dead { StatusCode::UNAUTHORIZED } else { StatusCode::OK }, authorization)
}

fn claims() -> Vec<Claim> {
    vec![
        Claim::new("aud", ClaimValue::Text("autenti.com".to_owned())),
        Claim::new("iss", ClaimValue::Setting("organisation-id".to_owned())),
        Claim::new("sub", ClaimValue::ClientId),
        Claim::new("iat", ClaimValue::IssuedAt),
        Claim::new("exp", ClaimValue::ExpiresAfterSeconds(300)),
        Claim::new("jti", ClaimValue::RandomUuid),
        Claim::new("email", ClaimValue::ActingUser),
        Claim::new("email_verified", ClaimValue::Boolean(true)),
    ]
}

fn with_scheme(base: &str, scheme: Scheme) -> ConnectionConfig {
    let mut config = config(role(&format!("{base}/api"), scheme));
    config.settings.insert("organisation-id".to_owned(), "org-7".to_owned());
    config.acting_user = Some("default@example.test".to_owned());
    config
}

fn with_key(base: &str, pem: &str, key_id: Option<&str>) -> Arc<Connection> {
    let secrets = variables(&[("PRIVATE_KEY", pem), ("CLIENT_SECRET", "the client+secret")]);
    let scheme = jwt_bearer(&format!("{base}/token"), key_id);
    load(with_scheme(base, scheme), SchemeOffer::Oauth2JwtBearer(claims()), &secrets).unwrap()
}

fn with_client(base: &str) -> Arc<Connection> {
    with_client_that(base, ClientAuthentication::Form)
}

fn with_client_that(base: &str, client_authentication: ClientAuthentication) -> Arc<Connection> {
    let secrets = variables(&[("CLIENT_SECRET", "the client+secret")]);
    let scheme = Scheme::Oauth2ClientCredentials {
        token_url: format!("{base}/token"),
        client_id: "client-1".to_owned(),
        client_secret: env("CLIENT_SECRET"),
        scopes: None,
        client_authentication,
    };
    let offered = SchemeOffer::Oauth2ClientCredentials(vec!["full".to_owned(), "notify".to_owned()]);
    load(with_scheme(base, scheme), offered, &secrets).unwrap()
}

fn form_of(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn an_assertion_is_signed_with_either_kind_of_pem() {
    for (pem, key_id) in [(pkcs1(), Some("key-2026")), (pkcs8(), None)] {
        let provider = Provider::default();
        let base = provider.start().await;
        let connection = with_key(&base, &pem, key_id);
        let network = network_at(&SetClock::at(1_700_000_000_500));
        let incoming = network.send(request(&connection, "GET", "/documents")).await.unwrap();
        assert_eq!(text(incoming).await, "Bearer token-number-1");

        let form = provider.forms().remove(0);
        let keys = ["client_id", "client_secret", "grant_type"].map(|key| form[key].as_str());
        assert_eq!(keys, ["client-1", "the client+secret", "urn:ietf:params:oauth:grant-type:jwt-bearer"]);
        let header = jsonwebtoken::decode_header(&form["assertion"]).unwrap();
        assert_eq!(
            (header.alg, header.kid.as_deref(), header.typ.as_deref()),
            (Algorithm::RS256, key_id, Some("JWT"))
        );
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&["autenti.com"]);
        validation.set_issuer(&["org-7"]);
        validation.validate_exp = false;
        let key = DecodingKey::from_rsa_pem(public().as_bytes()).unwrap();
        let claims = jsonwebtoken::decode::<Value>(&form["assertion"], &key, &validation).unwrap().claims;
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(1_700_000_000), &json!(1_700_000_300)));
        assert_eq!((&claims["sub"], &claims["email_verified"]), (&json!("client-1"), &json!(true)));
        assert_eq!(claims["email"], "default@example.test");
        assert_eq!(claims["jti"].as_str().unwrap().len(), 36);
    }
}

#[tokio::test]
async fn each_acting_user_has_a_token_and_no_two_connections_share_one() {
    let provider = Provider::default();
    let base = provider.start().await;
    let network = Network::new().unwrap();
    let pem = pkcs8();
    let (first, second) = (with_key(&base, &pem, None), with_key(&base, &pem, None));
    let table = [
        (&first, Some("anna@example.test"), "Bearer token-number-1"),
        (&first, Some("ben@example.test"), "Bearer token-number-2"),
        (&first, None, "Bearer token-number-3"),
        (&first, Some("default@example.test"), "Bearer token-number-3"),
        (&first, Some("anna@example.test"), "Bearer token-number-1"),
        (&second, Some("anna@example.test"), "Bearer token-number-4"),
    ];
    for (connection, user, expected) in table {
        let mut outgoing = request(connection, "GET", "/documents");
        outgoing.acting_user = user.map(str::to_owned);
        assert_eq!(text(network.send(outgoing).await.unwrap()).await, expected, "{user:?}");
    }
}

#[tokio::test]
async fn a_missing_acting_user_is_explained() {
    let mut config = with_scheme("http://127.0.0.1:1", jwt_bearer("http://127.0.0.1:1/token", None));
    config.acting_user = None;
    let secrets = variables(&[("PRIVATE_KEY", &pkcs8()), ("CLIENT_SECRET", "the client+secret")]);
    let connection = load(config, SchemeOffer::Oauth2JwtBearer(claims()), &secrets).unwrap();
    let failure = failure(Network::new().unwrap().send(request(&connection, "GET", "/documents")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Unauthorized, false));
    assert!(failure.message.contains("add `acting-user` under `connections.test`"), "{}", failure.message);
}

#[tokio::test]
async fn client_credentials_and_password_are_posted_as_forms() {
    let provider = Provider::default();
    let base = provider.start().await;
    let network = Network::new().unwrap();
    network.send(request(&with_client(&base), "GET", "/documents")).await.unwrap();

    let secrets = variables(&[("CLIENT_SECRET", "the client+secret"), ("PASS", "päss&word")]);
    let scheme = Scheme::Oauth2Password {
        token_url: format!("{base}/token"),
        client_id: "client-1".to_owned(),
        client_secret: env("CLIENT_SECRET"),
        user: "me@example.test".to_owned(),
        password: env("PASS"),
        scopes: Some(vec!["own".to_owned()]),
    };
    let offered = SchemeOffer::Oauth2Password(vec!["full".to_owned()]);
    let connection = load(with_scheme(&base, scheme), offered, &secrets).unwrap();
    network.send(request(&connection, "GET", "/documents")).await.unwrap();

    let client = [("client_id", "client-1"), ("client_secret", "the client+secret")];
    let credentials = [("grant_type", "client_credentials"), ("scope", "full notify")];
    let password = [
        ("grant_type", "password"),
        ("username", "me@example.test"),
        ("password", "päss&word"),
        ("scope", "own"),
    ];
    let expected = [form_of(&[client, credentials].concat()), form_of(&[&client[..], &password].concat())];
    assert_eq!(provider.forms(), expected);
}

/// RFC 6749 section 2.3.1: id and secret are encoded like a form's values, and stand in the header alone.
#[tokio::test]
async fn a_client_can_prove_itself_in_the_header() {
    let provider = Provider::default();
    let base = provider.start().await;
    let connection = with_client_that(&base, ClientAuthentication::Basic);
    Network::new().unwrap().send(request(&connection, "GET", "/documents")).await.unwrap();
    let proof = provider.proof.lock().unwrap().clone().unwrap();
    let pair = STANDARD.decode(proof.strip_prefix("Basic ").unwrap()).unwrap();
    assert_eq!(String::from_utf8(pair).unwrap(), "client-1:the+client%2Bsecret");
    let credentials = [("grant_type", "client_credentials"), ("scope", "full notify")];
    assert_eq!(provider.forms(), [form_of(&credentials)]);
}

#[tokio::test]
async fn fifty_callers_wait_for_one_token() {
    let provider = Provider::default();
    let base = provider.start().await;
    let connection = with_client(&base);
    let network = Network::new().unwrap();
    let sends = (0..50).map(|_| async {
        text(network.send(request(&connection, "GET", "/documents")).await.unwrap()).await
    });
    assert!(join_all(sends).await.iter().all(|answer| answer == "Bearer token-number-1"));
    assert_eq!(provider.forms().len(), 1);
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_take_the_token_from_the_others() {
    let provider = Provider::default();
    let base = provider.start().await;
    let connection = with_client(&base);
    let network = Network::new().unwrap();
    let mut first = Box::pin(network.send(request(&connection, "GET", "/documents")));
    // Polled once, the first caller has begun to fetch the token; then it goes away.
    assert!((&mut first).now_or_never().is_none());
    let second = network.send(request(&connection, "GET", "/documents"));
    drop(first);
    assert_eq!(text(second.await.unwrap()).await, "Bearer token-number-1");
    assert_eq!(provider.forms().len(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let table = [
        (json!({ "expires_in": 3600 }), 3_540_000),
        (json!({ "expires_in": "100" }), 90_000),
        (json!({}), 270_000),
    ];
    for (extra, renewed_after_ms) in table {
        let provider = Provider::default();
        provider.say(extra.clone());
        let base = provider.start().await;
        let connection = with_client(&base);
        let clock = SetClock::at(1_700_000_000_000);
        let network = network_at(&clock);
        let mut answers = Vec::new();
        for step_ms in [0, renewed_after_ms - 1, 1] {
            clock.advance(step_ms);
            answers.push(text(network.send(request(&connection, "GET", "/documents")).await.unwrap()).await);
        }
        let expected = ["Bearer token-number-1", "Bearer token-number-1", "Bearer token-number-2"];
        assert_eq!(answers, expected, "{extra}");
    }
}

#[tokio::test]
async fn a_token_that_died_early_is_replaced_once_and_the_request_sent_again() {
    let provider = Provider::default();
    let base = provider.start().await;
    let connection = with_client(&base);
    let network = Network::new().unwrap();
    network.send(request(&connection, "GET", "/documents")).await.unwrap();
    provider.dead.store(1, Ordering::SeqCst);

    let files = Arc::new(Files::default());
    let mut outgoing = request(&connection, "POST", "/documents");
    outgoing.body = OutgoingBody::Pieces(vec![
        Piece::Bytes(Bytes::from_static(b"head")),
        Piece::Attachment(files.add("contract.pdf", 200_000)),
    ]);
    outgoing.attachments = files;
    let incoming = network.send(outgoing).await.unwrap();
    assert_eq!((incoming.status, text(incoming).await.as_str()), (200, "Bearer token-number-2"));
    assert_eq!(*provider.bodies.lock().unwrap(), [0, 200_004, 200_004]);
    assert_eq!(provider.forms().len(), 2);

    // A provider that refuses every token gets two requests, not more.
    provider.dead.store(usize::MAX, Ordering::SeqCst);
    let incoming = network.send(request(&connection, "GET", "/documents")).await.unwrap();
    assert_eq!(incoming.status, 401);
    assert_eq!((provider.bodies.lock().unwrap().len(), provider.forms().len()), (5, 3));
}

#[tokio::test]
async fn fetched_tokens_are_masked_and_never_shown() {
    let provider = Provider::default();
    let base = provider.start().await;
    let connection = with_client(&base);
    let network = Network::new().unwrap();
    assert_eq!(connection.mask("token-number-1"), "token-number-1");
    let echo = text(network.send(request(&connection, "GET", "/documents")).await.unwrap()).await;
    assert_eq!(connection.mask(&echo), "Bearer ***");
    assert_eq!(connection.mask_bytes(echo.as_bytes()), &b"Bearer ***"[..]);
    let shown = format!("{connection:?}");
    assert!(!shown.contains("token-number") && !shown.contains("client+secret"), "{shown}");
}
