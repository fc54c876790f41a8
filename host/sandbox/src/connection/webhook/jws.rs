//! Detached JWS over a message's raw bytes (RFC 7515 appendix F), RS256 only, keys by `kid` from a JWKS.
//!
//! Not here: the other proofs (`proof.rs`).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::Unproven;
use crate::connection::config::RoleConfig;
use crate::connection::offer::{RoleOffer, SchemeOffer};
use crate::connection::problem::Findings;
use crate::connection::{AddressPolicy, Role, Sources};
use crate::network::client::RoleClient;
use crate::network::{Options, request};

/// No set of keys is larger.
const KEYS_BYTES_MAX: usize = 256 * 1024;
/// How long the keys may take.
const FETCH: Duration = Duration::from_secs(10);
/// An unknown key id has the keys fetched anew, but not for everybody who writes one into a header.
const FETCH_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// The keys a provider publishes.
pub(super) struct Keys {
    role: Role,
    options: Options,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    set: Option<JwkSet>,
    tried: Option<Instant>,
    problem: Option<String>,
}

/// The protected header; unknown members are of no concern unless `crit` says so.
#[derive(Deserialize)]
struct Protected {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
    b64: Option<bool>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("address", &self.role.base_url.as_str()).finish_non_exhaustive()
    }
}

impl Keys {
    pub(super) fn load(
        config: &RoleConfig,
        (sources, findings): (&Sources<'_>, &mut Findings),
    ) -> Option<Self> {
        let offered = RoleOffer { role: "webhook".to_owned(), schemes: vec![SchemeOffer::None] };
        if !SchemeOffer::None.fits(&config.authentication) {
            findings.problem("webhook.authentication", "published keys need no authentication; remove it");
        }
        let policy = AddressPolicy::of(&findings.connection(), "webhook", config);
        let role = Role::load(config, &offered, policy, (sources, findings))?;
        Some(Self { role, options: Options::default(), known: Mutex::default() })
    }

    pub(super) async fn check(&self, jws: &str, body: &[u8]) -> Result<(), Unproven> {
        let refused = |why: &str| Unproven::Refused(why.to_owned());
        let mut parts = jws.split('.');
        let (Some(header), Some(""), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(refused("the signature is no detached JWS (`header..signature`)"));
        };
        let kid = key_id(header).map_err(|why| refused(&why))?;
        let key = self.key(&kid).await?;
        let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(body));
        match jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::RS256) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(refused("the signature was not made over these bytes with this key")),
        }
    }

    /// The key of this id; an unknown one is looked for among the keys as they are now.
    async fn key(&self, kid: &str) -> Result<DecodingKey, Unproven> {
        let mut known = self.known.lock().await;
        let is_due = known.tried.is_none_or(|tried| tried.elapsed() >= FETCH_AGAIN_AFTER);
        if known.find(kid).is_none() && is_due {
            known.tried = Some(Instant::now());
            let fetched =
                timeout(FETCH, self.fetch()).await.unwrap_or_else(|_| Err("it takes too long".to_owned()));
            match fetched {
                Ok(set) => (known.set, known.problem) = (Some(set), None),
                Err(problem) => known.problem = Some(problem),
            }
        }
        if let Some(key) = known.find(kid) {
            return DecodingKey::from_jwk(key)
                .map_err(|error| Unproven::Refused(format!("the key `{kid}` cannot be used: {error}")));
        }
        match &known.problem {
            Some(problem) => {
                Err(Unproven::Undecided(format!("no keys from `{}`: {problem}", self.role.base_url)))
            }
            None => Err(Unproven::Refused(format!("the provider has no key `{kid}`"))),
        }
    }

    async fn fetch(&self) -> Result<JwkSet, String> {
        let url = &self.role.base_url;
        request::check_literal(url, &self.role).map_err(|failure| failure.message)?;
        let client = RoleClient::of(&self.role, &self.options).map_err(|failure| failure.message)?;
        let asking = client.http.get(url.clone()).header("accept", "application/json").send();
        let mut response = asking.await.map_err(|error| error.without_url().to_string())?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status()));
        }
        let mut body = Vec::new();
        while let Some(bytes) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
            body.extend_from_slice(&bytes);
            if body.len() > KEYS_BYTES_MAX {
                return Err("its answer is larger than any set of keys".to_owned());
            }
        }
        serde_json::from_slice(&body).map_err(|error| format!("its answer is no JWKS: {error}"))
    }
}

impl Known {
    fn find(&self, kid: &str) -> Option<&Jwk> {
        let is_rsa = |key: &&Jwk| matches!(key.algorithm, AlgorithmParameters::RSA(_));
        self.set.as_ref().and_then(|set| set.find(kid)).filter(is_rsa)
    }
}

/// The key id of a protected header that asks for nothing but RS256 over the bytes as they are.
fn key_id(header: &str) -> Result<String, String> {
    let bytes = URL_SAFE_NO_PAD.decode(header).map_err(|_| "the JWS header is not base64url".to_owned())?;
    let header: Protected =
        serde_json::from_slice(&bytes).map_err(|_| "the JWS header is not JSON with an `alg`".to_owned())?;
    if header.alg != "RS256" {
        return Err(format!("the JWS uses `{}`; only RS256 is taken", header.alg));
    }
    if header.crit.is_some() || header.b64 == Some(false) {
        return Err("the JWS asks for extensions (`crit`, `b64`); none is taken".to_owned());
    }
    header.kid.ok_or_else(|| "the JWS names no key (`kid`)".to_owned())
}
