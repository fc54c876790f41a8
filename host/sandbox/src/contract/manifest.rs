//! Who a provider is and what it asks for (`wit/manifest.wit`).
//!
//! Not here: whether what it asks for makes sense (`admission/manifest.rs`).

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

use super::types::Translation;

/// The kinds of value a setting can hold.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum SettingKind {
    /// Any text.
    #[component(name = "text")]
    Text,
    /// `true` or `false`.
    #[component(name = "boolean")]
    Boolean,
    /// A whole number in decimal.
    #[component(name = "integer")]
    Integer,
    /// One of these words.
    #[component(name = "choice")]
    Choice(Vec<String>),
    /// The id of a row of this data source.
    #[component(name = "data-source")]
    DataSource(String),
}

/// One setting that an operator or a process author may give. A host can draw a form from it.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct SettingDeclaration {
    /// kebab-case name, unique within its list.
    pub name: String,
    /// What to show beside the input.
    #[serde(default)]
    pub label: Vec<Translation>,
    /// One sentence for the person who fills it in.
    pub description: String,
    /// What values are right.
    pub kind: SettingKind,
    /// True when the provider cannot work without it.
    #[serde(default)]
    pub required: bool,
    /// What counts when it is left out.
    #[serde(default)]
    pub default: Option<String>,
}

/// Where the value of a signed claim comes from. The host builds and signs; the component never sees a token.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum ClaimValue {
    /// This text.
    #[component(name = "text")]
    Text(String),
    /// This truth value.
    #[component(name = "boolean")]
    Boolean(bool),
    /// The connection setting of this name.
    #[component(name = "setting")]
    Setting(String),
    /// The connection's client id.
    #[component(name = "client-id")]
    ClientId,
    /// E-mail of the user in whose context the call runs.
    #[component(name = "acting-user")]
    ActingUser,
    /// The time of signing, in seconds.
    #[component(name = "issued-at")]
    IssuedAt,
    /// The time of signing plus so many seconds.
    #[component(name = "expires-after-seconds")]
    ExpiresAfterSeconds(u32),
    /// A fresh random UUID.
    #[component(name = "random-uuid")]
    RandomUuid,
}

/// One claim of a JWT assertion.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Claim {
    /// The claim's name: `iss`, `sub`, `aud`.
    pub name: String,
    /// Its value.
    pub value: ClaimValue,
}

/// How a connection role may prove itself. The operator picks one of those offered.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum Authentication {
    /// Nothing is added.
    #[component(name = "none")]
    None,
    /// A header of this name carries the secret.
    #[component(name = "header")]
    Header(String),
    /// RFC 7617 user and password.
    #[component(name = "basic")]
    Basic,
    /// The secret is the whole `Authorization` value.
    #[component(name = "verbatim")]
    Verbatim,
    /// `Authorization: Bearer` with a fixed token.
    #[component(name = "bearer")]
    Bearer,
    /// OAuth 2.0 client credentials (RFC 6749 section 4.4), with these scopes.
    #[component(name = "oauth2-client-credentials")]
    Oauth2ClientCredentials(Vec<String>),
    /// OAuth 2.0 password grant (RFC 6749 section 4.3), with these scopes.
    #[component(name = "oauth2-password")]
    Oauth2Password(Vec<String>),
    /// OAuth 2.0 JWT bearer grant (RFC 7523), RS256, with these claims.
    #[component(name = "oauth2-jwt-bearer")]
    Oauth2JwtBearer(Vec<Claim>),
    /// A client certificate.
    #[component(name = "mtls")]
    Mtls,
}

/// A known pair of addresses. Always overridable by the operator.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Environment {
    /// `test`, `production`.
    pub name: String,
    /// Where the API lives, without a trailing slash.
    #[component(name = "base-url")]
    pub base_url: String,
    /// Where tokens come from, when the authentication needs one.
    #[component(name = "token-url")]
    #[serde(default)]
    pub token_url: Option<String>,
}

/// One kind of outside address the provider talks to.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct ConnectionRole {
    /// The name that requests use: `api`.
    pub role: String,
    /// One sentence for the operator.
    pub description: String,
    /// The ways it can prove itself.
    #[serde(default)]
    pub authentication: Vec<Authentication>,
    /// Known addresses.
    #[serde(default)]
    pub environments: Vec<Environment>,
}

/// One request an action may make. Anything else is denied.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct EgressRule {
    /// The connection role.
    pub role: String,
    /// The method, upper case.
    pub method: String,
    /// Path below the role's base URL, a segment at a time: `/document-processes/{id}/files`.
    /// `{name}` stands for exactly one segment.
    pub path: String,
}

/// One verb of `actions` (or a data source's rows) that the provider offers.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct ActionDeclaration {
    /// The function's name: `send-for-signature`, or `rows` for data sources that ask the provider.
    pub name: String,
    /// The provider-prefixed name for people: `(AUTENTI) Send for signature`.
    #[serde(default)]
    pub label: Vec<Translation>,
    /// What it may request. An action that only reads must not be able to create.
    #[serde(default)]
    pub egress: Vec<EgressRule>,
    /// Settings a process author may give with the action.
    #[serde(default)]
    pub settings: Vec<SettingDeclaration>,
}

/// How the host proves that a webhook comes from the provider, on the raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(variant)]
pub enum WebhookAuthentication {
    /// HMAC-SHA-256 over the body, base64, in any header whose name starts so.
    #[component(name = "hmac-sha256")]
    HmacSha256(String),
    /// A header of this name carries a literal shared secret.
    #[component(name = "shared-secret")]
    SharedSecret(String),
    /// RFC 7617 user and password.
    #[component(name = "basic")]
    Basic,
    /// `Authorization: Bearer` with a shared token.
    #[component(name = "bearer")]
    Bearer,
    /// A detached JWS (RFC 7515 appendix F, RS256 only) in the header of this name, keys by `kid` from a JWKS.
    #[component(name = "detached-jws")]
    DetachedJws(String),
    /// Nothing but an address nobody can guess, and this header present.
    #[component(name = "unguessable-address")]
    UnguessableAddress(String),
}

/// One kind of message the provider posts to the host.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct WebhookDeclaration {
    /// kebab-case name.
    pub name: String,
    /// How it is authenticated.
    pub authentication: WebhookAuthentication,
    /// The provider's names of the events that `events.read` understands.
    #[serde(default)]
    pub events: Vec<String>,
}

/// Everything a host must know before it lets the component work.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[component(record)]
pub struct Description {
    /// Short lower-case id: `autenti`.
    pub id: String,
    /// Names for people; the first is the default language.
    #[serde(default)]
    pub names: Vec<Translation>,
    /// The component's own version (semver).
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// SPDX expression.
    pub licence: String,
    /// The lowest contract version it works with.
    #[component(name = "contract-minimum")]
    pub contract_minimum: String,
    /// Set when it should no longer be used, with the reason and what to use instead.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// True when facts about the provider are partly inferred.
    #[serde(default)]
    pub experimental: bool,
    /// The addresses it needs.
    #[serde(default)]
    pub connections: Vec<ConnectionRole>,
    /// Settings of the whole connection.
    #[serde(default)]
    pub settings: Vec<SettingDeclaration>,
    /// The verbs it offers.
    #[serde(default)]
    pub actions: Vec<ActionDeclaration>,
    /// The webhooks it understands.
    #[serde(default)]
    pub webhooks: Vec<WebhookDeclaration>,
}
