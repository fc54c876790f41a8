//! What becomes of a token endpoint that refuses, talks nonsense or is not there.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::Form;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use countersign_sandbox::connection::Connection;
use countersign_sandbox::connection::claims::{Claim, ClaimValue};
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::{Transport, TransportFailure, TransportFailureKind};
use serde_json::json;
use tokio::net::TcpListener;

use crate::keys::{jwt_bearer, pkcs8};
use crate::stage::{Answer, answer, config, failure, load, request, role, variables, wire};

fn connection(token_url: &str) -> Arc<Connection> {
    let secrets = variables(&[("PRIVATE_KEY", &pkcs8()), ("CLIENT_SECRET", "the-client-secret")]);
    let claims = vec![
        Claim::new("iss", ClaimValue::ClientId),
        Claim::new("scope", ClaimValue::Text("signature impersonation".to_owned())),
    ];
    let mut config = config(role("http://127.0.0.1:1", jwt_bearer(token_url, None)));
    config.settings.insert("redirect-uri".to_owned(), "https://example.test/done".to_owned());
    load(config, SchemeOffer::Oauth2JwtBearer(claims), &secrets).unwrap()
}

async fn refused(token_url: &str) -> TransportFailure {
    failure(Network::new().unwrap().send(request(&connection(token_url), "POST", "/")).await)
}

#[tokio::test]
async fn a_refusal_is_explained_with_its_mend() {
    use TransportFailureKind::{Connect, Unauthorized};
    let table = [
        ("400 Bad", r#"{"error":"invalid_grant"}"#, Unauthorized, "(invalid_grant): check the private key"),
        (
            "400 Bad",
            r#"{"error":"invalid_grant","error_description":"user_not_found"}"#,
            Unauthorized,
            "(invalid_grant user_not_found): check the user",
        ),
        (
            "400 Bad",
            r#"{"error":"invalid_grant","error_description":"no_valid_keys_or_signatures"}"#,
            Unauthorized,
            "the private key does not belong",
        ),
        (
            "400 Bad",
            r#"{"error":"invalid_grant","error_description":"issuer_not_found"}"#,
            Unauthorized,
            "`token-url` is of the same environment",
        ),
        (
            "401 Unauthorized",
            r#"{"error":"invalid_client"}"#,
            Unauthorized,
            "check the client id and client secret",
        ),
        (
            "400 Bad",
            r#"{"error":"strange","error_description":"a\nb"}"#,
            Unauthorized,
            "(strange a b): check the credentials",
        ),
        (
            "404 Not Found",
            "<html>",
            Unauthorized,
            "it answers 404 and says nothing a token endpoint would; check `token-url`",
        ),
        ("302 Found", "", Unauthorized, "it answers 302"),
        ("503 Unavailable", "", Connect, "it answers 503; repeat later"),
        ("429 Too Many", r#"{"error":"slow_down"}"#, Connect, "it answers 429; repeat later"),
        ("200 OK", "<html>", Unauthorized, "answered without a readable token"),
        ("200 OK", r#"{"token":"misnamed-token-value"}"#, Unauthorized, "answered without a readable token"),
        (
            "200 OK",
            r#"{"access_token":"abc","token_type":"mac"}"#,
            Unauthorized,
            "granted no bearer token but `mac`",
        ),
        (
            "200 OK",
            r#"{"access_token":"break\r\nme"}"#,
            Unauthorized,
            "holds a character that no header can carry",
        ),
    ];
    for (status, body, kind, words) in table {
        let server = wire(answer(status, "", body)).await;
        let failure = refused(&format!("{}/token", server.base_url)).await;
        assert_eq!((failure.kind, failure.maybe_sent), (kind, false), "{}", failure.message);
        assert!(failure.message.contains(words), "{words}: {}", failure.message);
        assert!(!failure.message.contains("misnamed-token-value"), "{}", failure.message);
        assert_eq!(failure.consent_url, None);
    }
}

#[tokio::test]
async fn missing_consent_comes_with_the_address_to_give_it() {
    let server = wire(answer("400 Bad", "", r#"{"error":"consent_required"}"#)).await;
    let failure = refused(&format!("{}/oauth/token", server.base_url)).await;
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Unauthorized, false));
    assert!(failure.message.contains("an administrator must consent once"), "{}", failure.message);
    let expected = format!(
        "{}/oauth/auth?response_type=code&client_id=client%2D1&scope=signature%20impersonation\
         &redirect_uri=https%3A%2F%2Fexample%2Etest%2Fdone",
        server.base_url
    );
    assert_eq!(failure.consent_url, Some(expected));
}

#[tokio::test]
async fn an_endpoint_that_echoes_secrets_does_not_get_them_into_the_message() {
    let body = r#"{"error":"invalid_client","error_description":"no client with the-client-secret"}"#;
    let server = wire(answer("401 Unauthorized", "", body)).await;
    let failure = refused(&format!("{}/token", server.base_url)).await;
    assert!(failure.message.contains("(invalid_client no client with ***)"), "{}", failure.message);
}

#[tokio::test]
async fn an_endpoint_that_echoes_the_assertion_does_not_get_it_into_the_message() {
    let echo = |Form(form): Form<HashMap<String, String>>| async move {
        let refusal = json!({ "error": "invalid_grant", "error_description": form["assertion"] });
        (StatusCode::BAD_REQUEST, Json(refusal))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let token_url = format!("http://{}/token", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/token", post(echo))).await });
    let failure = refused(&token_url).await;
    assert!(failure.message.contains("(invalid_grant ***): check the private key"), "{}", failure.message);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let token_url = format!("http://{}/token", listener.local_addr().unwrap());
    drop(listener);
    let failure = refused(&token_url).await;
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Connect, false));
    assert!(failure.message.starts_with(&format!("no token from `{token_url}`: ")), "{}", failure.message);
    assert!(failure.message.contains("refuses connections"), "{}", failure.message);
}

#[tokio::test]
async fn an_endpoint_that_breaks_off_leaves_the_request_unsent() {
    let broken = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    for answer in [Answer::Close, Answer::Raw(broken)] {
        let server = wire(answer).await;
        let failure = refused(&format!("{}/token", server.base_url)).await;
        assert_eq!(
            (failure.kind, failure.maybe_sent),
            (TransportFailureKind::Connect, false),
            "{}",
            failure.message
        );
    }
}

#[tokio::test]
async fn an_endpoint_that_keeps_silent_runs_into_its_own_timeout() {
    let mut server = wire(Answer::Never).await;
    let connection = connection(&format!("{}/token", server.base_url));
    let sending =
        tokio::spawn(async move { Network::new().unwrap().send(request(&connection, "POST", "/")).await });
    assert!(server.seen.recv().await.is_some());
    tokio::time::pause();
    let failure = failure(sending.await.unwrap());
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Timeout, false));
    assert!(failure.message.contains("it did not answer in time"), "{}", failure.message);
}
