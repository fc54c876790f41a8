//! Secrets never enter a component: calls over real HTTP against a provider that repeats every credential it is sent,
//! then a search through everything a component or a reader of records could see.
//!
//! The guest's memory is searched by the hostile component itself, which is told length and fingerprint of each secret.
//! Not here: other misbehaviour (`hostile.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "hostile/loopback.rs"]
mod loopback;
#[path = "hostile/stage.rs"]
mod stage;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use countersign_sandbox::connection::Sources;
use countersign_sandbox::connection::claims::{Claim, ClaimValue};
use countersign_sandbox::connection::config::{
    ClientAuthentication, ConnectionConfig, LimitsConfig, RoleConfig, Scheme, SecretReference,
};
use countersign_sandbox::connection::offer::{ProviderOffer, RoleOffer, SchemeOffer};
use countersign_sandbox::network::Network;
use countersign_sandbox::selftest::{
    Grant, Needles, PATIENT, REPEATED, Stage, Verdict, evidence, misbehaviours,
};
use countersign_sandbox::{ActionInput, ActionOutcome, Provider};
use loopback::{Loopback, Safe};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::rand_core::OsRng;
use serde_json::json;
use stage::{hostile, sandbox};

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
                client_authentication: ClientAuthentication::Form,
            },
            SchemeOffer::Oauth2ClientCredentials(Vec::new()),
        ),
        (
            Scheme::Oauth2ClientCredentials {
                token_url: token_url.clone(),
                client_id: client_id.clone(),
                client_secret: kept_as("CLIENT_SECRET"),
                scopes: None,
                client_authentication: ClientAuthentication::Basic,
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

/// Every secret of this test: configured, fetched or made on the way.
fn needles(loopback: &Loopback) -> Needles {
    let Safe(secrets) = safe();
    let mut plain: Vec<String> = secrets.values().cloned().collect();
    plain.push(format!("api-user:{}", secrets["PASSWORD"]));
    for seen in loopback.credentials() {
        plain.extend(seen.split(['.', ' ']).map(str::to_owned));
        plain.push(seen);
    }
    // Pieces such as `Bearer` and `secret` are none.
    plain.retain(|text| text.len() > 6);
    Needles::of(plain.into_iter().enumerate().map(|(number, text)| (format!("secret {number}"), text)))
}

/// The places as one text, for the eye and for what must be there.
fn shown(evidence: &[(&str, Vec<u8>)]) -> String {
    let line = |(place, bytes): &(&str, Vec<u8>)| format!("{place}: {}", String::from_utf8_lossy(bytes));
    evidence.iter().map(line).collect::<Vec<_>>().join("\n")
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
            let shown = shown(&evidence);
            assert!(shown.contains(REPEATED), "`{word}`: the provider repeated nothing: {shown}");
            assert!(shown.contains(MASK), "`{word}`: nothing had to be masked: {shown}");
            let leaks = needles(&loopback).leaks(&evidence);
            assert!(leaks.is_empty(), "`{behaviour}` over `{word}` spread {leaks:?}:\n{shown}");
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
        let looked_for = needles(&loopback);
        stage.settings = vec![("needles", looked_for.prints())];
        let end = provider.call(stage.call("send-for-signature", "secret-scan", PATIENT)).await;
        assert_eq!(looked_for.in_memory(&end), Vec::<String>::new(), "`{word}`");
        // What is there is found: the control and, told as a secret, what the provider put before one.
        let there = Needles::of([("a header's name".to_owned(), REPEATED.to_owned())]);
        stage.settings = vec![("needles", there.prints())];
        let end = provider.call(stage.call("send-for-signature", "secret-scan", PATIENT)).await;
        assert_eq!(there.in_memory(&end), ["`a header's name` stands in the component's memory"], "`{word}`");
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

/// The selftest's own provider repeats in process what the network would have sent; no scheme may alarm it for nothing.
#[tokio::test]
async fn the_selftest_finds_none_over_any_scheme() {
    let provider = hostile();
    let pack = misbehaviours(&provider).await.unwrap();
    let certificate = rcgen::generate_simple_self_signed(["client.test".to_owned()]).unwrap();
    let identity = certificate.cert.pem() + &certificate.signing_key.serialize_pem();
    let Safe(mut secrets) = safe();
    secrets.insert("IDENTITY", identity);
    let safe = Safe(secrets);
    let mut all = schemes("https://provider.invalid/token");
    all.push((Scheme::Mtls { identity: kept_as("IDENTITY") }, SchemeOffer::Mtls));
    for (scheme, offered) in all {
        let word = scheme.word();
        let role = RoleConfig { authentication: scheme, ..RoleConfig::at("https://provider.invalid") };
        let config = ConnectionConfig {
            provider: "hostile".to_owned(),
            settings: BTreeMap::new(),
            acting_user: None,
            limits: LimitsConfig::default(),
            roles: [("portal".to_owned(), role)].into(),
            webhook: None,
        };
        let roles = vec![RoleOffer { role: "portal".to_owned(), schemes: vec![offered] }];
        let offer = ProviderOffer { roles, ..ProviderOffer::default() };
        let sources = Sources { secrets: &safe, connections: &BTreeMap::new() };
        let grant = Grant::of("sign", &config, &offer, &sources).unwrap().remove(0);
        for misbehaviour in pack.iter().filter(|one| one.family == "secret") {
            let line = grant.run(&provider, misbehaviour).await;
            assert_eq!(line.verdict, Verdict::Held, "`{word}`: {line:?}");
        }
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
        let shown = shown(&evidence);
        assert!(shown.contains(REPEATED), "`{action}` saw nothing repeated: {shown}");
        let leaks = needles(&loopback).leaks(&evidence);
        assert!(leaks.is_empty(), "`{action}` spread {leaks:?}:\n{shown}");
    }
    let tokens = loopback.credentials().iter().filter(|seen| seen.starts_with("token-")).count();
    assert_eq!(tokens, 1, "one token serves all calls");
}
