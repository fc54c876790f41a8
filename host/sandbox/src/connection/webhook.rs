//! The webhook of a connection: the address its provider posts to, and how a message proves that it comes from there.
//!
//! Not here: receiving and keeping messages (`host/server/webhook.rs`), and reading them (`call/pure.rs`).

pub mod config;
mod jws;
mod proof;

use std::collections::BTreeSet;

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, PROXY_AUTHORIZATION};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::credentials;
use super::problem::Findings;
use super::{Mask, Sources};
use crate::contract::manifest::{WebhookAuthentication, WebhookDeclaration};
use config::{WebhookConfig, WebhookScheme};
use proof::Proof;

/// 128 bits, written in the 64 letters of base64url.
const ENDPOINT_LETTERS_MIN: usize = 22;

/// A checked webhook with its secrets read.
#[derive(Debug)]
pub struct Webhook {
    /// The manifest's name of it.
    pub name: String,
    endpoint: SecretString,
    handled: BTreeSet<String>,
    replies: bool,
    proof: Proof,
}

/// Why a message is not taken for the provider's. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unproven {
    /// It does not prove itself, now or later.
    Refused(String),
    /// It cannot be said now, because the provider's keys cannot be had: let it come again.
    Undecided(String),
}

impl Webhook {
    /// Whether this is the endpoint's name, compared in constant time.
    #[must_use]
    pub fn is_at(&self, endpoint: &str) -> bool {
        self.endpoint.expose_secret().as_bytes().ct_eq(endpoint.as_bytes()).into()
    }

    /// Whether an event of this name is to be handled (C130); others are kept for people to see.
    #[must_use]
    pub fn handles(&self, event: &str) -> bool {
        self.handled.contains(event)
    }

    /// Whether the sender is to see what the component answers.
    #[must_use]
    pub fn replies(&self) -> bool {
        self.replies
    }

    /// Proves on the raw bytes that a message comes from the provider.
    ///
    /// # Errors
    /// When it does not, in words for the operator.
    pub async fn prove(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Unproven> {
        self.proof.check(headers, body).await
    }

    /// Whether a header may carry a secret, so that it must not be stored.
    #[must_use]
    pub fn is_secret(&self, header: &HeaderName) -> bool {
        [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(header) || self.proof.is_literal_in(header)
    }

    /// Whether a kept message can be proven once more: what proves it was not a secret, and was kept.
    #[must_use]
    pub fn can_prove_again(&self) -> bool {
        !matches!(self.proof, Proof::Literal { .. })
    }

    /// Checks what the operator wrote against what the provider offers, and reads the secrets.
    pub(super) fn load(
        config: &WebhookConfig,
        offered: &[WebhookDeclaration],
        (sources, findings): (&Sources<'_>, &mut Findings),
    ) -> Option<Self> {
        check_endpoint(&config.endpoint, findings);
        let declared = declared(config, offered, findings)?;
        let unknown = config.events.iter().flatten().filter(|name| !declared.events.contains(name));
        for name in unknown {
            let known = declared.events.join("`, `");
            findings.problem(
                "webhook.events",
                format!("the provider posts no event `{name}`; it posts `{known}`"),
            );
        }
        let proof = proof(&config.authentication, &declared.authentication, (sources, findings))?;
        Some(Self {
            name: declared.name.clone(),
            endpoint: SecretString::from(config.endpoint.as_str()),
            handled: config.events.as_ref().unwrap_or(&declared.events).iter().cloned().collect(),
            replies: config.reply,
            proof,
        })
    }

    pub(super) fn teach(&self, mask: &mut Mask) {
        self.proof.secrets().for_each(|secret| mask.learn(secret.expose_secret()));
    }
}

fn check_endpoint(endpoint: &str, findings: &mut Findings) {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if endpoint.len() < ENDPOINT_LETTERS_MIN || !endpoint.chars().all(is_letter) {
        let message = format!(
            "must be at least {ENDPOINT_LETTERS_MIN} letters, digits, `-` or `_` that nobody can guess; `countersign inbox endpoint` makes one"
        );
        findings.problem("webhook.endpoint", message);
    }
}

/// The webhook of the manifest that the operator means.
fn declared<'a>(
    config: &WebhookConfig,
    offered: &'a [WebhookDeclaration],
    findings: &mut Findings,
) -> Option<&'a WebhookDeclaration> {
    let names = || offered.iter().map(|hook| format!("`{}`", hook.name)).collect::<Vec<_>>().join(", ");
    match (&config.name, offered) {
        (_, []) => {
            findings.problem("webhook", "the provider posts nothing; remove it");
            None
        }
        (None, [only]) => Some(only),
        (None, _) => {
            findings.problem(
                "webhook.name",
                format!("the provider has several webhooks; name one of {}", names()),
            );
            None
        }
        (Some(name), _) => {
            let found = offered.iter().find(|hook| hook.name == *name);
            if found.is_none() {
                let message = format!("the provider has no webhook `{name}`; it has {}", names());
                findings.problem("webhook.name", message);
            }
            found
        }
    }
}

fn proof(
    scheme: &WebhookScheme,
    offered: &WebhookAuthentication,
    (sources, findings): (&Sources<'_>, &mut Findings),
) -> Option<Proof> {
    use WebhookAuthentication as Offered;
    if let WebhookScheme::DetachedJws { keys } = scheme
        && let Offered::DetachedJws(header) = offered
    {
        let keys = jws::Keys::load(keys, (sources, findings))?;
        return Some(Proof::DetachedJws { header: header.clone(), keys: Box::new(keys) });
    }
    let secrets = read_secrets(scheme, sources, findings);
    match (scheme, offered) {
        (WebhookScheme::HmacSha256 { .. }, Offered::HmacSha256(prefix)) => {
            Some(Proof::Hmac { header_prefix: prefix.to_ascii_lowercase(), secrets })
        }
        (WebhookScheme::SharedSecret { .. }, Offered::SharedSecret(header)) => {
            Some(Proof::literal(header, "", secrets))
        }
        (WebhookScheme::Basic { user, .. }, Offered::Basic) => {
            let pairs = secrets.iter().map(|password| proof::user_and_password(user, password)).collect();
            Some(Proof::literal("authorization", "Basic ", pairs))
        }
        (WebhookScheme::Bearer { .. }, Offered::Bearer) => {
            Some(Proof::literal("authorization", "Bearer ", secrets))
        }
        (WebhookScheme::UnguessableAddress { value }, Offered::UnguessableAddress(header)) => {
            Some(Proof::Address { header: header.clone(), value: value.clone() })
        }
        _ => {
            let message = format!("the provider proves its messages otherwise; choose {}", describe(offered));
            findings.problem("webhook.authentication", message);
            None
        }
    }
}

fn read_secrets(scheme: &WebhookScheme, sources: &Sources<'_>, findings: &mut Findings) -> Vec<SecretString> {
    let references = scheme.secrets();
    if references.is_empty() && scheme.needs_secrets() {
        findings
            .problem("webhook.authentication", "names no secret; add at least one, and a second to rotate");
    }
    let read = |reference| credentials::of_webhook(reference, sources, findings);
    references.iter().filter_map(read).collect()
}

fn describe(offered: &WebhookAuthentication) -> String {
    match offered {
        WebhookAuthentication::HmacSha256(header) => format!("`hmac-sha256` (headers `{header}…`)"),
        WebhookAuthentication::SharedSecret(header) => format!("`shared-secret` (header `{header}`)"),
        WebhookAuthentication::Basic => "`basic`".to_owned(),
        WebhookAuthentication::Bearer => "`bearer`".to_owned(),
        WebhookAuthentication::DetachedJws(header) => format!("`detached-jws` (header `{header}`)"),
        WebhookAuthentication::UnguessableAddress(header) => {
            format!("`unguessable-address` (header `{header}`)")
        }
    }
}
