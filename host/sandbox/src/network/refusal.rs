//! What a token endpoint's refusal means and how to mend it (RFC 6749 section 5.2).
//!
//! Not here: asking it (`grant.rs`).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use url::Url;

use super::token_cache::Wanted;
use crate::connection::Role;
use crate::connection::claims::ClaimValue;
use crate::transport::{TransportFailure, TransportFailureKind};

/// So much of an endpoint's own words is shown.
const WORDS_MAX: usize = 300;

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// Puts a refusal into words; the body holds no secret any more.
pub(crate) fn explain(
    wanted: &Wanted,
    role: &Role,
    (token_url, status): (&Url, u16),
    body: &str,
) -> TransportFailure {
    if status == 429 || status >= 500 {
        let message = format!("no token from `{token_url}`: it answers {status}; repeat later");
        return TransportFailure::unsent(TransportFailureKind::Connect, message);
    }
    let Ok(refusal) = serde_json::from_str::<Refusal>(body) else {
        let message = format!(
            "no token from `{token_url}`: it answers {status} and says nothing a token endpoint would; check `token-url`"
        );
        return TransportFailure::unsent(TransportFailureKind::Unauthorized, message);
    };
    let description = refusal.error_description.as_deref().unwrap_or_default();
    let said = shortened(&[refusal.error.as_str(), description].join(" "));
    let message =
        format!("`{token_url}` refuses a token ({}): {}", said.trim(), mend(&refusal.error, description));
    let consent_url =
        (refusal.error == "consent_required").then(|| consent_url(wanted, role, token_url)).flatten();
    TransportFailure { consent_url, ..TransportFailure::unsent(TransportFailureKind::Unauthorized, message) }
}

/// A success that holds no token.
pub(crate) fn unreadable(token_url: &Url, error: &serde_json::Error) -> TransportFailure {
    // The error's own words may quote the answer; only its place is safe to show.
    let place = format!("line {}, column {}", error.line(), error.column());
    let message = format!("`{token_url}` answered without a readable token ({place}); check `token-url`");
    TransportFailure::unsent(TransportFailureKind::Unauthorized, message)
}

/// RFC 6749's codes, and DocuSign's descriptions that say more (P4, P5).
fn mend(error: &str, description: &str) -> &'static str {
    match (error, description) {
        ("consent_required", _) => "an administrator must consent once, for the acting user and these scopes",
        (_, "user_not_found") => "check the user the assertion is for: the provider knows no such user here",
        (_, "no_valid_keys_or_signatures") => {
            "the private key does not belong to a public key registered there"
        }
        (_, "issuer_not_found") => "check the client id and that `token-url` is of the same environment",
        ("invalid_grant", _) => {
            "check the private key and that its public half is registered, the issuer, the acting user, and this clock"
        }
        ("invalid_client" | "unauthorized_client", _) => {
            "check the client id and client secret, and what they may do"
        }
        ("invalid_scope", _) => "check `scopes`",
        ("unsupported_grant_type", _) => {
            "the endpoint does not know this scheme; check `scheme` and `token-url`"
        }
        ("invalid_request", _) => "check the scheme, the client id and the settings the claims are made of",
        _ => "check the credentials of this role",
    }
}

/// Where an administrator consents, at endpoints laid out as DocuSign's are: `/oauth/auth` beside `/oauth/token`.
fn consent_url(wanted: &Wanted, role: &Role, token_url: &Url) -> Option<String> {
    let path = token_url.path().strip_suffix("/oauth/token")?;
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut query = format!("response_type=code&client_id={}", encode(role.scheme.client_id()?));
    if let Some(scope) = scope(wanted, role) {
        query.push_str(&format!("&scope={}", encode(&scope)));
    }
    if let Some(redirect) = wanted.connection.setting("redirect-uri") {
        query.push_str(&format!("&redirect_uri={}", encode(redirect)));
    }
    let mut url = token_url.clone();
    url.set_path(&format!("{path}/oauth/auth"));
    url.set_query(Some(&query));
    Some(url.into())
}

fn scope(wanted: &Wanted, role: &Role) -> Option<String> {
    let claim = role.claims.iter().find(|claim| claim.name == "scope");
    match claim.map(|claim| &claim.value) {
        Some(ClaimValue::Text(text)) => Some(text.clone()),
        Some(ClaimValue::Setting(name)) => wanted.connection.setting(name).map(str::to_owned),
        _ => (!role.scopes.is_empty()).then(|| role.scopes.join(" ")),
    }
}

/// One line, and not too much of it.
fn shortened(text: &str) -> String {
    let line: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    line.chars().take(WORDS_MAX).collect()
}
