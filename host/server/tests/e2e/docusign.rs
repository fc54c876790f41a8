//! DocuSign, simulated: the same workflows on another provider; its own Connect messages, and polling where none come.

use std::path::Path;

use countersign_simulators::docusign::{Connect, demo_credentials};
use countersign_simulators::{DocusignOptions, DocusignSimulator, MailKind, contract_pdf};
use serde_json::{Value, json};

use crate::stand::{FIRST, Stand, binary, free_address};

const ENDPOINT: &str = "ZG9jdXNpZ24tZm9yLXRoZS10ZXN0";
const KEY: &str = "the key that Connect signs with";

/// A host whose connection `sign` leads to a simulated DocuSign.
struct Signed {
    stand: Stand,
    simulator: DocusignSimulator,
}

impl Signed {
    /// With something changed in the connection; files lie in the folder.
    async fn up(change: impl FnOnce(&mut Value, &Path)) -> Self {
        let mut stand = Stand::without_host().await;
        let credentials = demo_credentials().unwrap();
        let listen = free_address();
        let url = format!("http://{listen}/webhooks/docusign/{ENDPOINT}");
        let options = DocusignOptions {
            connect: Some(Connect { url, events: Vec::new() }),
            hmac_keys: vec![KEY.to_owned()],
            ..DocusignOptions::new(&credentials)
        };
        let simulator = DocusignSimulator::start(options).await.unwrap();
        let authority = stand.write("authority.pem", simulator.authority_pem());
        stand.write("connect-key", KEY);
        let private_key = stand.write("docusign-key.pem", &credentials.private_key_pem);
        let workflow = include_str!("../../../../fixtures/workflows/event-state/workflow.yaml");
        stand.write("workflow.yaml", workflow);
        let mut connection = json!({
            "provider": "docusign",
            "settings": {
                "account-id": credentials.account_id, "user-id": credentials.user_id,
                "oauth-host": simulator.oauth_host(),
            },
            "roles": {"api": {
                "base-url": simulator.origin(), "allow-private-addresses": true, "ca-file": authority,
                "authentication": {
                    "scheme": "oauth2-jwt-bearer",
                    "token-url": format!("https://{}/oauth/token", simulator.oauth_host()),
                    "client-id": credentials.integration_key, "private-key": {"file": private_key},
                },
            }},
        });
        change(&mut connection, stand.folder.path());
        stand.start_at(listen, |config| config["connections"]["sign"] = connection).await;
        Self { stand, simulator }
    }

    /// An instance whose form was sent; its number and its envelope.
    async fn sent(&self) -> (i64, String) {
        let signers = json!([{"name": "First Signer", "email": FIRST, "role": "SIGNER"}]);
        let form = json!({"fields": {"title": "Form"}, "lists": {"signers": signers}});
        let instance = self.stand.post("/instances", json!({"workflow": "event-state", "form": form})).await;
        let number = instance["number"].as_i64().unwrap();
        let upload = format!("/instances/{number}/attachments?name=form.pdf&category=form");
        assert_eq!(self.stand.ask("POST", &upload, contract_pdf("Form", &["Please sign."])).await.0, 200);
        let sent = self.stand.post(&format!("/instances/{number}/paths/send"), json!({})).await;
        assert_eq!(sent["step"], "event", "{sent:#}");
        (number, sent["fields"]["envelope_id"].as_str().unwrap().to_owned())
    }

    fn invitations(&self) -> usize {
        let ledger = self.simulator.control().ledger(None);
        ledger.iter().filter(|mail| mail.kind == MailKind::Invitation).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_plays_the_same_workflow_on_docusign() {
    let output =
        tokio::task::spawn_blocking(|| binary().args(["demo", "--provider", "docusign"]).output().unwrap());
    let output = output.await.unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("awaiting → approved") && told.contains("/documents/combined"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_own_messages_carry_an_envelope_to_its_end() {
    let signed = Signed::up(|connection, folder| {
        connection["limits"] = json!({"poll-every": "PT0S"});
        connection["webhook"] = json!({
            "endpoint": ENDPOINT,
            "authentication": {"scheme": "hmac-sha256", "secrets": [{"file": folder.join("connect-key")}]},
        });
    });
    let signed = signed.await;
    let (number, envelope) = signed.sent().await;
    signed.simulator.control().sign_all(&envelope).await.unwrap();
    let instance = signed.stand.until(number, |instance| instance["step"] == "approve").await;
    assert_eq!(instance["fields"]["envelope_status"], "completed");
    let files = instance["attachments"].as_array().unwrap();
    assert!(files.iter().any(|file| file["category"] == "signed"), "{files:?}");
    assert_eq!(signed.invitations(), 1);

    let (number, envelope) = signed.sent().await;
    signed.simulator.control().decline(&envelope, FIRST, "not like this").await.unwrap();
    signed.stand.until(number, |instance| instance["step"] == "fill").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_message_told_is_asked_for_once_for_all() {
    let signed = Signed::up(|connection, _| connection["limits"] = json!({"poll-every": "PT1S"})).await;
    let mut sent = Vec::new();
    for _ in 0..3 {
        sent.push(signed.sent().await);
    }
    for (_, envelope) in &sent {
        signed.simulator.control().sign_all(envelope).await.unwrap();
    }
    for (number, _) in &sent {
        signed.stand.until(*number, |instance| instance["step"] == "approve").await;
    }
    let events = signed.stand.get("/events").await;
    assert!(events.as_array().unwrap().iter().all(|event| event["message"].is_null()), "{events:#}");
    assert_eq!(signed.invitations(), 3);
}
