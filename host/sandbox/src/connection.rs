//! A connection: one provider component with the addresses, credentials and settings an operator granted it.
//!
//! Not here: getting tokens and sending (`network/`), and the operator's file format around it (`host/server`).

mod address;
pub mod claims;
pub mod config;
mod credentials;
mod key;
mod mask;
pub mod offer;
pub mod problem;
pub mod secret;
pub mod webhook;

use std::borrow::Cow;
use std::collections::BTreeMap;

use config::{ConnectionConfig, Credential, RoleConfig, Scheme};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use key::public_jwks;

use crate::network::client::ClientSlot;
use crate::network::policy::AddressPolicy;
use crate::network::tls;
use crate::network::token_cache::TokenCache;
use claims::{Claim, ClaimValue};
use key::SigningKey;
use mask::Mask;
use offer::{ProviderOffer, RoleOffer, SchemeOffer};
use problem::{ConnectionProblems, Findings};
use secret::SecretReader;
use webhook::Webhook;

/// A checked connection: addresses parsed, secrets read.
///
/// It carries its own HTTP pools and tokens: two connections never share any, and dropping the last reference to a
/// connection (after a reload of the configuration) closes and forgets them.
#[derive(Debug)]
pub struct Connection {
    /// The operator's name for it.
    pub name: String,
    /// What the operator wrote, without secret values.
    pub config: ConnectionConfig,
    /// The roles by name.
    pub roles: BTreeMap<String, Role>,
    /// What works but should be mended, one sentence each, for `doctor` and the log.
    pub warnings: Vec<String>,
    /// Where the provider posts to, when it does.
    pub webhook: Option<Webhook>,
    setting_defaults: BTreeMap<String, String>,
    mask: Mask,
}

/// One checked role of a connection.
#[derive(Debug)]
pub struct Role {
    /// Parsed base URL, without a trailing slash in its path.
    pub base_url: Url,
    /// How it proves itself.
    pub scheme: Scheme,
    /// The secrets the scheme needs, read from where the operator keeps them.
    pub credentials: BTreeMap<Credential, SecretString>,
    /// Where tokens come from, when the scheme needs any.
    pub token_url: Option<Url>,
    /// The claims of assertions, as the manifest asks for them.
    pub claims: Vec<Claim>,
    /// The scopes of tokens: the operator's, or the manifest's.
    pub scopes: Vec<String>,
    pub(crate) proxy: Option<Url>,
    pub(crate) policy: AddressPolicy,
    pub(crate) tls: rustls::ClientConfig,
    pub(crate) signing_key: Option<SigningKey>,
    pub(crate) client: ClientSlot,
    pub(crate) tokens: TokenCache,
}

/// Where a connection's references lead.
pub struct Sources<'a> {
    /// Environment and files.
    pub secrets: &'a dyn SecretReader,
    /// All configured connections, for references from one to another.
    pub connections: &'a BTreeMap<String, ConnectionConfig>,
}

impl Connection {
    /// Checks a connection against what its provider offers, and reads its secrets.
    ///
    /// # Errors
    /// All problems at once, each with its place and its mend.
    pub fn load(
        name: &str,
        config: ConnectionConfig,
        offer: &ProviderOffer,
        sources: &Sources<'_>,
    ) -> Result<Self, ConnectionProblems> {
        let mut findings = Findings::of(name);
        check_roles(&config, offer, &mut findings);
        let mut roles = BTreeMap::new();
        for (role, role_config) in &config.roles {
            let Some(offered) = offer.roles.iter().find(|offered| offered.role == *role) else { continue };
            findings.enter(role);
            let settings =
                |name: &str| config.settings.contains_key(name) || offer.setting_defaults.contains_key(name);
            check_scheme(role_config, offered, &settings, &mut findings);
            let policy = AddressPolicy::of(name, role, role_config);
            if let Some(checked) = Role::load(role_config, offered, policy, (sources, &mut findings)) {
                roles.insert(role.clone(), checked);
            }
        }
        findings.leave();
        let webhook = config
            .webhook
            .as_ref()
            .and_then(|configured| Webhook::load(configured, &offer.webhooks, (sources, &mut findings)));
        let warnings = findings.finish()?;
        let mut mask = learn(&roles);
        webhook.iter().for_each(|webhook| webhook.teach(&mut mask));
        Ok(Self {
            name: name.to_owned(),
            config,
            roles,
            warnings,
            webhook,
            setting_defaults: offer.setting_defaults.clone(),
            mask,
        })
    }

    /// A connection that only answers settings, for replays and benchmarks: no secret is read, nothing can be sent to it.
    ///
    /// # Errors
    /// None that a caller can cause; it shares the checks of [`Connection::load`].
    pub fn for_replay<'a>(
        name: &str,
        settings: BTreeMap<String, String>,
        roles: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConnectionProblems> {
        let names: Vec<&str> = roles.into_iter().collect();
        let offered = |role: &&str| RoleOffer { role: (*role).to_owned(), schemes: vec![SchemeOffer::None] };
        let offer = ProviderOffer {
            roles: names.iter().map(offered).collect(),
            setting_defaults: BTreeMap::new(),
            webhooks: Vec::new(),
        };
        let roles =
            names.iter().map(|role| ((*role).to_owned(), RoleConfig::at("https://replay.invalid"))).collect();
        let config = ConnectionConfig {
            provider: "replay".to_owned(),
            settings,
            acting_user: None,
            limits: config::LimitsConfig::default(),
            roles,
            webhook: None,
        };
        let nothing = secret::ProcessSecrets::default();
        Self::load(name, config, &offer, &Sources { secrets: &nothing, connections: &BTreeMap::new() })
    }

    /// A setting's value: the operator's, or the manifest's default.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.config.settings.get(name).or_else(|| self.setting_defaults.get(name)).map(String::as_str)
    }

    /// The text with every secret of this connection, fetched tokens included, replaced by `***`.
    #[must_use]
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.mask.text(text)
    }

    /// The bytes with every secret of this connection, fetched tokens included, replaced by `***`.
    #[must_use]
    pub fn mask_bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        self.mask.bytes(bytes)
    }

    /// The same connection, which masks these texts too: what a fixture writes where a credential would stand.
    #[must_use]
    pub fn masking<'a>(mut self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        texts.into_iter().for_each(|text| self.mask.learn(text));
        self
    }

    /// Masks a token from now on.
    pub(crate) fn learn_token(&self, token: &str) {
        self.mask.learn_token(token);
    }
}

impl Role {
    fn load(
        config: &RoleConfig,
        offered: &RoleOffer,
        mut policy: AddressPolicy,
        (sources, findings): (&Sources<'_>, &mut Findings),
    ) -> Option<Self> {
        let addresses = address::check(config, &mut policy, findings);
        let credentials = credentials::read(config, sources, findings);
        let pem = credentials.get(&Credential::PrivateKey);
        let signing_key =
            pem.and_then(|pem| findings.keep("private-key", SigningKey::parse(pem.expose_secret())));
        let tls = tls::configure(config, credentials.get(&Credential::Identity), findings);
        let (claims, scopes) = asked_for(&config.authentication, offered);
        Some(Self {
            base_url: addresses.base_url?,
            scheme: config.authentication.clone(),
            credentials,
            token_url: addresses.token_url,
            claims,
            scopes,
            proxy: addresses.proxy,
            policy,
            tls: tls?,
            signing_key,
            client: ClientSlot::default(),
            tokens: TokenCache::default(),
        })
    }

    /// One of its secrets; loading has made sure of it.
    pub(crate) fn secret(&self, credential: Credential) -> &str {
        self.credentials.get(&credential).map(ExposeSecret::expose_secret).unwrap_or_default()
    }
}

fn check_roles(config: &ConnectionConfig, offer: &ProviderOffer, findings: &mut Findings) {
    let names =
        || offer.roles.iter().map(|offered| format!("`{}`", offered.role)).collect::<Vec<_>>().join(", ");
    for missing in offer.roles.iter().filter(|offered| !config.roles.contains_key(&offered.role)) {
        findings.problem(
            "roles",
            format!("the provider needs the role `{}`; add it with its `base-url`", missing.role),
        );
    }
    for unknown in config.roles.keys().filter(|role| offer.roles.iter().all(|offered| offered.role != **role))
    {
        findings.problem("roles", format!("the provider has no role `{unknown}`; it has {}", names()));
    }
}

fn check_scheme(
    config: &RoleConfig,
    offered: &RoleOffer,
    has_setting: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) {
    let scheme = &config.authentication;
    if !offered.schemes.iter().any(|offer| offer.fits(scheme)) {
        let offers = offered.schemes.iter().map(SchemeOffer::describe).collect::<Vec<_>>().join(", ");
        let message =
            format!("the provider does not offer the scheme `{}`; choose one of {offers}", scheme.word());
        findings.problem("authentication", message);
    }
    if let Scheme::Basic { user, .. } = scheme
        && user.contains(':')
    {
        findings.problem("user", "holds a colon, which RFC 7617 does not allow; correct it");
    }
    if let Scheme::Header { name, .. } = scheme
        && reqwest::header::HeaderName::try_from(name).is_err()
    {
        findings.problem("name", format!("`{name}` is not a header name; write one like `x-api-key`"));
    }
    for claim in asked_for(scheme, offered).0 {
        if let ClaimValue::Setting(setting) = &claim.value
            && !has_setting(setting)
        {
            let message =
                format!("claim `{}` needs the setting `{setting}`; add it under `settings`", claim.name);
            findings.problem("settings", message);
        }
    }
}

/// The claims and scopes of a scheme: the operator may replace scopes, claims belong to the provider.
fn asked_for(scheme: &Scheme, offered: &RoleOffer) -> (Vec<Claim>, Vec<String>) {
    let offer = offered.schemes.iter().find(|offer| offer.fits(scheme));
    match (scheme, offer) {
        (_, Some(SchemeOffer::Oauth2JwtBearer(claims))) => (claims.clone(), Vec::new()),
        (
            Scheme::Oauth2ClientCredentials { scopes, .. } | Scheme::Oauth2Password { scopes, .. },
            Some(SchemeOffer::Oauth2ClientCredentials(offered) | SchemeOffer::Oauth2Password(offered)),
        ) => (Vec::new(), scopes.as_ref().unwrap_or(offered).clone()),
        _ => (Vec::new(), Vec::new()),
    }
}

fn learn(roles: &BTreeMap<String, Role>) -> Mask {
    let mut mask = Mask::default();
    for role in roles.values() {
        for secret in role.credentials.values() {
            mask.learn(secret.expose_secret());
        }
        if let Scheme::Basic { user, .. } = &role.scheme {
            mask.learn(&format!("{user}:{}", role.secret(Credential::Password)));
        }
    }
    mask
}
