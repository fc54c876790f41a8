//! What an operator writes about a connection (a value of `connections:` in `countersign.yaml`).
//!
//! Not here: reading secrets and checking addresses (`connection.rs`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::webhook::config::WebhookConfig;

/// One connection as configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConnectionConfig {
    /// A bundled provider's id, or a path to a `.wasm` file.
    pub provider: String,
    /// Settings that are not secret, by the manifest's names.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// E-mail of the user in whose context calls run, unless the action names one (C79).
    #[serde(default)]
    pub acting_user: Option<String>,
    /// How many requests the host may send, and when it pauses.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// The outside addresses, by the manifest's role names; none for a provider that asks nobody.
    #[serde(default)]
    pub roles: BTreeMap<String, RoleConfig>,
    /// Where the provider posts what happened; without it, the host only asks.
    #[serde(default)]
    pub webhook: Option<WebhookConfig>,
}

/// How much a connection may be used, as configured. The host keeps to it before a call begins.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LimitsConfig {
    /// Requests a second, on average; no limit when left out.
    #[serde(default)]
    pub requests_per_second: Option<f64>,
    /// Requests at once after a pause; as many as in a second when left out.
    #[serde(default)]
    pub burst: Option<u32>,
    /// When calls wait because the provider fails.
    #[serde(default)]
    pub breaker: BreakerConfig,
    /// How often the provider is asked for everything that changed, in ISO 8601, when it can answer that: `PT15M` when left
    /// out (no provider wants to be asked about one document more often, P17), `PT0S` never.
    #[serde(default)]
    pub poll_every: Option<String>,
}

/// A circuit breaker as configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BreakerConfig {
    /// Requests in a row without an answer, or answered 5xx or 429, that open it: 5 when left out, 0 turns it off.
    #[serde(default)]
    pub failures: Option<u32>,
    /// How long it stays open the first time, in ISO 8601: `PT30S` when left out. Twice as long each further time.
    #[serde(default)]
    pub open_for: Option<String>,
    /// The longest that it stays open: `PT10M` when left out.
    #[serde(default)]
    pub open_for_max: Option<String>,
}

/// One role of a connection as configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RoleConfig {
    /// Where the API lives: scheme, host, port and path prefix. All requests stay below it.
    pub base_url: String,
    /// How it proves itself.
    #[serde(default)]
    pub authentication: Scheme,
    /// Allow private, loopback and link-local addresses (a simulator, an on-premises provider).
    #[serde(default)]
    pub allow_private_addresses: bool,
    /// PEM file with further certificate authorities.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Proxy URL, without user and password. The proxy resolves names, so the address policy checks only literal addresses.
    #[serde(default)]
    pub proxy: Option<String>,
    /// The whole `Proxy-Authorization` value, for example `Basic dXNlcjpwYXNz`.
    #[serde(default)]
    pub proxy_authorization: Option<SecretReference>,
    /// Accept any certificate. For tests only; `doctor` shouts.
    #[serde(default)]
    pub insecure_skip_tls_verification: bool,
}

/// How a role proves itself. Secrets are references, never values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "scheme", deny_unknown_fields)]
pub enum Scheme {
    /// Nothing is added.
    #[default]
    None,
    /// A header carries the secret.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        secret: SecretReference,
    },
    /// RFC 7617.
    Basic {
        /// User name.
        user: String,
        /// Password.
        password: SecretReference,
    },
    /// The whole `Authorization` value.
    Verbatim {
        /// The value, for example `Token abc`.
        secret: SecretReference,
    },
    /// A fixed bearer token.
    Bearer {
        /// The token.
        secret: SecretReference,
    },
    /// OAuth 2.0 client credentials.
    Oauth2ClientCredentials {
        /// Where tokens come from.
        token_url: String,
        /// Client id.
        client_id: String,
        /// Client secret.
        client_secret: SecretReference,
        /// Scopes, when they differ from the manifest's.
        #[serde(default)]
        scopes: Option<Vec<String>>,
        /// How the client proves itself to the token endpoint.
        #[serde(default)]
        client_authentication: ClientAuthentication,
    },
    /// OAuth 2.0 password grant.
    Oauth2Password {
        /// Where tokens come from.
        token_url: String,
        /// Client id.
        client_id: String,
        /// Client secret.
        client_secret: SecretReference,
        /// User name.
        user: String,
        /// Password.
        password: SecretReference,
        /// Scopes, when they differ from the manifest's.
        #[serde(default)]
        scopes: Option<Vec<String>>,
    },
    /// OAuth 2.0 JWT bearer grant (RFC 7523), RS256. Claims come from the provider's manifest.
    Oauth2JwtBearer {
        /// Where tokens come from.
        token_url: String,
        /// Client id.
        client_id: String,
        /// Client secret, when the provider wants one beside the assertion.
        #[serde(default)]
        client_secret: Option<SecretReference>,
        /// RSA private key, PEM, PKCS#1 or PKCS#8.
        private_key: SecretReference,
        /// Key id for the JWT header, when the provider's JWKS has one.
        #[serde(default)]
        key_id: Option<String>,
    },
    /// A client certificate.
    Mtls {
        /// PEM file with certificate chain and key.
        identity: SecretReference,
    },
}

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SecretReference {
    /// An environment variable; `NAME_FILE` beside it may name a file instead. Scrubbed from the process after reading.
    Env(String),
    /// A file, trailing line break removed.
    File(PathBuf),
    /// The secret of the same name in another connection's role, or the only one it has, as WEBCON's second connection
    /// holds the key (C75): `other.role`.
    Connection(String),
}

/// The names of a scheme's secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credential {
    /// `secret` of header, verbatim and bearer.
    Secret,
    /// `password`.
    Password,
    /// `client-secret`.
    ClientSecret,
    /// `private-key`.
    PrivateKey,
    /// `identity` of mTLS.
    Identity,
    /// `proxy-authorization` of the role.
    ProxyAuthorization,
}

impl RoleConfig {
    /// A role at this base URL, everything else as it is when left out.
    #[must_use]
    pub fn at(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            authentication: Scheme::None,
            allow_private_addresses: false,
            ca_file: None,
            proxy: None,
            proxy_authorization: None,
            insecure_skip_tls_verification: false,
        }
    }

    /// The secrets the role refers to, by name.
    #[must_use]
    pub fn secrets(&self) -> Vec<(Credential, &SecretReference)> {
        let mut secrets = self.authentication.secrets();
        secrets
            .extend(self.proxy_authorization.as_ref().map(|secret| (Credential::ProxyAuthorization, secret)));
        secrets
    }
}

/// How a client proves itself to the token endpoint (RFC 6749 section 2.3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuthentication {
    /// Id and secret stand in the form.
    #[default]
    Form,
    /// Id and secret stand in the header `Authorization`.
    Basic,
}

impl Scheme {
    /// The word the configuration uses for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Header { .. } => "header",
            Self::Basic { .. } => "basic",
            Self::Verbatim { .. } => "verbatim",
            Self::Bearer { .. } => "bearer",
            Self::Oauth2ClientCredentials { .. } => "oauth2-client-credentials",
            Self::Oauth2Password { .. } => "oauth2-password",
            Self::Oauth2JwtBearer { .. } => "oauth2-jwt-bearer",
            Self::Mtls { .. } => "mtls",
        }
    }

    /// The secrets it refers to, by name.
    #[must_use]
    pub fn secrets(&self) -> Vec<(Credential, &SecretReference)> {
        match self {
            Self::None => Vec::new(),
            Self::Header { secret, .. } | Self::Verbatim { secret } | Self::Bearer { secret } => {
                vec![(Credential::Secret, secret)]
            }
            Self::Basic { password, .. } => vec![(Credential::Password, password)],
            Self::Oauth2ClientCredentials { client_secret, .. } => {
                vec![(Credential::ClientSecret, client_secret)]
            }
            Self::Oauth2Password { client_secret, password, .. } => {
                vec![(Credential::ClientSecret, client_secret), (Credential::Password, password)]
            }
            Self::Oauth2JwtBearer { client_secret, private_key, .. } => {
                let secret = client_secret.as_ref().map(|secret| (Credential::ClientSecret, secret));
                secret.into_iter().chain([(Credential::PrivateKey, private_key)]).collect()
            }
            Self::Mtls { identity } => vec![(Credential::Identity, identity)],
        }
    }

    /// Where its tokens come from, when it needs any.
    #[must_use]
    pub fn token_url(&self) -> Option<&str> {
        match self {
            Self::Oauth2ClientCredentials { token_url, .. }
            | Self::Oauth2Password { token_url, .. }
            | Self::Oauth2JwtBearer { token_url, .. } => Some(token_url),
            _ => None,
        }
    }

    /// The client id, when it has one.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::Oauth2ClientCredentials { client_id, .. }
            | Self::Oauth2Password { client_id, .. }
            | Self::Oauth2JwtBearer { client_id, .. } => Some(client_id),
            _ => None,
        }
    }

    /// How its client proves itself to the token endpoint.
    #[must_use]
    pub fn client_authentication(&self) -> ClientAuthentication {
        match self {
            Self::Oauth2ClientCredentials { client_authentication, .. } => *client_authentication,
            _ => ClientAuthentication::Form,
        }
    }
}

impl Credential {
    /// The key the configuration uses for it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Password => "password",
            Self::ClientSecret => "client-secret",
            Self::PrivateKey => "private-key",
            Self::Identity => "identity",
            Self::ProxyAuthorization => "proxy-authorization",
        }
    }
}
