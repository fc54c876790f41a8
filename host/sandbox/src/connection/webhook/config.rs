//! What an operator writes about a connection's webhook (the key `webhook` of a connection).
//!
//! Not here: checking it (`webhook.rs`).

use serde::{Deserialize, Serialize};

use crate::connection::config::{RoleConfig, SecretReference};

/// A webhook as configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WebhookConfig {
    /// The last part of its address, which nobody can guess: `/webhooks/<provider>/<endpoint>`.
    pub endpoint: String,
    /// The manifest's name of it; may be left out when the provider has only one.
    #[serde(default)]
    pub name: Option<String>,
    /// The provider's names of the events to handle (C130); all that the provider knows when left out.
    #[serde(default)]
    pub events: Option<Vec<String>>,
    /// The provider wants to see what its component answers, and not only that the message was kept.
    #[serde(default)]
    pub reply: bool,
    /// How messages prove that they come from the provider.
    pub authentication: WebhookScheme,
}

/// How messages prove that they come from the provider. Any of several secrets does, so that they can be rotated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "scheme", deny_unknown_fields)]
pub enum WebhookScheme {
    /// HMAC-SHA-256 over the body, base64, in headers that the manifest names. A key counts as the text it is.
    HmacSha256 {
        /// The keys.
        secrets: Vec<SecretReference>,
    },
    /// A header that the manifest names holds exactly this.
    SharedSecret {
        /// The header's whole value, for example `Basic abc`.
        secrets: Vec<SecretReference>,
    },
    /// RFC 7617.
    Basic {
        /// User name.
        user: String,
        /// Passwords.
        passwords: Vec<SecretReference>,
    },
    /// `Authorization: Bearer`.
    Bearer {
        /// The tokens.
        secrets: Vec<SecretReference>,
    },
    /// A detached JWS (RFC 7515 appendix F), RS256 only.
    DetachedJws {
        /// Where the provider publishes its keys: `base-url` is the address of the JWKS itself.
        keys: Box<RoleConfig>,
    },
    /// Nothing but the address, and a header that the manifest names. Anybody who learns the address can post: the host
    /// reads the state again before it acts, as always.
    UnguessableAddress {
        /// What that header must hold, for example the organisation's id; anything when left out.
        #[serde(default)]
        value: Option<String>,
    },
}

impl WebhookScheme {
    /// The secrets it refers to.
    #[must_use]
    pub fn secrets(&self) -> &[SecretReference] {
        match self {
            Self::HmacSha256 { secrets } | Self::SharedSecret { secrets } | Self::Bearer { secrets } => {
                secrets
            }
            Self::Basic { passwords, .. } => passwords,
            Self::DetachedJws { .. } | Self::UnguessableAddress { .. } => &[],
        }
    }

    pub(super) fn needs_secrets(&self) -> bool {
        !matches!(self, Self::DetachedJws { .. } | Self::UnguessableAddress { .. })
    }
}
