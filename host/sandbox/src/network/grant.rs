//! Asking a token endpoint for a token (RFC 6749), and understanding its answer.
//!
//! Not here: when to ask (`token_cache.rs`) and what its refusals mean (`refusal.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::client::RoleClient;
use super::failure::Peer;
use super::refusal;
use super::token_cache::{Token, Wanted};
use super::{assertion, request};
use crate::connection::Role;
use crate::connection::config::{ClientAuthentication, Credential, Scheme};
use crate::transport::{TransportFailure, TransportFailureKind};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// No token answer is larger.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Providers that do not say how long a token lives are trusted so long (RFC 6749 section 5.1 allows leaving it out).
const LIFETIME_UNSAID_S: i64 = 300;

const MARGIN_MAX_MS: i64 = 60_000;

type Form = Vec<(&'static str, String)>;

/// The part of RFC 6749 section 5.1 that matters; numbers come as text from some providers (P26).
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    token_type: Option<String>,
    expires_in: Option<Value>,
}

/// Fetches one token.
pub(crate) async fn fetch(wanted: &Wanted) -> Result<Token, TransportFailure> {
    let role = wanted.role()?;
    let Some(token_url) = &role.token_url else {
        return Err(TransportFailure::unsent(TransportFailureKind::Unauthorized, "there is no `token-url`"));
    };
    request::check_literal(token_url, role)?;
    let now_ms = wanted.options.clock.now_ms();
    let form = form(wanted, role, now_ms)?;
    let asking = ask(wanted, role, token_url, &form);
    let answer = timeout(wanted.options.token_timeout, asking).await.unwrap_or_else(|_| {
        Err(TransportFailure::unsent(TransportFailureKind::Timeout, "it did not answer in time"))
    });
    let (status, body) = answer.map_err(|failure| unreachable(failure, token_url))?;
    let granted = match status {
        200..=299 => serde_json::from_slice::<Granted>(&body)
            .map_err(|error| refusal::unreadable(token_url, &error))?,
        _ => {
            let body = without_secrets(&body, wanted, &form);
            return Err(refusal::explain(wanted, role, (token_url, status), &body));
        }
    };
    token(granted, wanted, token_url, now_ms)
}

fn form(wanted: &Wanted, role: &Role, now_ms: i64) -> Result<Form, TransportFailure> {
    let mut form = Form::new();
    if role.scheme.client_authentication() == ClientAuthentication::Form {
        form.push(("client_id", role.scheme.client_id().unwrap_or_default().to_owned()));
        if role.credentials.contains_key(&Credential::ClientSecret) {
            form.push(("client_secret", role.secret(Credential::ClientSecret).to_owned()));
        }
    }
    match &role.scheme {
        Scheme::Oauth2JwtBearer { .. } => {
            form.push(("grant_type", JWT_BEARER.to_owned()));
            form.push(("assertion", assertion::sign(wanted, role, now_ms)?));
        }
        Scheme::Oauth2Password { user, .. } => {
            form.push(("grant_type", "password".to_owned()));
            form.push(("username", user.clone()));
            form.push(("password", role.secret(Credential::Password).to_owned()));
        }
        _ => form.push(("grant_type", "client_credentials".to_owned())),
    }
    if !role.scopes.is_empty() {
        form.push(("scope", role.scopes.join(" ")));
    }
    Ok(form)
}

async fn ask(
    wanted: &Wanted,
    role: &Role,
    url: &Url,
    form: &Form,
) -> Result<(u16, Vec<u8>), TransportFailure> {
    let peer = Peer::of(url, role.proxy.as_ref());
    let client = RoleClient::of(role, &wanted.options)?;
    let request = client.http.post(url.clone()).header("accept", "application/json").form(form);
    let request = match role.scheme.client_authentication() {
        ClientAuthentication::Form => request,
        ClientAuthentication::Basic => {
            let (id, secret) = client_in_header(role);
            request.basic_auth(id, Some(secret))
        }
    };
    let mut response = request.send().await.map_err(|error| peer.failure(&error))?;
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await.map_err(|error| peer.broken_answer(&error))? {
        body.extend_from_slice(&bytes);
        if body.len() > ANSWER_BYTES_MAX {
            let message = "its answer is larger than any token answer; check `token-url`";
            return Err(TransportFailure::unsent(TransportFailureKind::Unauthorized, message));
        }
    }
    Ok((response.status().as_u16(), body))
}

/// Id and secret as they stand in the header: encoded like a form's values first (RFC 6749 section 2.3.1).
fn client_in_header(role: &Role) -> (String, String) {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect();
    let id = role.scheme.client_id().unwrap_or_default();
    (encoded(id), encoded(role.secret(Credential::ClientSecret)))
}

/// Whatever became of the token request, the request it was for was not sent.
fn unreachable(failure: TransportFailure, token_url: &Url) -> TransportFailure {
    let message = format!("no token from `{token_url}`: {}", failure.message);
    TransportFailure { maybe_sent: false, message, ..failure }
}

/// An endpoint may repeat what it was sent; the assertion is as good as a password for some minutes, and a header with
/// id and secret is one.
fn without_secrets(body: &[u8], wanted: &Wanted, form: &Form) -> String {
    let mut text = String::from_utf8_lossy(body).into_owned();
    if let Some((_, assertion)) = form.iter().find(|(name, _)| *name == "assertion") {
        text = text.replace(assertion, "***");
    }
    if let Ok(role) = wanted.role()
        && role.scheme.client_authentication() == ClientAuthentication::Basic
    {
        let (id, secret) = client_in_header(role);
        text = text.replace(&STANDARD.encode(format!("{id}:{secret}")), "***");
    }
    wanted.connection.mask(&text).into_owned()
}

fn token(granted: Granted, wanted: &Wanted, token_url: &Url, now_ms: i64) -> Result<Token, TransportFailure> {
    let kind = granted.token_type.as_deref().unwrap_or("bearer");
    if !kind.eq_ignore_ascii_case("bearer") || granted.access_token.is_empty() {
        let message =
            format!("`{token_url}` granted no bearer token but `{kind}`; check the scheme and `token-url`");
        return Err(TransportFailure::unsent(TransportFailureKind::Unauthorized, message));
    }
    wanted.connection.learn_token(&granted.access_token);
    let lifetime_ms = lifetime_s(granted.expires_in.as_ref()).clamp(0, i64::from(i32::MAX)) * 1000;
    let renew_at_ms = now_ms + lifetime_ms - (lifetime_ms / 10).min(MARGIN_MAX_MS);
    Ok(Token { value: SecretString::from(granted.access_token), renew_at_ms })
}

fn lifetime_s(expires_in: Option<&Value>) -> i64 {
    let number = expires_in.and_then(|value| match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    });
    number.unwrap_or(LIFETIME_UNSAID_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lifetimes_as_providers_write_them() {
        let table = [
            (None, 300),
            (Some(serde_json::json!(3600)), 3600),
            (Some(serde_json::json!("1800")), 1800),
            (Some(serde_json::json!(59.9)), 59),
            (Some(serde_json::json!(null)), 300),
            (Some(serde_json::json!("soon")), 300),
        ];
        for (value, expected) in table {
            assert_eq!(lifetime_s(value.as_ref()), expected, "{value:?}");
        }
    }
}
