//! Secrets never enter a component: calls over real HTTP against a provider that repeats every credential it is sent,
//! then a search through everything a component or a reader of records could see.
//!
//! The guest's memory is searched by the hostile component itself, which is told each secret backwards.
//! Not here: other misbehaviour (`hostile.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "hostile/loopback.rs"]
mod loopback;
#[path = "hostile/script.rs"]
mod script;
#[path = "hostile/stage.rs"]
mod stage;

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign_sandbox::connection::claims::{Claim, ClaimValue};
use countersign_sandbox::connection::config::{Scheme, SecretReference};
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::network::Network;
use countersign_sandbox::{ActionInput, ActionOutcome, CallEnd, Provider};
use loopback::{Loopback, Safe};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::rand_core::OsRng;
use serde_json::json;
use stage::{PATIENT, Stage, hostile, sandbox};

/// What the provider puts before each credential it repeats: as long as this comes back, the repeating works.
const REPEATED: &str = "x-echo-host";

/// What stands where a secret was.
const MASK: &str = "***";

/// The misbehaviours that spread what they get hold of.
const SPREADING: [&str; 3] = ["secret-reflection", "secret-reflection-in-failure", "secret-reflection-as-id"];

static KEY: LazyLock<String> = LazyLock::new(|| {
    RsaPrivateKey::new(&mut OsRng, 2048).unwrap().to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
});

fn safe() -> Safe {
    let secrets = [
        ("SECRET", "fixed-secret-0123456789"),
        ("PASSWORD", "pass word & secret / 42"),
        ("CLIENT_SECRET", "client-secret-9876543210"),
        ("PRIVATE_KEY", KEY.as_str()),
    ];
    Safe(secrets.map(|(name, value)| (name, value.to_owned())).into())
}

fn kept_as(name: &str) -> SecretReference {
    SecretReference::Env(name.to_owned())
}

/// Every way of proving oneself that repeats to the provider what must stay in the host.
fn schemes(token_url: &str) -> Vec<(Scheme, SchemeOffer)> {
    let (token_url, client_id) = (token_url.to_owned(), "client-1".to_owned());
    vec![
        (Scheme::Bearer { secret: kept_as("SECRET") }, SchemeOffer::Bearer),
        (Scheme::Verbatim { secret: kept_as("SECRET") }, SchemeOffer::Verbatim),
        (
            Scheme::Header { name: "x-api-key".to_owned(), secret: kept_as("SECRET") },
            SchemeOffer::Header("x-api-key".to_owned()),
        ),
        (Scheme::Basic { user: "api-user".to_owned(), password: kept_as("PASSWORD") }, SchemeOffer::Basic),
        (
            Scheme::Oauth2ClientCredentials {
                token_url: token_url.clone(),
                client_id: client_id.clone(),
                client_secret: kept_as("CLIENT_SECRET"),
                scopes: None,
            },
            SchemeOffer::Oauth2ClientCredentials(Vec::new()),
        ),
        (
            Scheme::Oauth2Password {
                token_url: token_url.clone(),
                client_id: client_id.clone(),
                client_secret: kept_as("CLIENT_SECRET"),
                user: "api-user".to_owned(),
                password: kept_as("PASSWORD"),
                scopes: None,
            },
            SchemeOffer::Oauth2Password(Vec::new()),
        ),
        jwt_bearer(token_url, client_id),
    ]
}

fn jwt_bearer(token_url: String, client_id: String) -> (Scheme, SchemeOffer) {
    let scheme = Scheme::Oauth2JwtBearer {
        token_url,
        client_id,
        client_secret: Some(kept_as("CLIENT_SECRET")),
        private_key: kept_as("PRIVATE_KEY"),
        key_id: Some("key-1".to_owned()),
    };
    let claims = vec![
        Claim::new("iss", ClaimValue::ClientId),
        Claim::new("email", ClaimValue::ActingUser),
        Claim::new("exp", ClaimValue::ExpiresAfterSeconds(300)),
        Claim::new("jti", ClaimValue::RandomUuid),
    ];
    (scheme, SchemeOffer::Oauth2JwtBearer(claims))
}

/// Every form in which a secret of this test could turn up: configured, fetched or made on the way.
fn needles(loopback: &Loopback) -> Vec<String> {
    let Safe(secrets) = safe();
    let mut plain: Vec<String> =
        secrets.values().flat_map(|secret| secret.lines().map(str::to_owned)).collect();
    for seen in loopback.credentials() {
        plain.extend(seen.split(['.', ' ']).map(str::to_owned));
        plain.push(seen);
    }
    let encoded = plain.iter().flat_map(|text| [STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)]);
    let mut all: Vec<String> = encoded.chain(plain.iter().cloned()).collect();
    all.push(STANDARD.encode(format!("api-user:{}", secrets["PASSWORD"])));
    // `Bearer`, `Basic` and the frame of a PEM file are no secrets.
    all.retain(|text| text.len() > 6 && !text.starts_with("-----") && text != "Bearer" && text != "Basic");
    all.retain(|text| ![STANDARD.encode("Bearer"), STANDARD.encode("Basic")].contains(text));
    all
}

/// Everything of a call that somebody could read: outcome, exchanges, log, journal, files.
fn evidence(end: &CallEnd, stage: &Stage) -> String {
    format!("{end:?}\n{}\n{}", stage.notebook.text(), String::from_utf8_lossy(&stage.shelf.everything()))
}

/// The secrets that turn up in a text.
fn leaks(text: &str, needles: Vec<String>) -> Vec<String> {
    needles.into_iter().filter(|needle| text.contains(needle)).collect()
}

#[tokio::test]
async fn what_a_provider_repeats_reaches_no_record_and_no_outcome() {
    let provider = hostile();
    for behaviour in SPREADING {
        let loopback = Loopback::start().await;
        for (scheme, offered) in schemes(&loopback.token_url) {
            let word = scheme.word();
            let connection = loopback.connection(scheme, offered, &safe());
            let stage = Stage::over(connection, Arc::new(Network::new().unwrap()));
            let end = provider.call(stage.call("send-for-signature", behaviour, PATIENT)).await;
            let evidence = evidence(&end, &stage);
            assert!(evidence.contains(REPEATED), "`{word}`: the provider repeated nothing: {evidence}");
            assert!(evidence.contains(MASK), "`{word}`: nothing had to be masked: {evidence}");
            let leaks = leaks(&evidence, needles(&loopback));
            assert!(leaks.is_empty(), "`{behaviour}` over `{word}` spread {leaks:?}:\n{evidence}");
        }
        assert!(!loopback.credentials().is_empty(), "the provider saw no credential");
    }
}

#[tokio::test]
async fn a_search_through_guest_memory_finds_none() {
    let provider = hostile();
    let loopback = Loopback::start().await;
    for (scheme, offered) in schemes(&loopback.token_url) {
        let word = scheme.word();
        let connection = loopback.connection(scheme, offered, &safe());
        let mut stage = Stage::over(connection, Arc::new(Network::new().unwrap()));
        // The first call fetches the token and shows it to the provider; the second one looks for it.
        provider.call(stage.call("send-for-signature", SPREADING[0], PATIENT)).await;
        let mut looked_for = needles(&loopback);
        looked_for.push(REPEATED.to_owned());
        let backwards: Vec<String> = looked_for.iter().map(|needle| needle.chars().rev().collect()).collect();
        stage.settings = vec![("needles", backwards.join("\n"))];
        let end = provider.call(stage.call("send-for-signature", "secret-scan", PATIENT)).await;
        let Ok(ActionOutcome::SendForSignature(sent)) = &end.result else { panic!("`{word}`: {end:?}") };
        let found: Vec<&str> = sent.link.as_deref().unwrap().split(',').collect();
        let control = (looked_for.len() - 1).to_string();
        assert_eq!(
            found,
            [control.as_str()],
            "`{word}`: found in memory besides the control: {looked_for:?}"
        );
    }
}

#[tokio::test]
async fn a_secret_is_no_setting() {
    let loopback = Loopback::start().await;
    for (scheme, offered) in schemes(&loopback.token_url) {
        let word = scheme.word();
        let stage =
            Stage::over(loopback.connection(scheme, offered, &safe()), Arc::new(Network::new().unwrap()));
        let end = hostile().call(stage.call("send-for-signature", "ask-for-secrets", PATIENT)).await;
        let Ok(ActionOutcome::SendForSignature(sent)) = &end.result else { panic!("`{word}`: {end:?}") };
        assert_eq!(sent.link.as_deref(), Some(""), "`{word}`");
    }
}

fn autenti() -> Arc<Provider> {
    let bundled = countersign_components::bundled_by_id("autenti").unwrap();
    sandbox(countersign_sandbox::Limits::default(), 2).admit(bundled.bytes).unwrap()
}

#[tokio::test]
async fn a_real_provider_spreads_none_either() {
    let provider = autenti();
    let loopback = Loopback::start().await;
    let (scheme, offered) = jwt_bearer(loopback.token_url.clone(), "client-1".to_owned());
    let connection = loopback.connection(scheme, offered, &safe());
    let stage = Stage::over(connection, Arc::new(Network::new().unwrap()));
    let document = json!({"document-id": "echo"});
    let inputs = [
        ("get-document-status", document.clone()),
        ("get-recipient-statuses", json!({"document": document})),
        ("withdraw-document", json!({"document": document})),
    ];
    for (action, input) in inputs {
        let input = ActionInput::from_json(action, input).unwrap();
        let end = provider.call(stage.input(input, PATIENT)).await;
        let evidence = evidence(&end, &stage);
        assert!(evidence.contains(REPEATED), "`{action}` saw nothing repeated: {evidence}");
        let leaks = leaks(&evidence, needles(&loopback));
        assert!(leaks.is_empty(), "`{action}` spread {leaks:?}:\n{evidence}");
    }
    let tokens = loopback.credentials().iter().filter(|seen| seen.starts_with("token-")).count();
    assert_eq!(tokens, 1, "one token serves all calls");
}
