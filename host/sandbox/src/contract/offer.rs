//! From a manifest to what its provider offers a connection: the edge between contract and configuration.
//!
//! Not here: checking a connection against the offer (`connection.rs`).

use super::manifest::{Authentication, Claim, ClaimValue, ConnectionRole, Description};
use crate::connection::claims;
use crate::connection::offer::{ProviderOffer, RoleOffer, SchemeOffer};

impl Description {
    /// The roles, schemes, setting defaults and webhooks that a connection is checked against.
    #[must_use]
    pub fn offer(&self) -> ProviderOffer {
        let default = |s: &super::manifest::SettingDeclaration| Some((s.name.clone(), s.default.clone()?));
        ProviderOffer {
            roles: self.connections.iter().map(role).collect(),
            setting_defaults: self.settings.iter().filter_map(default).collect(),
            webhooks: self.webhooks.clone(),
        }
    }
}

fn role(role: &ConnectionRole) -> RoleOffer {
    RoleOffer { role: role.role.clone(), schemes: role.authentication.iter().map(scheme).collect() }
}

fn scheme(authentication: &Authentication) -> SchemeOffer {
    match authentication {
        Authentication::None => SchemeOffer::None,
        Authentication::Header(name) => SchemeOffer::Header(name.clone()),
        Authentication::Basic => SchemeOffer::Basic,
        Authentication::Verbatim => SchemeOffer::Verbatim,
        Authentication::Bearer => SchemeOffer::Bearer,
        Authentication::Oauth2ClientCredentials(scopes) => {
            SchemeOffer::Oauth2ClientCredentials(scopes.clone())
        }
        Authentication::Oauth2Password(scopes) => SchemeOffer::Oauth2Password(scopes.clone()),
        Authentication::Oauth2JwtBearer(claims) => {
            SchemeOffer::Oauth2JwtBearer(claims.iter().map(claim).collect())
        }
        Authentication::Mtls => SchemeOffer::Mtls,
    }
}

fn claim(claim: &Claim) -> claims::Claim {
    let value = match &claim.value {
        ClaimValue::Text(text) => claims::ClaimValue::Text(text.clone()),
        ClaimValue::Boolean(truth) => claims::ClaimValue::Boolean(*truth),
        ClaimValue::Setting(name) => claims::ClaimValue::Setting(name.clone()),
        ClaimValue::ClientId => claims::ClaimValue::ClientId,
        ClaimValue::ActingUser => claims::ClaimValue::ActingUser,
        ClaimValue::IssuedAt => claims::ClaimValue::IssuedAt,
        ClaimValue::ExpiresAfterSeconds(seconds) => claims::ClaimValue::ExpiresAfterSeconds(*seconds),
        ClaimValue::RandomUuid => claims::ClaimValue::RandomUuid,
    };
    claims::Claim { name: claim.name.clone(), value }
}
