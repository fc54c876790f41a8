//! A host that was stopped, overtaken, and wakes up: it is fenced, says so, and nobody is mailed twice.

use std::process::{Child, Command};

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::{Value, json};

use crate::stand::{Stand, binary};

/// A host process that the stand has let go of.
struct Zombie {
    process: Child,
    url: String,
    http: reqwest::Client,
}

impl Drop for Zombie {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Zombie {
    fn of(stand: &mut Stand) -> Self {
        let (process, url) = stand.let_go();
        let zombie = Self { process, url, http: reqwest::Client::builder().no_proxy().build().unwrap() };
        zombie.signal("STOP");
        zombie
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Status and text of an answer.
    async fn ask(&self, request: reqwest::RequestBuilder) -> (u16, String) {
        let answer = request.header("countersign-roles", "manager").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn get(&self, path: &str) -> (u16, String) {
        self.ask(self.http.get(format!("{}{path}", self.url))).await
    }

    async fn start_instance(&self) -> (u16, String) {
        let request = self.http.post(format!("{}/api/v1/instances", self.url));
        self.ask(request.json(&json!({"workflow": "contract-signing"}))).await
    }
}

fn epoch(stand: &Stand) -> i64 {
    stand.database("data").query_row("SELECT epoch FROM host", [], |row| row.get(0)).unwrap()
}

/// While the system's lock works, a stopped host still holds the directory, and the refusal names it.
fn refused_beside(stand: &Stand, zombie: &Zombie) {
    let config = stand.write("second.yaml", &stand.config("127.0.0.1:0").to_string());
    let second = binary().args(["serve", "--config"]).arg(config).output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    let named = format!("in use by the host with process id {}", zombie.process.id());
    assert!(!second.status.success() && said.contains(&named), "{said}");
}

/// An operator forces it, or a network file system has lost the lock.
fn lose_the_lock(stand: &Stand) {
    std::fs::remove_file(stand.path("data/lock")).unwrap();
}

/// Who takes over waits as long as a call may take.
fn short_calls(config: &mut Value) {
    config["call-timeout-seconds"] = json!(8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_host_that_was_overtaken_commits_nothing_more() {
    let mut stand = Stand::up().await;
    let number = stand.prepared().await;
    let before = epoch(&stand);
    let zombie = Zombie::of(&mut stand);
    refused_beside(&stand, &zombie);
    assert_eq!(epoch(&stand), before, "a refused host must not fence anybody");
    lose_the_lock(&stand);
    stand.start().await;
    assert_eq!(epoch(&stand), before + 1);
    zombie.signal("CONT");

    let (status, said) = zombie.start_instance().await;
    assert!(status == 503 && said.contains("CS0011") && said.contains("taken over"), "{status} {said}");
    let (status, said) = zombie.get("/healthz").await;
    assert!(status == 503 && said.contains("another host has taken over"), "{status} {said}");
    let (status, said) = zombie.get("/api/v1/status").await;
    assert!(status == 200 && said.contains("\"writable\":false"), "{status} {said}");
    let (status, said) = zombie.get(&format!("/api/v1/instances/{number}")).await;
    assert_eq!(status, 200, "reading goes on: {said}");
    assert!(stand.log().contains("the store reads only from now on"), "it must tell its operator");

    let sent = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
    assert_eq!(
        (stand.get("/instances").await["instances"].as_array().unwrap().len(), stand.invitations()),
        (1, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_stopped_while_it_sends_and_overtaken_mails_nobody_again() {
    for on in [Endpoint::CreateProcess, Endpoint::UploadFile, Endpoint::Act] {
        let mut stand = Stand::without_host().await;
        stand.start_with(short_calls).await;
        let number = stand.prepared().await;
        let slow = FaultKind::Slow { delay_ms: 2_000 };
        stand.control().add_fault(Fault { on, action: None, skip: 0, count: 1, kind: slow });
        let asking = stand.accept_unanswered(number);
        let arrived = stand.control();
        stand.provider_until(|_| arrived.faults().is_empty()).await;
        let zombie = Zombie::of(&mut stand);
        lose_the_lock(&stand);
        stand.start_with(short_calls).await;
        // What it may be sending is waited out, unless a repeat of it is harmless.
        let waits = stand.log().contains("waiting it out");
        assert_eq!(waits, on != Endpoint::CreateProcess, "stopped at {on:?}: {}", stand.log());
        let instance = stand.until(number, |instance| instance["phase"] != "running").await;
        assert_eq!(instance["step"], "awaiting", "stopped at {on:?}: {}", instance["incident"]);
        zombie.signal("CONT");
        // It reads the provider's answer, cannot commit it, and so sends nothing more.
        while zombie.get("/healthz").await.0 == 200 {
            tokio::task::yield_now().await;
        }
        asking.abort();
        assert_eq!(stand.get(&format!("/instances/{number}")).await, instance, "stopped at {on:?}");
        assert_eq!(stand.invitations(), 1, "stopped at {on:?}");
    }
}
