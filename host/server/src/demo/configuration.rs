//! The configuration of a host that works with a simulated provider: what an operator would write by hand.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use countersign_sandbox::connection::config::{
    ConnectionConfig, LimitsConfig, RoleConfig, Scheme, SecretReference,
};
use countersign_simulators::{AutentiCredentials, AutentiSimulator, DocusignCredentials, DocusignSimulator};

use crate::config::{Config, WEBHOOK_BYTES_MAX};

/// The contract-signing workflow.
const WORKFLOW: &str = include_str!("../../../../fixtures/workflows/contract-signing/workflow.yaml");

/// Writes workflow and secrets into the folder and answers a configuration of a host that uses Autenti.
pub fn write(
    folder: &Path,
    simulator: &AutentiSimulator,
    credentials: &AutentiCredentials,
) -> anyhow::Result<Config> {
    host(folder, autenti(folder, simulator, credentials)?)
}

/// The connection to a simulated Autenti.
pub fn autenti(
    folder: &Path,
    simulator: &AutentiSimulator,
    credentials: &AutentiCredentials,
) -> anyhow::Result<ConnectionConfig> {
    let authentication = Scheme::Oauth2JwtBearer {
        token_url: simulator.token_url(),
        client_id: credentials.client_id.clone(),
        client_secret: Some(secret(folder, "client-secret", &credentials.client_secret)?),
        private_key: secret(folder, "private-key.pem", &credentials.private_key_pkcs8_pem)?,
        key_id: Some(credentials.key_id.clone()),
    };
    let role =
        RoleConfig { authentication, allow_private_addresses: true, ..RoleConfig::at(&simulator.base_url()) };
    let settings = [
        ("organisation-id", credentials.organisation_id.as_str()),
        ("user-id", credentials.user_id.as_str()),
    ];
    Ok(connection("autenti", &settings, role))
}

/// The connection to a simulated DocuSign: its tokens come over TLS, from an authority of its own.
pub fn docusign(
    folder: &Path,
    simulator: &DocusignSimulator,
    credentials: &DocusignCredentials,
) -> anyhow::Result<ConnectionConfig> {
    let authority = folder.join("authority.pem");
    std::fs::write(&authority, simulator.authority_pem())?;
    let authentication = Scheme::Oauth2JwtBearer {
        token_url: format!("https://{}/oauth/token", simulator.oauth_host()),
        client_id: credentials.integration_key.clone(),
        client_secret: None,
        private_key: secret(folder, "private-key.pem", &credentials.private_key_pem)?,
        key_id: None,
    };
    let role = RoleConfig {
        authentication,
        allow_private_addresses: true,
        ca_file: Some(authority),
        ..RoleConfig::at(simulator.origin())
    };
    let settings = [
        ("account-id", credentials.account_id.as_str()),
        ("user-id", credentials.user_id.as_str()),
        ("oauth-host", simulator.oauth_host()),
        ("signing-links", "mail-and-link"),
        ("return-url", "https://company.example/signed"),
    ];
    Ok(connection("docusign", &settings, role))
}

/// A host with one connection, named as the workflow wants it.
pub fn host(folder: &Path, connection: ConnectionConfig) -> anyhow::Result<Config> {
    let workflow = folder.join("workflow.yaml");
    std::fs::write(&workflow, WORKFLOW)?;
    Ok(Config {
        data: folder.join("data"),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        api_token: None,
        workflows: vec![workflow],
        lock: folder.join("countersign.lock"),
        connections: BTreeMap::from([("sign".to_owned(), connection)]),
        log_webhooks: false,
        webhook_bytes_max: WEBHOOK_BYTES_MAX,
        call_timeout_seconds: 30,
        calls_max: 64,
    })
}

fn connection(provider: &str, settings: &[(&str, &str)], role: RoleConfig) -> ConnectionConfig {
    ConnectionConfig {
        provider: provider.to_owned(),
        settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        acting_user: Some("sender@example.com".to_owned()),
        limits: LimitsConfig::default(),
        roles: BTreeMap::from([("api".to_owned(), role)]),
        webhook: None,
    }
}

fn secret(folder: &Path, name: &str, value: &str) -> anyhow::Result<SecretReference> {
    let path = folder.join(name);
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path)?;
    file.write_all(value.as_bytes())?;
    Ok(SecretReference::File(path))
}
