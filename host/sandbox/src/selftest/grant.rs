//! What an operator granted to one role of a connection, handed to the hostile component in the place of its provider.
//!
//! Not here: the operator's file (`host/server`), and checking a connection (`connection.rs`).

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use secrecy::SecretString;

use super::beside::beside_others;
use super::judge::{judge, words};
use super::misbehaviour::Misbehaviour;
use super::needle::{Needles, TOKEN, evidence};
use super::script::{REPEATED, Script};
use super::stage::Stage;
use super::{Line, Verdict, address};
use crate::Provider;
use crate::connection::config::{ConnectionConfig, RoleConfig, Scheme, SecretReference};
use crate::connection::offer::{ProviderOffer, RoleOffer, SchemeOffer};
use crate::connection::problem::ConnectionProblems;
use crate::connection::secret::{SecretFile, SecretReader};
use crate::connection::{Connection, Sources};

/// The role that the hostile component asks for.
const ROLE: &str = "api";

/// The behaviour that is told what to look for.
const SCAN: &str = "secret-scan";

/// One role of one connection: its address policy, its scheme and its secrets, under the name the component knows.
#[derive(Debug)]
pub struct Grant {
    /// The connection's name; none when it is nobody's.
    pub connection: Option<String>,
    /// The role's name.
    pub role: String,
    /// Where its API would live; nobody is asked there.
    pub base_url: String,
    /// How it proves itself.
    pub scheme: &'static str,
    /// What the configuration weakens, each with its line.
    pub weakened: Vec<String>,
    granted: Arc<Connection>,
    needles: Needles,
}

/// A made-up secret, for the grant of nobody.
struct MadeUp;

impl Grant {
    /// A grant for each role of a connection; none for a provider that asks nobody.
    ///
    /// # Errors
    /// All problems of the connection at once.
    pub fn of(
        name: &str,
        config: &ConnectionConfig,
        offer: &ProviderOffer,
        sources: &Sources<'_>,
    ) -> Result<Vec<Self>, ConnectionProblems> {
        // Once as it is, so that a connection without roles is checked too.
        Connection::load(name, config.clone(), offer, sources)?;
        let mut grants = Vec::with_capacity(config.roles.len());
        for (role, role_config) in &config.roles {
            let mut loaded = Connection::load(name, config.clone(), offer, sources)?;
            let Some(granted) = loaded.roles.remove(role) else { continue };
            loaded.roles.insert(ROLE.to_owned(), granted);
            let weakened = weakened(&loaded, role, role_config);
            let grant = Self::new(loaded, role, role_config, weakened);
            grants.push(Self { connection: Some(name.to_owned()), ..grant });
        }
        Ok(grants)
    }

    /// What a connection has that says nothing but an address and a bearer token.
    ///
    /// # Errors
    /// None that a caller can cause; it shares the checks of [`Connection::load`].
    pub fn of_nobody() -> Result<Self, ConnectionProblems> {
        let authentication = Scheme::Bearer { secret: SecretReference::Env(String::new()) };
        let role = RoleConfig { authentication, ..RoleConfig::at("https://provider.invalid") };
        let config = ConnectionConfig {
            provider: "hostile".to_owned(),
            settings: BTreeMap::new(),
            acting_user: None,
            limits: Default::default(),
            roles: [(ROLE.to_owned(), role.clone())].into(),
            webhook: None,
        };
        let offered = RoleOffer { role: ROLE.to_owned(), schemes: vec![SchemeOffer::Bearer] };
        let offer = ProviderOffer { roles: vec![offered], ..ProviderOffer::default() };
        let sources = Sources { secrets: &MadeUp, connections: &BTreeMap::new() };
        let loaded = Connection::load("defaults", config, &offer, &sources)?;
        Ok(Self::new(loaded, ROLE, &role, Vec::new()))
    }

    fn new(loaded: Connection, role: &str, config: &RoleConfig, weakened: Vec<String>) -> Self {
        let needles = Needles::of_connection(&loaded);
        loaded.learn_token(TOKEN);
        Self {
            connection: None,
            role: role.to_owned(),
            base_url: config.base_url.clone(),
            scheme: config.authentication.word(),
            weakened,
            granted: Arc::new(loaded),
            needles,
        }
    }

    /// Runs one misbehaviour over it, beside others, and judges everything it left.
    pub async fn run(&self, provider: &Arc<Provider>, misbehaviour: &Misbehaviour) -> Line {
        let script = Arc::new(Script::default());
        let mut stage = Stage::over(Arc::clone(&self.granted), Arc::clone(&script) as _);
        if misbehaviour.name == SCAN {
            stage.settings = vec![("needles", self.needles.prints())];
        }
        let ran = beside_others(provider, &stage, &script, misbehaviour).await;
        let mut wrong = judge(misbehaviour, &ran.end, &ran.asked, provider.sandbox().limits());
        wrong.extend(ran.harmed);
        let evidence = evidence(&ran.end, &stage);
        wrong.extend(self.needles.leaks(&evidence));
        if misbehaviour.name == SCAN {
            wrong.extend(self.needles.in_memory(&ran.end));
        }
        let repeated = |(_, bytes): &(_, Vec<u8>)| memchr::memmem::find(bytes, REPEATED.as_bytes()).is_some();
        if misbehaviour.family == "secret" && !evidence.iter().any(repeated) {
            wrong.push("saw nothing of what the provider repeated, so it shows nothing".to_owned());
        }
        let (ended_by, result) = words(&ran.end);
        Line {
            family: misbehaviour.family.clone(),
            name: misbehaviour.name.clone(),
            does: misbehaviour.does.clone(),
            ended_by: ended_by.to_owned(),
            result: result.to_owned(),
            verdict: if wrong.is_empty() { Verdict::Held } else { Verdict::Broken },
            words: wrong.iter().map(|words| self.needles.hush(words).into_owned()).collect(),
        }
    }

    /// Where the role's name may lead.
    #[must_use]
    pub fn addresses(&self) -> Vec<Line> {
        let Some(role) = self.granted.roles.get(ROLE) else { return Vec::new() };
        let allowing = self.weakened.iter().find(|line| line.contains("allow-private-addresses"));
        let allowing = allowing.and_then(|line| line.split('`').nth(1));
        address::lines(role, allowing)
    }
}

/// What an operator may allow and a sandbox would not by itself: the line of the configuration, and what it means.
fn weakened(connection: &Connection, role: &str, config: &RoleConfig) -> Vec<String> {
    let place = format!("connections.{}.roles.{role}", connection.name);
    let line = |key: &str, value: &str, means: &str| format!("`{place}.{key}: {value}`: {means}");
    let mut weakened = Vec::new();
    if config.allow_private_addresses {
        let means = "names of this role may lead into your own network and to this machine";
        weakened.push(line("allow-private-addresses", "true", means));
    }
    if config.insecure_skip_tls_verification {
        let means = "any certificate is accepted: whoever is in between reads and changes everything";
        weakened.push(line("insecure-skip-tls-verification", "true", means));
    }
    if config.base_url.starts_with("http:") {
        let means = "requests and credentials are readable on the way";
        weakened.push(line("base-url", &config.base_url, means));
    }
    if let Some(proxy) = &config.proxy {
        let means = "the proxy resolves names, so only addresses in digits are checked";
        weakened.push(line("proxy", proxy, means));
    }
    // What loading found besides: short secrets, files that everybody may read.
    let here = |warning: &&String| {
        warning.contains(&format!("role `{role}`")) && !warning.contains("`insecure-skip-tls-verification`")
    };
    weakened.extend(connection.warnings.iter().filter(here).cloned());
    weakened
}

impl SecretReader for MadeUp {
    fn variable(&self, name: &str) -> Option<SecretString> {
        name.is_empty().then(|| SecretString::from("made-up-for-the-selftest"))
    }

    fn file(&self, _: &Path) -> io::Result<SecretFile> {
        Err(io::ErrorKind::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selftest::misbehaviours;
    use crate::{Sandbox, SandboxConfig};

    #[tokio::test]
    async fn a_secret_that_gets_through_is_noticed_and_not_said() {
        const SECRET: &str = "stand-in.invalid";
        let sandbox = Sandbox::new(SandboxConfig { max_calls: 4, ..SandboxConfig::default() }).unwrap();
        let hostile = sandbox.admit(countersign_components::hostile()).unwrap();
        // What the provider repeats of every request is no secret; told that it is one, the selftest must find it.
        let needles = Needles::of([("password".to_owned(), SECRET.to_owned())]);
        let grant = Grant { needles, ..Grant::of_nobody().unwrap() };
        let secret = |one: &Misbehaviour| one.family == "secret";
        for misbehaviour in misbehaviours(&hostile).await.unwrap().iter().filter(|one| secret(one)) {
            let line = grant.run(&hostile, misbehaviour).await;
            let said = line.words.join("\n");
            assert_eq!(line.verdict, Verdict::Broken, "{line:?}");
            assert!(said.contains("`password` stands in the exchanges") && !said.contains(SECRET), "{said}");
            assert_eq!(said.contains("the component's memory"), misbehaviour.name == SCAN, "{said}");
        }
    }

    #[test]
    fn what_is_allowed_names_its_line_and_decides_where_names_may_lead() {
        type Change = fn(&mut RoleConfig);
        let grant = |change: Change| {
            let mut role = RoleConfig::at("https://provider.invalid");
            change(&mut role);
            let roles = [("portal".to_owned(), role)].into();
            let (provider, settings) = ("hostile".to_owned(), BTreeMap::new());
            let config = ConnectionConfig {
                provider,
                settings,
                acting_user: None,
                limits: Default::default(),
                roles,
                webhook: None,
            };
            let offered = RoleOffer { role: "portal".to_owned(), schemes: vec![SchemeOffer::None] };
            let offer = ProviderOffer { roles: vec![offered], ..ProviderOffer::default() };
            let sources = Sources { secrets: &MadeUp, connections: &BTreeMap::new() };
            Grant::of("sign", &config, &offer, &sources).unwrap().remove(0)
        };
        let table: [(Change, &str, [Verdict; 4]); 4] = [
            (|_| {}, "", [Verdict::Held; 4]),
            (
                |role| role.allow_private_addresses = true,
                "`connections.sign.roles.portal.allow-private-addresses: true`: ",
                [Verdict::Held, Verdict::Held, Verdict::Weakened, Verdict::Weakened],
            ),
            (
                |role| role.insecure_skip_tls_verification = true,
                "`connections.sign.roles.portal.insecure-skip-tls-verification: true`: ",
                [Verdict::Held; 4],
            ),
            (
                |role| role.proxy = Some("http://proxy.invalid:3128".to_owned()),
                "`connections.sign.roles.portal.proxy: http://proxy.invalid:3128`: ",
                [Verdict::Held; 4],
            ),
        ];
        for (change, line, verdicts) in table {
            let grant = grant(change);
            assert_eq!(grant.weakened.len(), usize::from(!line.is_empty()), "{:?}", grant.weakened);
            assert!(grant.weakened.concat().starts_with(line), "{:?}", grant.weakened);
            let led: Vec<_> = grant.addresses().iter().map(|line| line.verdict).collect();
            assert_eq!(led, verdicts, "{line}");
        }
    }
}
