//! What the tests stand on: a simulated provider in this process, the host as a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use countersign_simulators::autenti::{DocumentSummary, MailKind};
use countersign_simulators::{
    AutentiControl, AutentiCredentials, AutentiOptions, AutentiSimulator, contract_pdf, demo_credentials,
};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const FIRST: &str = "first.signer@example.com";
pub const SECOND: &str = "second.signer@example.com";

/// Longest wait for anything; nothing is asserted about time.
const PATIENCE: Duration = Duration::from_secs(90);

pub struct Stand {
    pub simulator: AutentiSimulator,
    pub credentials: AutentiCredentials,
    pub folder: TempDir,
    http: reqwest::Client,
    url: String,
    host: Option<Child>,
}

impl Drop for Stand {
    fn drop(&mut self) {
        if let Some(host) = &mut self.host {
            let _ = host.kill();
            let _ = host.wait();
        }
    }
}

pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.env_remove("RUST_LOG").env_remove("COUNTERSIGN_URL");
    // What commands compile is kept between tests, and not in the home folder.
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// An address on loopback where nobody listens.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Stand {
    /// A provider and a running host.
    pub async fn up() -> Self {
        let mut stand = Self::without_host().await;
        stand.start().await;
        stand
    }

    /// A provider and a configuration, and no host yet.
    pub async fn without_host() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let credentials = demo_credentials().unwrap();
        let simulator = AutentiSimulator::start(AutentiOptions::new(&credentials)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let stand = Self { simulator, credentials, folder, http, url: String::new(), host: None };
        stand.write("client-secret", &stand.credentials.client_secret);
        stand.write("private-key.pem", &stand.credentials.private_key_pkcs1_pem);
        stand.write(
            "workflow.yaml",
            include_str!("../../../../fixtures/workflows/contract-signing/workflow.yaml"),
        );
        stand
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn control(&self) -> AutentiControl {
        self.simulator.control()
    }

    /// The configuration as an operator writes it; JSON is YAML.
    pub fn config(&self, listen: &str) -> Value {
        json!({
            "data": "data", "listen": listen, "workflows": ["workflow.yaml"],
            "connections": {"sign": {
                "provider": "autenti", "acting-user": "sender@example.com",
                "settings": {"organisation-id": self.credentials.organisation_id, "user-id": self.credentials.user_id},
                "roles": {"api": {
                    "base-url": self.simulator.base_url(), "allow-private-addresses": true,
                    "authentication": {
                        "scheme": "oauth2-jwt-bearer", "token-url": self.simulator.token_url(),
                        "client-id": self.credentials.client_id, "key-id": self.credentials.key_id,
                        "client-secret": {"file": self.path("client-secret")},
                        "private-key": {"file": self.path("private-key.pem")},
                    },
                }},
            }},
        })
    }

    /// The workflow with another `retry` for the send.
    pub fn retry_sends(&self, retry: &str) {
        let text = include_str!("../../../../fixtures/workflows/contract-signing/workflow.yaml");
        let send = "- action: sign.send-for-signature\n";
        assert_eq!(text.matches(send).count(), 1);
        self.write("workflow.yaml", &text.replace(send, &format!("{send}            retry: {retry}\n")));
    }

    /// Starts the host (again) over the same data directory and waits until it answers.
    pub async fn start(&mut self) {
        self.start_with(|_| {}).await;
    }

    /// The same with something changed in the configuration.
    pub async fn start_with(&mut self, change: impl FnOnce(&mut Value)) {
        self.start_at(free_address(), change).await;
    }

    /// The same at an address that others know already.
    pub async fn start_at(&mut self, listen: SocketAddr, change: impl FnOnce(&mut Value)) {
        let mut config = self.config(&listen.to_string());
        change(&mut config);
        let config = self.write("countersign.yaml", &config.to_string());
        self.url = format!("http://{listen}");
        let log = std::fs::File::options().create(true).append(true).open(self.path("log.json")).unwrap();
        let mut command = binary();
        command.args(["--log", "json", "serve", "--config"]).arg(&config).stdout(Stdio::null()).stderr(log);
        self.host = Some(command.spawn().unwrap());
        let deadline = Instant::now() + PATIENCE;
        while self.http.get(format!("{}/healthz", self.url)).send().await.is_err() {
            assert!(Instant::now() < deadline, "no host after {PATIENCE:?}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log.json")).unwrap_or_default()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let mut host = self.host.take().unwrap();
        host.kill().unwrap();
        host.wait().unwrap();
    }

    /// Lets go of the running host, so that another can be started: its process and where it listens.
    pub fn let_go(&mut self) -> (Child, String) {
        (self.host.take().unwrap(), self.url.clone())
    }

    /// Takes a manager's *accept* and waits for no answer: the host is killed or stopped meanwhile.
    pub fn accept_unanswered(
        &self,
        number: i64,
    ) -> tokio::task::JoinHandle<reqwest::Result<reqwest::Response>> {
        let accept = format!("{}/api/v1/instances/{number}/paths/accept", self.url);
        let request = self.http.post(accept).header("countersign-roles", "manager");
        tokio::spawn(request.header("content-type", "application/json").body("{}").send())
    }

    /// Another program that looks into the database of a host.
    pub fn database(&self, data: &str) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path(data).join("countersign.db")).unwrap()
    }

    /// SIGTERM, and waits for the end.
    pub async fn stop(&mut self) -> ExitStatus {
        let mut host = self.host.take().unwrap();
        let told = Command::new("kill").args(["-TERM", &host.id().to_string()]).status().unwrap();
        assert!(told.success());
        tokio::task::spawn_blocking(move || host.wait().unwrap()).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}/api/v1{path}", self.url)).send().await.unwrap();
        assert!(response.status().is_success(), "GET {path}: {}", response.text().await.unwrap());
        response.json().await.unwrap()
    }

    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let response = self.http.get(format!("{}/api/v1{path}", self.url)).send().await.unwrap();
        assert!(response.status().is_success(), "GET {path}");
        response.bytes().await.unwrap().to_vec()
    }

    /// Any request as a manager; answers status and body.
    pub async fn ask(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
        self.ask_with(method, path, body, &[]).await
    }

    /// Any request with headers of one's own.
    pub async fn ask_with(
        &self,
        method: &str,
        path: &str,
        body: impl Into<reqwest::Body>,
        headers: &[(&'static str, &str)],
    ) -> (u16, Value) {
        let usual = [
            ("countersign-actor", "boss@example.com"),
            ("countersign-roles", "manager"),
            ("content-type", "application/json"),
        ];
        let mut all = reqwest::header::HeaderMap::new();
        for (name, value) in usual.iter().chain(headers) {
            all.insert(*name, value.parse().unwrap());
        }
        let url = format!("{}/api/v1{path}", self.url);
        let request = self.http.request(method.parse().unwrap(), url).headers(all).body(body);
        match request.send().await {
            Ok(response) => (response.status().as_u16(), response.json().await.unwrap_or_default()),
            Err(_) => (0, Value::Null),
        }
    }

    /// An act that must succeed.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask("POST", path, body.to_string()).await;
        assert!((200..300).contains(&status), "POST {path}: {status} {answer}");
        answer
    }

    /// An instance with two signers and a file, waiting for the manager.
    pub async fn prepared(&self) -> i64 {
        let form = json!({
            "fields": {"title": "Framework agreement — zażółć"},
            "lists": {"signers": [
                {"name": "First Signer", "email": FIRST, "role": "SIGNER", "signature": "BASIC", "order": 1},
                {"name": "Second Signer", "email": SECOND, "role": "SIGNER", "signature": "BASIC", "order": 2},
            ]},
        });
        let instance = self.post("/instances", json!({"workflow": "contract-signing", "form": form})).await;
        let number = instance["number"].as_i64().unwrap();
        let upload = format!("/instances/{number}/attachments?name=umowa%20%C5%BC.pdf&category=to-sign");
        let (status, answer) = self.ask("POST", &upload, contract_pdf("Agreement", &["Please sign."])).await;
        assert_eq!(status, 200, "{answer}");
        self.post(&format!("/instances/{number}/paths/submit"), json!({})).await;
        number
    }

    /// An instance whose document was sent.
    pub async fn sent(&self) -> (i64, String) {
        let number = self.prepared().await;
        let sent = self.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
        assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
        (number, sent["fields"]["external_document_id"].as_str().unwrap().to_owned())
    }

    /// Waits until the instance satisfies something.
    pub async fn until(&self, number: i64, fits: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let instance = self.get(&format!("/instances/{number}")).await;
            if fits(&instance) {
                return instance;
            }
            assert!(Instant::now() < deadline, "never: {instance:#}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the provider has seen something.
    pub async fn provider_until(&self, fits: impl Fn(&[DocumentSummary]) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !fits(&self.control().documents()) {
            assert!(Instant::now() < deadline, "the provider never saw it: {:?}", self.control().documents());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How many invitations the first signer got.
    pub fn invitations(&self) -> usize {
        let ledger = self.control().ledger(None);
        ledger.iter().filter(|mail| mail.kind == MailKind::Invitation && mail.to == FIRST).count()
    }

    /// Runs the command line against this host.
    pub fn command(&self, arguments: &[&str]) -> Output {
        binary()
            .args(arguments)
            .env("COUNTERSIGN_URL", &self.url)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

/// Every file below a folder, as bytes.
pub fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    found
}
