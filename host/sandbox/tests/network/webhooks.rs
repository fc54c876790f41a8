//! How messages prove that they come from the provider: every scheme, rotated keys, and everything that does not fit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign_sandbox::connection::config::{RoleConfig, Scheme};
use countersign_sandbox::connection::offer::{ProviderOffer, SchemeOffer};
use countersign_sandbox::connection::problem::ConnectionProblems;
use countersign_sandbox::connection::webhook::Unproven;
use countersign_sandbox::connection::webhook::config::{WebhookConfig, WebhookScheme};
use countersign_sandbox::connection::{Connection, Sources, public_jwks};
use countersign_sandbox::contract::manifest::{WebhookAuthentication, WebhookDeclaration};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::keys::pkcs8;
use crate::stage::{config, env, offer, role, variables};

const ENDPOINT: &str = "Zm9yLXRlc3RzLW9ubHktMTI4";
const BODY: &[u8] = br#"{"event":"envelope-completed"}"#;

fn declared(authentication: WebhookAuthentication) -> WebhookDeclaration {
    let events = vec!["completed".to_owned(), "declined".to_owned()];
    WebhookDeclaration { name: "changes".to_owned(), authentication, events }
}

fn written(authentication: WebhookScheme) -> WebhookConfig {
    WebhookConfig { endpoint: ENDPOINT.to_owned(), name: None, events: None, reply: false, authentication }
}

fn load_webhook(
    webhook: WebhookConfig,
    offered: Vec<WebhookDeclaration>,
) -> Result<Connection, ConnectionProblems> {
    let mut config = config(RoleConfig::at("https://api.example.test"));
    config.webhook = Some(webhook);
    let secrets = variables(&[("NEW", "the new secret=="), ("OLD", "the old secret==")]);
    let offer = ProviderOffer { webhooks: offered, ..offer(SchemeOffer::None) };
    Connection::load("test", config, &offer, &Sources { secrets: &secrets, connections: &BTreeMap::new() })
}

fn hook(authentication: WebhookAuthentication, scheme: WebhookScheme) -> Connection {
    load_webhook(written(scheme), vec![declared(authentication)]).unwrap()
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap())
    };
    pairs.iter().map(pair).collect()
}

async fn prove(connection: &Connection, pairs: &[(&str, &str)], body: &[u8]) -> Result<(), String> {
    let webhook = connection.webhook.as_ref().unwrap();
    webhook.prove(&headers(pairs), body).await.map_err(|unproven| match unproven {
        Unproven::Refused(why) => why,
        Unproven::Undecided(why) => format!("later: {why}"),
    })
}

fn signature(key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn any_header_may_hold_the_signature_of_any_active_key() {
    let scheme = WebhookScheme::HmacSha256 { secrets: vec![env("NEW"), env("OLD")] };
    let connection = hook(WebhookAuthentication::HmacSha256("X-DocuSign-Signature-".to_owned()), scheme);
    let (new, old) = (signature("the new secret==", BODY), signature("the old secret==", BODY));
    let strange = signature("another secret", BODY);
    let accepted: [&[(&str, &str)]; 3] = [
        &[("x-docusign-signature-1", &new)],
        &[("x-docusign-signature-1", &strange), ("x-docusign-signature-2", &old)],
        &[("x-docusign-signature-7", "not base64"), ("x-docusign-signature-100", &new)],
    ];
    for pairs in accepted {
        assert_eq!(prove(&connection, pairs, BODY).await, Ok(()), "{pairs:?}");
    }
    type Refused<'a> = (&'a [(&'a str, &'a str)], &'a [u8], &'a str);
    let refused: [Refused<'_>; 4] = [
        (&[("x-docusign-signature-1", &strange)], BODY, "with an active secret"),
        (&[("x-docusign-signature-1", &new)], b"{\"event\":\"envelope-Completed\"}", "with an active secret"),
        (&[("x-other", &new)], BODY, "no header `x-docusign-signature-…`"),
        (&[], BODY, "no header"),
    ];
    for (pairs, body, words) in refused {
        let why = prove(&connection, pairs, body).await.unwrap_err();
        assert!(why.contains(words), "{pairs:?}: {why}");
    }
}

#[tokio::test]
async fn a_key_that_was_taken_out_no_longer_counts() {
    let scheme = WebhookScheme::HmacSha256 { secrets: vec![env("NEW")] };
    let connection = hook(WebhookAuthentication::HmacSha256("x-signature".to_owned()), scheme);
    let old = signature("the old secret==", BODY);
    assert!(prove(&connection, &[("x-signature", &old)], BODY).await.is_err());
}

#[tokio::test]
async fn literal_secrets_are_compared_as_a_whole() {
    let both = || vec![env("NEW"), env("OLD")];
    let pair = STANDARD.encode("ann:the old secret==");
    let shared = hook(
        WebhookAuthentication::SharedSecret("Authorization".to_owned()),
        WebhookScheme::SharedSecret { secrets: both() },
    );
    let basic = hook(
        WebhookAuthentication::Basic,
        WebhookScheme::Basic { user: "ann".to_owned(), passwords: both() },
    );
    let bearer = hook(WebhookAuthentication::Bearer, WebhookScheme::Bearer { secrets: both() });
    let table = [
        (&shared, "the old secret==".to_owned(), Ok(())),
        (&shared, "the old secret=".to_owned(), Err("holds no active secret")),
        (&shared, "Bearer the old secret==".to_owned(), Err("holds no active secret")),
        (&basic, format!("Basic {pair}"), Ok(())),
        (&basic, format!("basic {pair}"), Ok(())),
        (&basic, format!("Bearer {pair}"), Err("does not begin with `Basic`")),
        (&basic, "Basic".to_owned(), Err("holds something else")),
        (&bearer, "Bearer the new secret==".to_owned(), Ok(())),
        (&bearer, "Bearer the NEW secret==".to_owned(), Err("holds no active secret")),
    ];
    for (connection, value, expected) in table {
        match (prove(connection, &[("authorization", &value)], BODY).await, expected) {
            (Ok(()), Ok(())) => {}
            (Err(why), Err(words)) => assert!(why.contains(words), "{value}: {why}"),
            (got, _) => panic!("{value}: {got:?}"),
        }
    }
    let twice = [("authorization", "Bearer the new secret=="), ("authorization", "Bearer x")];
    assert!(prove(&bearer, &twice, BODY).await.unwrap_err().contains("is there twice"));
    assert!(bearer.webhook.as_ref().unwrap().is_secret(&HeaderName::from_static("authorization")));
    assert_eq!(bearer.mask("Bearer the old secret=="), "Bearer ***");
}

#[tokio::test]
async fn an_address_nobody_can_guess_wants_its_header() {
    let offered = || WebhookAuthentication::UnguessableAddress("organisation_id".to_owned());
    let any = hook(offered(), WebhookScheme::UnguessableAddress { value: None });
    let ours = hook(offered(), WebhookScheme::UnguessableAddress { value: Some("7".to_owned()) });
    assert_eq!(prove(&any, &[("organisation_id", "8")], BODY).await, Ok(()));
    assert!(prove(&any, &[], BODY).await.unwrap_err().contains("`organisation_id` is missing"));
    assert_eq!(prove(&ours, &[("organisation_id", "7")], BODY).await, Ok(()));
    assert!(prove(&ours, &[("organisation_id", "8")], BODY).await.unwrap_err().contains("another value"));
    assert!(ours.webhook.as_ref().unwrap().is_at(ENDPOINT) && !ours.webhook.as_ref().unwrap().is_at("x"));
}

/// A server that publishes keys, and counts how often it was asked.
async fn publish(answer: Value) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let app = Router::new().route(
        "/webhook.jwks",
        get(move || async move {
            counted.fetch_add(1, Ordering::Relaxed);
            Json(answer)
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook.jwks", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, asked)
}

fn detached(header: &Value, body: &[u8]) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(body));
    let key = EncodingKey::from_rsa_pem(pkcs8().as_bytes()).unwrap();
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::RS256).unwrap();
    format!("{header}..{signature}")
}

fn with_keys(url: &str) -> Connection {
    let keys = role(url, Scheme::None);
    hook(
        WebhookAuthentication::DetachedJws("x-jws-signature".to_owned()),
        WebhookScheme::DetachedJws { keys: Box::new(keys) },
    )
}

#[tokio::test]
async fn a_detached_jws_is_checked_with_the_published_keys() {
    let (url, asked) = publish(public_jwks(&pkcs8(), Some("k1")).unwrap()).await;
    let connection = with_keys(&url);
    let good = detached(&json!({"alg": "RS256", "kid": "k1"}), BODY);
    let none = format!("{}..", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"k1"}"#));
    let attached = good.replace("..", &format!(".{}.", URL_SAFE_NO_PAD.encode(BODY)));
    let table: [(&str, &[u8], Option<&str>); 9] = [
        (&good, BODY, None),
        (&good, b"{\"event\":\"envelope-declined\"}", Some("not made over these bytes")),
        (&none, BODY, Some("only RS256 is taken")),
        (&attached, BODY, Some("no detached JWS")),
        (&detached(&json!({"alg": "HS256", "kid": "k1"}), BODY), BODY, Some("only RS256 is taken")),
        (&detached(&json!({"alg": "RS256"}), BODY), BODY, Some("names no key")),
        (&detached(&json!({"alg": "RS256", "kid": "k2"}), BODY), BODY, Some("has no key `k2`")),
        (&detached(&json!({"alg": "RS256", "kid": "k1", "crit": ["b64"]}), BODY), BODY, Some("extensions")),
        (&detached(&json!({"alg": "RS256", "kid": "k1", "b64": false}), BODY), BODY, Some("extensions")),
    ];
    for (jws, body, words) in table {
        match (prove(&connection, &[("x-jws-signature", jws)], body).await, words) {
            (Ok(()), None) => {}
            (Err(why), Some(words)) => assert!(why.contains(words), "{why}"),
            (got, words) => panic!("{words:?}: {got:?}"),
        }
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1, "an unknown key id does not have them fetched each time");
    assert!(connection.webhook.unwrap().can_prove_again());
}

#[tokio::test]
async fn keys_that_cannot_be_had_leave_it_undecided() {
    let connection = with_keys("http://127.0.0.1:1/webhook.jwks");
    let good = detached(&json!({"alg": "RS256", "kid": "k1"}), BODY);
    let why = prove(&connection, &[("x-jws-signature", &good)], BODY).await.unwrap_err();
    assert!(why.starts_with("later: no keys from `http://127.0.0.1:1/webhook.jwks`"), "{why}");
}

#[test]
fn what_an_operator_wrote_wrong_is_told_at_once() {
    let hmac = || vec![declared(WebhookAuthentication::HmacSha256("x-signature".to_owned()))];
    let one = || WebhookScheme::HmacSha256 { secrets: vec![env("NEW")] };
    let two = || {
        let mut both = hmac();
        both.push(WebhookDeclaration { name: "other".to_owned(), ..declared(WebhookAuthentication::Basic) });
        both
    };
    let table = [
        (
            WebhookConfig { endpoint: "short".to_owned(), ..written(one()) },
            hmac(),
            "countersign inbox endpoint",
        ),
        (written(WebhookScheme::HmacSha256 { secrets: vec![] }), hmac(), "names no secret"),
        (
            written(WebhookScheme::HmacSha256 { secrets: vec![env("NOT_SET")] }),
            hmac(),
            "`NOT_SET` is not set",
        ),
        (
            written(WebhookScheme::Bearer { secrets: vec![env("NEW")] }),
            hmac(),
            "choose `hmac-sha256` (headers",
        ),
        (WebhookConfig { name: Some("x".to_owned()), ..written(one()) }, hmac(), "it has `changes`"),
        (
            WebhookConfig { events: Some(vec!["x".to_owned()]), ..written(one()) },
            hmac(),
            "`completed`, `declined`",
        ),
        (written(one()), vec![], "the provider posts nothing"),
        (written(one()), two(), "name one of `changes`, `other`"),
    ];
    for (written, offered, words) in table {
        let problems = load_webhook(written, offered).unwrap_err().to_string();
        assert!(problems.contains(words), "{words}: {problems}");
    }
}

#[test]
fn only_the_events_that_the_operator_names_are_handled() {
    let mut some = written(WebhookScheme::HmacSha256 { secrets: vec![env("NEW")] });
    some.events = Some(vec!["declined".to_owned()]);
    let offered = vec![declared(WebhookAuthentication::HmacSha256("x-signature".to_owned()))];
    let webhook = load_webhook(some, offered).unwrap().webhook.unwrap();
    assert!(webhook.handles("declined") && !webhook.handles("completed"));
}
