//! What a component asks for, in a form that can be kept, approved and compared: its capabilities.
//!
//! Not here: how two of them differ (`capabilities/difference.rs`), and where an operator's approval is kept
//! (`host/server`, `countersign.lock`).

pub mod difference;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::admission::Inspection;
use crate::contract::data_sources::Source;
use crate::contract::manifest::{
    ActionDeclaration, Authentication, Claim, ClaimValue, ConnectionRole, Description, EgressRule,
    SettingDeclaration, SettingKind, WebhookAuthentication, WebhookDeclaration,
};
use crate::provider::Provider;

/// Everything a component asks for. Words for people (labels, descriptions) are no part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Capabilities {
    /// The interfaces it imports, without their versions: a newer toolchain is no news.
    pub imports: BTreeSet<String>,
    /// The outside addresses it needs, by role.
    pub roles: BTreeMap<String, RoleAsked>,
    /// What each action may request: `api POST /documents/{id}`.
    pub actions: BTreeMap<String, BTreeSet<String>>,
    /// The settings of the connection, and those of actions as `action/setting`.
    pub settings: BTreeMap<String, SettingAsked>,
    /// The messages it takes from outside.
    pub webhooks: BTreeMap<String, WebhookAsked>,
    /// The lists it offers; true when the rows come from the provider.
    pub data_sources: BTreeMap<String, bool>,
    /// The memory that an instance starts with.
    pub memory_bytes: u64,
}

/// One role as asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct RoleAsked {
    /// The ways it can prove itself, each with the scopes or claims that the host asks for in the operator's name.
    pub authentication: BTreeMap<String, BTreeSet<String>>,
    /// The addresses it suggests.
    pub environments: BTreeMap<String, String>,
}

/// One setting as asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct SettingAsked {
    /// What values are right.
    pub kind: String,
    /// True when it must be given: required, and without a default.
    pub required: bool,
    /// What counts when it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// One webhook as asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct WebhookAsked {
    /// How a message proves where it comes from.
    pub authentication: String,
    /// The provider's names of the events it understands.
    pub events: BTreeSet<String>,
}

impl Capabilities {
    /// What a component asks for: its manifest, and what only its binary tells.
    #[must_use]
    pub fn of(manifest: &Description, imports: &[String], sources: &[Source], memory_bytes: u64) -> Self {
        Self {
            imports: imports.iter().map(|name| without_version(name)).collect(),
            roles: manifest.connections.iter().map(|role| (role.role.clone(), asked_role(role))).collect(),
            actions: manifest.actions.iter().map(|action| (action.name.clone(), rules(action))).collect(),
            settings: settings(manifest),
            webhooks: manifest.webhooks.iter().map(|hook| (hook.name.clone(), asked_webhook(hook))).collect(),
            data_sources: sources.iter().map(|source| (source.id.clone(), source.needs_connection)).collect(),
            memory_bytes,
        }
    }
}

impl Provider {
    /// What it asks for.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        Capabilities::of(&self.manifest, &self.imports, &self.sources, self.resources.memory_bytes)
    }
}

impl Inspection {
    /// What it asks for; none when it was refused before its manifest could be read.
    #[must_use]
    pub fn capabilities(&self) -> Option<Capabilities> {
        let (manifest, resources) = (self.manifest.as_ref()?, self.resources?);
        Some(Capabilities::of(manifest, &self.imports, &self.data_sources, resources.memory_bytes))
    }
}

fn without_version(import: &str) -> String {
    import.split('@').next().unwrap_or_default().to_owned()
}

fn asked_role(role: &ConnectionRole) -> RoleAsked {
    let environments = role.environments.iter().map(|one| (one.name.clone(), one.base_url.clone()));
    RoleAsked {
        authentication: role.authentication.iter().map(authentication).collect(),
        environments: environments.collect(),
    }
}

fn authentication(authentication: &Authentication) -> (String, BTreeSet<String>) {
    let plain = |word: &str| (word.to_owned(), BTreeSet::new());
    let scopes = |word: &str, scopes: &[String]| {
        (word.to_owned(), scopes.iter().map(|s| format!("scope {s}")).collect())
    };
    match authentication {
        Authentication::None => plain("none"),
        Authentication::Header(name) => plain(&format!("header {}", name.to_ascii_lowercase())),
        Authentication::Basic => plain("basic"),
        Authentication::Verbatim => plain("verbatim"),
        Authentication::Bearer => plain("bearer"),
        Authentication::Oauth2ClientCredentials(asked) => scopes("oauth2-client-credentials", asked),
        Authentication::Oauth2Password(asked) => scopes("oauth2-password", asked),
        Authentication::Oauth2JwtBearer(claims) => {
            ("oauth2-jwt-bearer".to_owned(), claims.iter().map(claim).collect())
        }
        Authentication::Mtls => plain("mtls"),
    }
}

fn claim(claim: &Claim) -> String {
    let value = match &claim.value {
        ClaimValue::Text(text) => format!("\"{text}\""),
        ClaimValue::Boolean(truth) => truth.to_string(),
        ClaimValue::Setting(name) => format!("setting {name}"),
        ClaimValue::ClientId => "client-id".to_owned(),
        ClaimValue::ActingUser => "acting-user".to_owned(),
        ClaimValue::IssuedAt => "issued-at".to_owned(),
        ClaimValue::ExpiresAfterSeconds(seconds) => format!("expires-after-seconds {seconds}"),
        ClaimValue::RandomUuid => "random-uuid".to_owned(),
    };
    format!("claim {} = {value}", claim.name)
}

fn rules(action: &ActionDeclaration) -> BTreeSet<String> {
    let rule = |rule: &EgressRule| format!("{} {} {}", rule.role, rule.method, rule.path);
    action.egress.iter().map(rule).collect()
}

fn settings(manifest: &Description) -> BTreeMap<String, SettingAsked> {
    let of_connection = manifest.settings.iter().map(|one| (one.name.clone(), asked_setting(one)));
    let of_actions = manifest.actions.iter().flat_map(|action| {
        action.settings.iter().map(|one| (format!("{}/{}", action.name, one.name), asked_setting(one)))
    });
    of_connection.chain(of_actions).collect()
}

fn asked_setting(setting: &SettingDeclaration) -> SettingAsked {
    let kind = match &setting.kind {
        SettingKind::Text => "text".to_owned(),
        SettingKind::Boolean => "boolean".to_owned(),
        SettingKind::Integer => "integer".to_owned(),
        SettingKind::Choice(words) => format!("choice {}", words.join(" | ")),
        SettingKind::DataSource(source) => format!("data-source {source}"),
    };
    let default = setting.default.clone();
    SettingAsked { kind, required: setting.required && default.is_none(), default }
}

fn asked_webhook(webhook: &WebhookDeclaration) -> WebhookAsked {
    let authentication = match &webhook.authentication {
        WebhookAuthentication::HmacSha256(header) => format!("hmac-sha256 {header}"),
        WebhookAuthentication::SharedSecret(header) => format!("shared-secret {header}"),
        WebhookAuthentication::Basic => "basic".to_owned(),
        WebhookAuthentication::Bearer => "bearer".to_owned(),
        WebhookAuthentication::DetachedJws(header) => format!("detached-jws {header}"),
        WebhookAuthentication::UnguessableAddress(header) => format!("unguessable-address {header}"),
    };
    WebhookAsked { authentication, events: webhook.events.iter().cloned().collect() }
}
