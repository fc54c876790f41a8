//! How a request proves who sends it: a fixed header, a token, or the TLS connection itself.
//!
//! Not here: getting tokens (`token_cache.rs`, `grant.rs`) and client certificates (`tls.rs`).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout_at};

use super::Options;
use super::token_cache::{self, Token, Wanted};
use crate::connection::Role;
use crate::connection::config::{Credential, Scheme};
use crate::transport::{Outgoing, TransportFailure, TransportFailureKind};

/// What a request carries to prove itself.
pub(crate) enum Proof {
    /// Nothing; or the TLS connection proves it.
    Nothing,
    /// This header.
    Header(HeaderName, SecretString),
    /// A fetched token.
    Token(Arc<Token>),
}

/// Finds the proof for a request, fetching a token when it needs one.
pub(crate) async fn prove(
    options: &Arc<Options>,
    outgoing: &Outgoing,
    deadline: Instant,
) -> Result<Proof, TransportFailure> {
    let role = super::role(outgoing)?;
    let Some(token_url) = &role.token_url else { return fixed(role) };
    let wanted = Wanted::of(options, outgoing, role);
    match timeout_at(deadline, token_cache::token(wanted)).await {
        Ok(token) => token.map(Proof::Token),
        Err(_) => {
            let message = format!("no token from `{token_url}` in time; nothing was sent");
            Err(TransportFailure::unsent(TransportFailureKind::Timeout, message))
        }
    }
}

/// The proof of a scheme that needs no token.
pub(crate) fn fixed(role: &Role) -> Result<Proof, TransportFailure> {
    let secret = role.secret(Credential::Secret);
    let authorization = |value: String| Proof::Header(AUTHORIZATION, SecretString::from(value));
    Ok(match &role.scheme {
        Scheme::Header { name, .. } => {
            let name = HeaderName::try_from(name).map_err(|_| unusable(name))?;
            Proof::Header(name, SecretString::from(secret))
        }
        Scheme::Basic { user, .. } => {
            let pair = format!("{user}:{}", role.secret(Credential::Password));
            authorization(format!("Basic {}", STANDARD.encode(pair)))
        }
        Scheme::Verbatim { .. } => authorization(secret.to_owned()),
        Scheme::Bearer { .. } => authorization(format!("Bearer {secret}")),
        _ => Proof::Nothing,
    })
}

impl Proof {
    pub(crate) fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, TransportFailure> {
        let (name, text) = match self {
            Self::Nothing => return Ok(None),
            Self::Header(name, value) => (name.clone(), value.expose_secret().to_owned()),
            Self::Token(token) => (AUTHORIZATION, format!("Bearer {}", token.value.expose_secret())),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| unusable(name.as_str()))?;
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }
}

fn unusable(name: &str) -> TransportFailure {
    let message =
        format!("the credential for the header `{name}` holds a character that no header can carry");
    TransportFailure::unsent(TransportFailureKind::Unauthorized, message)
}
