//! Whether what a provider says of itself makes sense. All problems are told at once.
//!
//! Not here: reading it from the component (`call/pure.rs`), and what the operator grants of it (`host/server`).

use std::collections::BTreeSet;

use semver::Version;

use crate::capability::http::grant::Rule;
use crate::contract::VERSION;
use crate::contract::action::ACTIONS;
use crate::contract::data_sources::Source;
use crate::contract::manifest::{
    ActionDeclaration, Authentication, ClaimValue, ConnectionRole, Description, SettingDeclaration,
    SettingKind,
};

/// Collects problems with the place each is at.
struct Check<'a> {
    manifest: &'a Description,
    sources: BTreeSet<&'a str>,
    problems: Vec<String>,
}

/// Checks a manifest and the data sources it refers to.
///
/// # Errors
/// Every problem, each naming its place.
pub(crate) fn check(manifest: &Description, sources: &[Source]) -> Result<(), Vec<String>> {
    let names = sources.iter().map(|source| source.id.as_str()).collect();
    let mut check = Check { manifest, sources: names, problems: Vec::new() };
    check.identity();
    check.unique("data source", sources.iter().map(|source| source.id.as_str()));
    check.unique("connection role", manifest.connections.iter().map(|role| role.role.as_str()));
    check.unique("action", manifest.actions.iter().map(|action| action.name.as_str()));
    check.unique("webhook", manifest.webhooks.iter().map(|webhook| webhook.name.as_str()));
    manifest.connections.iter().for_each(|role| check.role(role));
    check.settings("settings", &manifest.settings);
    manifest.actions.iter().for_each(|action| check.action(action));
    if check.problems.is_empty() { Ok(()) } else { Err(check.problems) }
}

impl Check<'_> {
    fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    fn identity(&mut self) {
        let manifest = self.manifest;
        if !is_name(&manifest.id) {
            self.problem(format!(
                "id `{}` is no short lower-case word like `autenti`",
                manifest.id.escape_debug()
            ));
        }
        if manifest.names.iter().all(|name| name.text.trim().is_empty()) {
            self.problem("`names` has no name for people".to_owned());
        }
        if Version::parse(&manifest.version).is_err() {
            self.problem(format!("version `{}` is no semantic version", manifest.version.escape_debug()));
        }
        match (Version::parse(&manifest.contract_minimum), Version::parse(VERSION)) {
            (Ok(minimum), Ok(ours)) if minimum <= ours => {}
            (Ok(minimum), _) => {
                self.problem(format!("it needs contract {minimum}, this host speaks {VERSION}"))
            }
            (Err(_), _) => self.problem(format!(
                "contract-minimum `{}` is no semantic version",
                manifest.contract_minimum.escape_debug()
            )),
        }
        if manifest.actions.is_empty() {
            self.problem("`actions` is empty, so there is nothing to call".to_owned());
        }
    }

    fn unique<'n>(&mut self, what: &str, names: impl Iterator<Item = &'n str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !is_name(name) {
                self.problem(format!("{what} `{}` is no kebab-case name", name.escape_debug()));
            }
            if !seen.insert(name) {
                self.problem(format!("{what} `{name}` is declared twice"));
            }
        }
    }

    fn role(&mut self, role: &ConnectionRole) {
        let name = &role.role;
        if role.authentication.is_empty() {
            self.problem(format!(
                "connection role `{name}` offers no authentication; say `none` when it needs none"
            ));
        }
        for environment in &role.environments {
            let urls = std::iter::once(&environment.base_url).chain(&environment.token_url);
            for url in urls.filter(|url| !is_web_address(url)) {
                self.problem(format!(
                    "environment `{}` of role `{name}`: `{}` is no http(s) address",
                    environment.name,
                    url.escape_debug()
                ));
            }
        }
        for authentication in &role.authentication {
            self.claims(name, authentication);
        }
    }

    fn claims(&mut self, role: &str, authentication: &Authentication) {
        let Authentication::Oauth2JwtBearer(claims) = authentication else { return };
        let settings = &self.manifest.settings;
        for claim in claims {
            if let ClaimValue::Setting(setting) = &claim.value
                && !settings.iter().any(|declared| declared.name == *setting)
            {
                self.problem(format!(
                    "claim `{}` of role `{role}` takes the undeclared setting `{setting}`",
                    claim.name
                ));
            }
        }
    }

    fn settings(&mut self, place: &str, settings: &[SettingDeclaration]) {
        self.unique(&format!("{place}: setting"), settings.iter().map(|setting| setting.name.as_str()));
        for setting in settings {
            if let Some(problem) = self.setting_problem(setting) {
                self.problem(format!("{place}: setting `{}`: {problem}", setting.name));
            }
        }
    }

    fn setting_problem(&self, setting: &SettingDeclaration) -> Option<String> {
        let default = setting.default.as_deref();
        match (&setting.kind, default) {
            (SettingKind::Choice(words), _) if words.is_empty() => Some("it offers no choice".to_owned()),
            (SettingKind::Choice(words), Some(default)) if !words.iter().any(|word| word == default) => {
                Some(format!("its default `{default}` is none of its choices"))
            }
            (SettingKind::Boolean, Some(default)) if !matches!(default, "true" | "false") => {
                Some(format!("its default `{default}` is neither `true` nor `false`"))
            }
            (SettingKind::Integer, Some(default)) if default.parse::<i64>().is_err() => {
                Some(format!("its default `{default}` is no whole number"))
            }
            (SettingKind::DataSource(source), _) if !self.sources.contains(source.as_str()) => {
                Some(format!("there is no data source `{source}`"))
            }
            _ => None,
        }
    }

    fn action(&mut self, action: &ActionDeclaration) {
        let name = &action.name;
        if !ACTIONS.contains(&name.as_str()) {
            self.problem(format!("`{name}` is no action of the contract; use one of {}", ACTIONS.join(", ")));
        }
        self.settings(&format!("action `{name}`"), &action.settings);
        for rule in &action.egress {
            if !self.manifest.connections.iter().any(|role| role.role == rule.role) {
                self.problem(format!(
                    "egress of `{name}` uses the undeclared connection role `{}`",
                    rule.role
                ));
            }
            if let Err(problem) = Rule::parse(rule) {
                self.problem(format!("egress of `{name}`: {problem}"));
            }
        }
    }
}

/// Lower-case letters, digits and dashes, a letter first, at most 64.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && name.len() <= 64
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.host().is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn good() -> Value {
        json!({
            "id": "acme", "names": [{"language": "en", "text": "Acme"}], "version": "1.2.3", "publisher": "Acme",
            "licence": "MIT", "contract-minimum": "0.1.0",
            "connections": [{
                "role": "api", "description": "The API.",
                "authentication": [{"oauth2-jwt-bearer": [{"name": "sub", "value": {"setting": "account"}}]}],
                "environments": [{"name": "test", "base-url": "https://api.acme.example"}],
            }],
            "settings": [{"name": "account", "description": "", "kind": "text", "required": true}],
            "actions": [{
                "name": "send-for-signature",
                "egress": [{"role": "api", "method": "POST", "path": "/documents/{id}"}],
            }],
        })
    }

    fn problems(manifest: Value) -> Vec<String> {
        let manifest: Description = serde_json::from_value(manifest).unwrap();
        let source = json!({"id": "languages", "needs-connection": false});
        check(&manifest, &[serde_json::from_value(source).unwrap()]).err().unwrap_or_default()
    }

    /// Puts a value at a JSON pointer of the good manifest.
    fn with(pointer: &str, value: Value) -> Value {
        let mut manifest = good();
        *manifest.pointer_mut(pointer).unwrap() = value;
        manifest
    }

    #[test]
    fn a_good_manifest_has_no_problems() {
        assert_eq!(problems(good()), Vec::<String>::new());
    }

    #[test]
    fn each_problem_names_its_place() {
        let setting = |kind: Value, default: Value| {
            json!([{
                "name": "account", "description": "", "kind": kind, "required": false, "default": default,
            }])
        };
        let cases = [
            ("/id", json!("Acme Sign"), "id `Acme Sign`"),
            ("/names", json!([]), "`names` has no name"),
            ("/version", json!("1"), "version `1`"),
            ("/contract-minimum", json!("0.9.0"), "needs contract 0.9.0"),
            ("/contract-minimum", json!("soon"), "contract-minimum `soon`"),
            ("/actions", json!([]), "`actions` is empty"),
            ("/actions/0/name", json!("send"), "`send` is no action"),
            ("/actions/0/egress/0/role", json!("auth"), "undeclared connection role `auth`"),
            ("/actions/0/egress/0/method", json!("post"), "method `post`"),
            ("/actions/0/egress/0/path", json!("documents"), "does not start with `/`"),
            ("/connections/0/role", json!("API"), "connection role `API`"),
            ("/connections/0/authentication", json!([]), "offers no authentication"),
            (
                "/connections/0/environments/0/base-url",
                json!("api.acme.example"),
                "`api.acme.example` is no http(s)",
            ),
            ("/settings/0/name", json!("tenant"), "undeclared setting `account`"),
            ("/settings", setting(json!({"choice": ["a"]}), json!("b")), "`b` is none of its choices"),
            ("/settings", setting(json!({"choice": []}), json!(null)), "offers no choice"),
            ("/settings", setting(json!("boolean"), json!("yes")), "neither `true` nor `false`"),
            ("/settings", setting(json!("integer"), json!("many")), "no whole number"),
            (
                "/settings",
                setting(json!({"data-source": "colours"}), json!(null)),
                "no data source `colours`",
            ),
        ];
        for (pointer, value, words) in cases {
            let found = problems(with(pointer, value.clone()));
            assert!(found.iter().any(|problem| problem.contains(words)), "{pointer} = {value}: {found:?}");
        }
        let known = setting(json!({"data-source": "languages"}), json!(null));
        assert_eq!(problems(with("/settings", known)), Vec::<String>::new());
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let mut manifest = good();
        let action = manifest.pointer("/actions/0").unwrap().clone();
        manifest["actions"] = json!([action, action]);
        manifest["id"] = json!("");
        manifest["version"] = json!("");
        assert_eq!(problems(manifest).len(), 3);
    }
}
