//! The configuration of a host that works with the simulated provider: what an operator would write by hand.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use countersign_sandbox::connection::config::{
    ConnectionConfig, LimitsConfig, RoleConfig, Scheme, SecretReference,
};
use countersign_simulators::{AutentiCredentials, AutentiSimulator};

use crate::config::{Config, WEBHOOK_BYTES_MAX};

/// The contract-signing workflow.
const WORKFLOW: &str = include_str!("../../../../fixtures/workflows/contract-signing/workflow.yaml");

/// Writes workflow and secrets into the folder and answers a configuration that uses them.
pub fn write(
    folder: &Path,
    simulator: &AutentiSimulator,
    credentials: &AutentiCredentials,
) -> anyhow::Result<Config> {
    let secret = |name: &str, value: &str| -> anyhow::Result<SecretReference> {
        let path = folder.join(name);
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path)?;
        file.write_all(value.as_bytes())?;
        Ok(SecretReference::File(path))
    };
    let authentication = Scheme::Oauth2JwtBearer {
        token_url: simulator.token_url(),
        client_id: credentials.client_id.clone(),
        client_secret: Some(secret("client-secret", &credentials.client_secret)?),
        private_key: secret("private-key.pem", &credentials.private_key_pkcs8_pem)?,
        key_id: Some(credentials.key_id.clone()),
    };
    let role =
        RoleConfig { authentication, allow_private_addresses: true, ..RoleConfig::at(&simulator.base_url()) };
    let settings = [("organisation-id", &credentials.organisation_id), ("user-id", &credentials.user_id)];
    let connection = ConnectionConfig {
        provider: "autenti".to_owned(),
        settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
        acting_user: Some("sender@example.com".to_owned()),
        limits: LimitsConfig::default(),
        roles: BTreeMap::from([("api".to_owned(), role)]),
        webhook: None,
    };
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
