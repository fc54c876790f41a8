//! Checking a message's proof, in constant time as far as secrets go.
//!
//! Not here: detached JWS (`jws.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use reqwest::header::{HeaderMap, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::Unproven;
use super::jws::Keys;

/// DocuSign signs with each of up to 100 keys, a header for each.
const SIGNATURES_MAX: usize = 100;

/// How a message proves itself.
#[derive(Debug)]
pub(super) enum Proof {
    /// HMAC-SHA-256 in any header that begins so.
    Hmac { header_prefix: String, secrets: Vec<SecretString> },
    /// A header holds one of these values, after the name of an authentication scheme.
    Literal { header: String, scheme: &'static str, values: Vec<SecretString> },
    /// A detached JWS in this header.
    DetachedJws { header: String, keys: Box<Keys> },
    /// This header is there.
    Address { header: String, value: Option<String> },
}

impl Proof {
    pub(super) fn literal(header: &str, scheme: &'static str, values: Vec<SecretString>) -> Self {
        Self::Literal { header: header.to_ascii_lowercase(), scheme, values }
    }

    pub(super) fn is_literal_in(&self, name: &HeaderName) -> bool {
        matches!(self, Self::Literal { header, .. } if header == name.as_str())
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let secrets = match self {
            Self::Hmac { secrets, .. } | Self::Literal { values: secrets, .. } => secrets.as_slice(),
            Self::DetachedJws { .. } | Self::Address { .. } => &[],
        };
        secrets.iter()
    }

    pub(super) async fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Unproven> {
        match self {
            Self::Hmac { header_prefix, secrets } => hmac(header_prefix, secrets, headers, body),
            Self::Literal { header, scheme, values } => literal(header, scheme, values, headers),
            Self::DetachedJws { header, keys } => keys.check(&only(headers, header)?, body).await,
            Self::Address { header, value } => address(header, value.as_deref(), headers),
        }
    }
}

/// What RFC 7617 puts behind `Basic `.
pub(super) fn user_and_password(user: &str, password: &SecretString) -> SecretString {
    SecretString::from(STANDARD.encode(format!("{user}:{}", password.expose_secret())))
}

fn refused<T>(why: impl Into<String>) -> Result<T, Unproven> {
    Err(Unproven::Refused(why.into()))
}

/// The one header of this name: two of them are an attempt to have one checked and the other read.
fn only(headers: &HeaderMap, name: &str) -> Result<String, Unproven> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => refused(format!("the header `{name}` is missing")),
        (Some(_), Some(_)) => refused(format!("the header `{name}` is there twice")),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(text.trim().to_owned()),
            Err(_) => refused(format!("the header `{name}` holds no text")),
        },
    }
}

fn hmac(prefix: &str, secrets: &[SecretString], headers: &HeaderMap, body: &[u8]) -> Result<(), Unproven> {
    let given: Vec<Vec<u8>> = headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with(prefix))
        .take(SIGNATURES_MAX)
        .filter_map(|(_, value)| STANDARD.decode(value.as_bytes()).ok())
        .collect();
    if given.is_empty() {
        return refused(format!("no header `{prefix}…` holds a signature"));
    }
    let mut fits = Choice::from(0);
    for secret in secrets {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { continue };
        mac.update(body);
        let expected = mac.finalize().into_bytes();
        for signature in &given {
            fits |= (*expected).ct_eq(signature);
        }
    }
    if fits.into() { Ok(()) } else { refused("no signature was made over these bytes with an active secret") }
}

fn literal(header: &str, scheme: &str, values: &[SecretString], headers: &HeaderMap) -> Result<(), Unproven> {
    let given = only(headers, header)?;
    let Some((word, given)) = given.split_at_checked(scheme.len()) else {
        return refused(format!("the header `{header}` holds something else"));
    };
    // RFC 9110 section 11.1: the name of a scheme has no case.
    if !word.eq_ignore_ascii_case(scheme) {
        return refused(format!("the header `{header}` does not begin with `{}`", scheme.trim_end()));
    }
    let mut fits = Choice::from(0);
    for value in values {
        fits |= value.expose_secret().as_bytes().ct_eq(given.as_bytes());
    }
    if fits.into() { Ok(()) } else { refused(format!("the header `{header}` holds no active secret")) }
}

fn address(header: &str, value: Option<&str>, headers: &HeaderMap) -> Result<(), Unproven> {
    let given = only(headers, header)?;
    match value {
        Some(value) if !bool::from(value.as_bytes().ct_eq(given.as_bytes())) => {
            refused(format!("the header `{header}` holds another value"))
        }
        _ => Ok(()),
    }
}
