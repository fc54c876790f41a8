//! What a component asks for beside what the operator granted it in one connection.
//!
//! Not here: refusing a connection that lacks something (`sandbox/connection`).

use std::collections::BTreeSet;

use anstream::println;
use anyhow::bail;
use comfy_table::{Cell, Color};
use countersign_sandbox::Limits;
use countersign_sandbox::capabilities::{Capabilities, SettingAsked};
use countersign_sandbox::connection::config::{ConnectionConfig, LimitsConfig, RoleConfig, Scheme};
use serde::Serialize;

use crate::cli::view::{NOTE, table};
use crate::config::Config;
use crate::connections::same_component;

/// The connections of the configuration that use the component, or the one named.
pub fn connections<'a>(
    config: &'a Config,
    component: &str,
    named: Option<&str>,
) -> anyhow::Result<Vec<(&'a str, &'a ConnectionConfig)>> {
    let meant = |name: &str, one: &ConnectionConfig| {
        named.map_or_else(|| same_component(component, &one.provider), |named| named == name)
    };
    let found: Vec<_> = config.connections.iter().filter(|(name, one)| meant(name, one)).collect();
    if found.is_empty() {
        let known: Vec<_> = config.connections.keys().map(|name| format!("`{name}`")).collect();
        bail!(
            "no connection uses `{component}`; name one with --connection, of {}",
            if known.is_empty() { "none".to_owned() } else { known.join(", ") }
        );
    }
    Ok(found.into_iter().map(|(name, one)| (name.as_str(), one)).collect())
}

/// One thing asked for, granted, or both.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// `role`, `authentication`, `rule`, `setting` or `limit`.
    part: &'static str,
    /// Its name.
    name: String,
    /// What the component asks for; none when it does not.
    asked: Option<String>,
    /// What the operator granted; none when nothing was.
    granted: Option<String>,
    /// What cannot work, or was given to nobody.
    problem: Option<&'static str>,
}

/// Everything asked for beside everything granted.
pub fn lines(asks: &Capabilities, connection: &ConnectionConfig, limits: &Limits) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, asked) in &asks.roles {
        let suggested = asked.environments.iter().map(|(name, url)| format!("{name} {url}"));
        let role = connection.roles.get(name);
        lines.push(Line::new("role", name, suggested.collect::<Vec<_>>().join("\n"), role.map(address)));
        let offered = asked.authentication.keys().cloned().collect::<Vec<_>>().join("\n");
        let scheme = role.map(|role| scheme(&role.authentication));
        let fits = scheme.as_ref().is_none_or(|scheme| asked.authentication.contains_key(scheme));
        let problem = if fits { None } else { Some("not offered") };
        let line = Line::new("authentication", name, offered, scheme);
        lines.push(Line { problem: problem.or(line.problem), ..line });
    }
    lines.extend(rules(asks, connection));
    lines.extend(settings(asks, connection));
    lines.extend(unasked(asks, connection));
    lines.extend(bounds(asks, &connection.limits, limits));
    lines
}

/// A table for people; what is asked for and not granted stands out.
pub fn print(connection: &str, lines: &[Line]) {
    println!("connection {NOTE}{connection}{NOTE:#}");
    let mut rows = table(&["what", "name", "asked", "granted", ""]);
    for line in lines {
        let text = |text: &Option<String>| Cell::new(text.as_deref().unwrap_or_default());
        let problem = Cell::new(line.problem.map(str::to_uppercase).unwrap_or_default()).fg(Color::Red);
        rows.add_row([
            Cell::new(line.part),
            Cell::new(&line.name),
            text(&line.asked),
            text(&line.granted),
            problem,
        ]);
    }
    println!("{rows}");
}

impl Line {
    fn new(part: &'static str, name: &str, asked: String, granted: Option<String>) -> Self {
        let problem = if granted.is_none() { Some("not granted") } else { None };
        Self { part, name: name.to_owned(), asked: Some(asked), granted, problem }
    }
}

fn address(role: &RoleConfig) -> String {
    let marks = [
        (role.allow_private_addresses, "private addresses allowed"),
        (role.insecure_skip_tls_verification, "any certificate accepted"),
        (role.proxy.is_some(), "through a proxy"),
    ];
    let marks = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark);
    [role.base_url.as_str()].into_iter().chain(marks).collect::<Vec<_>>().join("\n")
}

/// The scheme as capabilities name it.
fn scheme(scheme: &Scheme) -> String {
    match scheme {
        Scheme::Header { name, .. } => format!("header {}", name.to_ascii_lowercase()),
        other => other.word().to_owned(),
    }
}

fn rules(asks: &Capabilities, connection: &ConnectionConfig) -> Vec<Line> {
    let of_action = |(action, rules): (&String, &BTreeSet<String>)| {
        rules.iter().map(|rule| Line::new("rule", action, rule.clone(), place(rule, connection))).collect()
    };
    asks.actions.iter().flat_map::<Vec<Line>, _>(of_action).collect()
}

/// `POST https://api.example.com/documents`: a rule at the role's address.
fn place(rule: &str, connection: &ConnectionConfig) -> Option<String> {
    let mut words = rule.splitn(3, ' ');
    let (role, method, path) = (words.next()?, words.next()?, words.next()?);
    let base = connection.roles.get(role)?.base_url.trim_end_matches('/');
    Some(format!("{method} {base}{path}"))
}

/// The settings of the connection; those of actions are given in definitions.
fn settings(asks: &Capabilities, connection: &ConnectionConfig) -> Vec<Line> {
    let line = |(name, asked): (&String, &SettingAsked)| {
        let granted = connection.settings.get(name).cloned();
        let problem = if asked.required && granted.is_none() { Some("not given") } else { None };
        Line { problem, ..Line::new("setting", name, asked.to_string(), granted) }
    };
    asks.settings.iter().filter(|(name, _)| !name.contains('/')).map(line).collect()
}

/// What the operator granted and the component does not ask for.
fn unasked(asks: &Capabilities, connection: &ConnectionConfig) -> Vec<Line> {
    let line = |part, name: &String, granted: &str| Line {
        part,
        name: name.clone(),
        asked: None,
        granted: Some(granted.to_owned()),
        problem: Some("not asked for"),
    };
    let roles = connection.roles.iter().filter(|(name, _)| !asks.roles.contains_key(*name));
    let settings = connection.settings.iter().filter(|(name, _)| !asks.settings.contains_key(*name));
    let roles = roles.map(|(name, role)| line("role", name, &role.base_url));
    roles.chain(settings.map(|(name, value)| line("setting", name, value))).collect()
}

fn bounds(asks: &Capabilities, of_connection: &LimitsConfig, of_call: &Limits) -> Vec<Line> {
    let rate = of_connection.requests_per_second.map_or("no limit".to_owned(), |rate| rate.to_string());
    let line = |name: &str, asked: Option<String>, granted: String| Line {
        part: "limit",
        name: name.to_owned(),
        asked,
        granted: Some(granted),
        problem: None,
    };
    let memory = format!("{} KiB at the start", asks.memory_bytes / 1024);
    vec![
        line("memory", Some(memory), format!("{} MiB a call", of_call.memory_bytes_max >> 20)),
        line("computing", None, format!("{} ms a call", of_call.guest_time_ms)),
        line("exchanges", None, format!("{} a call", of_call.exchanges_max)),
        line("requests a second", None, rate),
    ]
}
