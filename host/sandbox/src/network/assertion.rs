//! The signed JWT that stands for a user at the token endpoint (RFC 7523).
//!
//! Not here: sending it (`grant.rs`) and the claims a provider asks for (`connection/claims.rs`).

use jsonwebtoken::{Algorithm, Header};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::token_cache::Wanted;
use crate::connection::Role;
use crate::connection::claims::{Claim, ClaimValue};
use crate::connection::config::Scheme;
use crate::transport::{TransportFailure, TransportFailureKind};

/// Fills in the claims and signs them.
pub(crate) fn sign(wanted: &Wanted, role: &Role, now_ms: i64) -> Result<String, TransportFailure> {
    let key = role
        .signing_key
        .as_ref()
        .ok_or_else(|| unauthorized("there is no private key to sign with".to_owned()))?;
    let mut header = Header::new(Algorithm::RS256);
    if let Scheme::Oauth2JwtBearer { key_id, .. } = &role.scheme {
        header.kid.clone_from(key_id);
    }
    let claims = claims(wanted, role, now_ms)?;
    jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(|error| {
        unauthorized(format!("the assertion cannot be signed: {error}; check `private-key`"))
    })
}

fn claims(wanted: &Wanted, role: &Role, now_ms: i64) -> Result<Map<String, Value>, TransportFailure> {
    role.claims
        .iter()
        .map(|claim| Ok((claim.name.clone(), value(claim, wanted, role, now_ms / 1000)?)))
        .collect()
}

fn value(claim: &Claim, wanted: &Wanted, role: &Role, now_s: i64) -> Result<Value, TransportFailure> {
    Ok(match &claim.value {
        ClaimValue::Text(text) => text.as_str().into(),
        ClaimValue::Boolean(truth) => (*truth).into(),
        // Loading made sure that the setting is there.
        ClaimValue::Setting(name) => wanted.connection.setting(name).unwrap_or_default().into(),
        ClaimValue::ClientId => role.scheme.client_id().unwrap_or_default().into(),
        ClaimValue::ActingUser => acting_user(claim, wanted)?.into(),
        ClaimValue::IssuedAt => now_s.into(),
        ClaimValue::ExpiresAfterSeconds(seconds) => now_s.saturating_add(i64::from(*seconds)).into(),
        ClaimValue::RandomUuid => Uuid::new_v4().to_string().into(),
    })
}

fn acting_user<'a>(claim: &Claim, wanted: &'a Wanted) -> Result<&'a str, TransportFailure> {
    wanted.user.as_deref().ok_or_else(|| {
        unauthorized(format!(
            "claim `{}` needs the user in whose context the call runs; add `acting-user` under `connections.{}`",
            claim.name, wanted.connection.name
        ))
    })
}

fn unauthorized(message: String) -> TransportFailure {
    TransportFailure::unsent(TransportFailureKind::Unauthorized, message)
}
