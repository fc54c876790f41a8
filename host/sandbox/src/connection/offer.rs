//! What a provider's manifest offers: its roles and the ways each can prove itself.
//!
//! Not here: what the operator picked of it (`config.rs`).

use std::collections::BTreeMap;

use super::claims::Claim;
use super::config::Scheme;
use crate::contract::manifest::WebhookDeclaration;

/// The part of a manifest that concerns connections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderOffer {
    /// The roles it needs.
    pub roles: Vec<RoleOffer>,
    /// Defaults of the connection settings that have one.
    pub setting_defaults: BTreeMap<String, String>,
    /// What it posts to the host.
    pub webhooks: Vec<WebhookDeclaration>,
}

/// One role and the ways it can prove itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleOffer {
    /// Its name: `api`.
    pub role: String,
    /// The schemes the operator may pick.
    pub schemes: Vec<SchemeOffer>,
}

/// One scheme with what the provider knows about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemeOffer {
    /// Nothing is added.
    None,
    /// A header of this name carries the secret.
    Header(String),
    /// RFC 7617.
    Basic,
    /// The secret is the whole `Authorization` value.
    Verbatim,
    /// A fixed bearer token.
    Bearer,
    /// OAuth 2.0 client credentials with these scopes.
    Oauth2ClientCredentials(Vec<String>),
    /// OAuth 2.0 password grant with these scopes.
    Oauth2Password(Vec<String>),
    /// OAuth 2.0 JWT bearer grant with these claims.
    Oauth2JwtBearer(Vec<Claim>),
    /// A client certificate.
    Mtls,
}

impl SchemeOffer {
    /// Whether the operator's choice is this one.
    #[must_use]
    pub fn fits(&self, scheme: &Scheme) -> bool {
        match (self, scheme) {
            (Self::Header(offered), Scheme::Header { name, .. }) => offered.eq_ignore_ascii_case(name),
            _ => self.word() == scheme.word(),
        }
    }

    /// What to write in the configuration, for a message.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Header(name) => format!("`header` (name `{name}`)"),
            _ => format!("`{}`", self.word()),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Header(_) => "header",
            Self::Basic => "basic",
            Self::Verbatim => "verbatim",
            Self::Bearer => "bearer",
            Self::Oauth2ClientCredentials(_) => "oauth2-client-credentials",
            Self::Oauth2Password(_) => "oauth2-password",
            Self::Oauth2JwtBearer(_) => "oauth2-jwt-bearer",
            Self::Mtls => "mtls",
        }
    }
}
