//! Following secret references to usable credentials.
//!
//! Not here: reading variables and files (`secret.rs`) and adding credentials to requests (`network/credentials.rs`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::Sources;
use super::config::{Credential, RoleConfig, SecretReference};
use super::mask::SECRET_BYTES_MIN;
use super::problem::Findings;

/// How many connections a reference may lead through before it is taken for a circle.
const REFERENCES_MAX: usize = 4;

/// The secrets of a role by name.
pub(crate) type Credentials = BTreeMap<Credential, SecretString>;

/// Reads every secret a role refers to and reports all that is wrong.
pub(crate) fn read(config: &RoleConfig, sources: &Sources<'_>, findings: &mut Findings) -> Credentials {
    let mut credentials = Credentials::new();
    for (credential, reference) in config.secrets() {
        let found =
            follow(credential, reference, sources, findings).and_then(|secret| usable(credential, secret));
        let Some(secret) = findings.keep(credential.key(), found) else { continue };
        if secret.expose_secret().len() < SECRET_BYTES_MIN {
            findings.warn(credential.key(), "is so short that it is not masked in logs and responses");
        }
        credentials.insert(credential, secret);
    }
    credentials
}

/// Reads one secret of a webhook.
pub(crate) fn of_webhook(
    reference: &SecretReference,
    sources: &Sources<'_>,
    findings: &mut Findings,
) -> Option<SecretString> {
    let found = follow(Credential::Secret, reference, sources, findings)
        .and_then(|secret| usable(Credential::Secret, secret));
    findings.keep("webhook.authentication", found)
}

fn follow(
    credential: Credential,
    reference: &SecretReference,
    sources: &Sources<'_>,
    findings: &mut Findings,
) -> Result<SecretString, String> {
    let mut reference = reference;
    for _ in 0..=REFERENCES_MAX {
        match reference {
            SecretReference::Env(name) => return variable(credential, name, sources, findings),
            SecretReference::File(path) => return file(credential, path, sources, findings),
            SecretReference::Connection(target) => reference = elsewhere(credential, target, sources)?,
        }
    }
    Err("the references lead from connection to connection in a circle; let one of them name `env` or `file`"
        .to_owned())
}

fn elsewhere<'a>(
    credential: Credential,
    target: &str,
    sources: &Sources<'a>,
) -> Result<&'a SecretReference, String> {
    let (connection, role) = target
        .rsplit_once('.')
        .ok_or_else(|| format!("`{target}` does not name a role; write `connection.role`"))?;
    let config = sources
        .connections
        .get(connection)
        .ok_or_else(|| format!("there is no connection `{connection}`; add it or correct `{target}`"))?;
    let role = config.roles.get(role).ok_or_else(|| {
        format!("connection `{connection}` has no role `{role}`; add it or correct `{target}`")
    })?;
    let secrets = role.secrets();
    let same = secrets.iter().find(|(other, _)| *other == credential);
    match (same, secrets.as_slice()) {
        (Some((_, reference)), _) | (None, [(_, reference)]) => Ok(reference),
        _ => Err(format!("`{target}` has no secret `{}`; add it there", credential.key())),
    }
}

fn variable(
    credential: Credential,
    name: &str,
    sources: &Sources<'_>,
    findings: &mut Findings,
) -> Result<SecretString, String> {
    let file_name = format!("{name}_FILE");
    match (sources.secrets.variable(name), sources.secrets.variable(&file_name)) {
        (Some(_), Some(_)) => Err(format!("`{name}` and `{file_name}` are both set; unset one of them")),
        (Some(value), None) => Ok(trimmed(&value)),
        (None, Some(path)) => file(credential, &PathBuf::from(path.expose_secret()), sources, findings),
        (None, None) => Err(format!(
            "the environment variable `{name}` is not set; set it, or set `{file_name}` to a file"
        )),
    }
}

fn file(
    credential: Credential,
    path: &Path,
    sources: &Sources<'_>,
    findings: &mut Findings,
) -> Result<SecretString, String> {
    let shown = path.display();
    let file = sources.secrets.file(path).map_err(|error| format!("`{shown}` cannot be read: {error}"))?;
    if file.world_readable {
        let message = format!("`{shown}` can be read by everybody on this machine; run `chmod 600 {shown}`");
        findings.warn(credential.key(), &message);
    }
    Ok(trimmed(&file.text))
}

/// Editors and `echo` end files with a line break that is no part of the secret.
fn trimmed(secret: &SecretString) -> SecretString {
    let text = secret.expose_secret();
    let text = text.strip_suffix('\n').unwrap_or(text);
    SecretString::from(text.strip_suffix('\r').unwrap_or(text))
}

fn usable(credential: Credential, secret: SecretString) -> Result<SecretString, String> {
    let text = secret.expose_secret();
    if text.trim().is_empty() {
        return Err("is empty; put the secret there".to_owned());
    }
    let in_header = matches!(credential, Credential::Secret | Credential::ProxyAuthorization);
    if in_header && !is_pem(text) && HeaderValue::from_str(text).is_err() {
        return Err(
            "holds a line break or control character, which no header can carry; remove it".to_owned()
        );
    }
    Ok(secret)
}

/// A second connection may hold a key in its `secret` (C75); only the first one's scheme knows what it is for.
fn is_pem(text: &str) -> bool {
    text.contains("-----BEGIN ")
}
