//! The same provider over real HTTP on loopback, with a token endpoint; it repeats what it is sent.
//!
//! Not here: what the calls must come to (`hostile.rs`, `secrets.rs`).
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use bytes::Bytes;
use countersign_sandbox::connection::config::{ConnectionConfig, LimitsConfig, RoleConfig, Scheme};
use countersign_sandbox::connection::offer::{ProviderOffer, RoleOffer, SchemeOffer};
use countersign_sandbox::connection::secret::{SecretFile, SecretReader};
use countersign_sandbox::connection::{Connection, Sources};
use countersign_sandbox::selftest::METADATA;
use futures_util::stream;
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;

/// A provider that listens.
pub(crate) struct Loopback {
    pub(crate) base_url: String,
    pub(crate) token_url: String,
    state: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    asked: Mutex<Vec<String>>,
    secrets: Mutex<Vec<String>>,
}

/// The secrets of a test, by name.
pub(crate) struct Safe(pub(crate) BTreeMap<&'static str, String>);

impl SecretReader for Safe {
    fn variable(&self, name: &str) -> Option<SecretString> {
        self.0.get(name).cloned().map(SecretString::from)
    }

    fn file(&self, _: &std::path::Path) -> std::io::Result<SecretFile> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

impl Loopback {
    /// Listens on a free port until the runtime ends.
    pub(crate) async fn start() -> Self {
        let state = Arc::<Seen>::default();
        let app = Router::new()
            .route("/token", post(token))
            .route("/api/{*path}", any(answer))
            .with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base_url: format!("{root}/api"), token_url: format!("{root}/token"), state }
    }

    /// Method and path of every request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }

    /// What came to the token endpoint and to the API as credentials, and the tokens it gave.
    pub(crate) fn credentials(&self) -> Vec<String> {
        self.state.secrets.lock().unwrap().clone()
    }

    /// A connection to it that proves itself this way.
    pub(crate) fn connection(
        &self,
        authentication: Scheme,
        offered: SchemeOffer,
        safe: &Safe,
    ) -> Arc<Connection> {
        let role =
            RoleConfig { authentication, allow_private_addresses: true, ..RoleConfig::at(&self.base_url) };
        let config = ConnectionConfig {
            provider: "hostile".to_owned(),
            settings: BTreeMap::new(),
            acting_user: Some("anna@example.com".to_owned()),
            limits: LimitsConfig::default(),
            roles: [("api".to_owned(), role)].into(),
            webhook: None,
        };
        let roles = vec![RoleOffer { role: "api".to_owned(), schemes: vec![offered] }];
        let offer = ProviderOffer { roles, ..ProviderOffer::default() };
        let sources = Sources { secrets: safe, connections: &BTreeMap::new() };
        Arc::new(Connection::load("hostile", config, &offer, &sources).unwrap())
    }
}

async fn token(State(seen): State<Arc<Seen>>, Form(form): Form<BTreeMap<String, String>>) -> Response {
    let mut secrets = seen.secrets.lock().unwrap();
    let token = format!("token-{}-of-the-day", secrets.len());
    let secret = ["client_secret", "assertion", "password"];
    secrets.extend(secret.iter().filter_map(|name| form.get(*name).cloned()));
    secrets.push(token.clone());
    axum::Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600})).into_response()
}

async fn answer(State(seen): State<Arc<Seen>>, request: Request) -> Response {
    let (method, path) =
        (request.method().to_string(), request.uri().path().trim_start_matches("/api").to_owned());
    seen.asked.lock().unwrap().push(format!("{method} {path}"));
    match (method.as_str(), path.as_str()) {
        ("POST", "/documents") => (StatusCode::CREATED, "D-1").into_response(),
        (_, "/documents/D-1") => "a document".into_response(),
        (_, "/documents/never") => std::future::pending().await,
        (_, "/documents/redirect") => (StatusCode::FOUND, [(header::LOCATION, METADATA)]).into_response(),
        (_, "/documents/headers") => many_headers(),
        (_, "/documents/header") => ([("x-long", "v".repeat(1024 * 1024))], "").into_response(),
        (_, "/documents/endless") => {
            let piece = Bytes::from(vec![b'e'; 64 * 1024]);
            Body::from_stream(stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone())))
                .into_response()
        }
        (_, path) if path.split('/').any(|segment| segment == "echo") => echo(&seen, &request),
        _ => (StatusCode::NOT_FOUND, "no such document").into_response(),
    }
}

fn many_headers() -> Response {
    let mut response = "".into_response();
    for number in 0..10_000 {
        let name = HeaderName::try_from(format!("x-{number}")).unwrap();
        response.headers_mut().insert(name, HeaderValue::from_static("1"));
    }
    response
}

/// Repeats every header of the request in the headers, in a text and in JSON.
fn echo(seen: &Seen, request: &Request) -> Response {
    let mut response = Response::new(Body::empty());
    let mut text = String::new();
    for (name, value) in request.headers() {
        let repeated = HeaderName::try_from(format!("x-echo-{name}")).unwrap();
        response.headers_mut().insert(repeated, value.clone());
        let value = String::from_utf8_lossy(value.as_bytes());
        text.push_str(&format!("{name}: {value} {}\n", json!({"echo": value})));
        if matches!(name.as_str(), "authorization" | "x-api-key") {
            seen.secrets.lock().unwrap().push(value.into_owned());
        }
    }
    // In small pieces, so that a secret is torn apart on its way into an attachment.
    let pieces: Vec<_> = text
        .as_bytes()
        .chunks(5)
        .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
        .collect();
    *response.body_mut() = Body::from_stream(stream::iter(pieces));
    response
}
