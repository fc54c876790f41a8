//! The diagram of the contract-signing workflow over the API: approved, declined, withdrawn, links, reminders.

use serde_json::json;

use crate::stand::{FIRST, SECOND, Stand, files_below};

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_prepared_approved_signed_and_filed() {
    let stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    assert_eq!(stand.invitations(), 1);
    let path = format!("/instances/{number}");

    // Nobody has signed: the decision leads back, and the timers go on as they were (C26).
    let before = stand.get(&format!("{path}/timers")).await;
    let waiting = stand.post(&format!("{path}/paths/check-status"), json!({})).await;
    assert_eq!(waiting["step"], "awaiting");
    assert_eq!(stand.get(&format!("{path}/timers")).await, before);

    stand.control().sign(&document, FIRST).await.unwrap();
    let pressed = stand.post(&format!("{path}/buttons/signers-status"), json!({})).await;
    assert_eq!(pressed["lists"]["signers"][0]["cells"]["status"], "COMPLETED");
    let links = stand.post(&format!("{path}/buttons/signing-links"), json!({})).await;
    assert!(links["lists"]["signers"][1]["cells"]["link"].as_str().unwrap().starts_with("http://127.0.0.1:"));

    stand.control().sign(&document, SECOND).await.unwrap();
    let ended = stand.post(&format!("{path}/paths/check-status"), json!({})).await;
    assert_eq!((&ended["step"], &ended["outcome"]), (&json!("approved"), &json!("success")));
    let signed =
        ended["attachments"].as_array().unwrap().iter().find(|file| file["category"] == "signed").unwrap();
    let pdf = stand.bytes(&format!("{path}/attachments/{}/content", signed["id"])).await;
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() as u64 == signed["size"].as_u64().unwrap());
    assert!(contains(&pdf, b"/ByteRange"), "the fetched file carries a signature");

    let history = stand.get(&format!("{path}/history")).await.to_string();
    for happening in
        ["started", "path-chosen", "action-succeeded", "document-created", "decided", "moved", "ended"]
    {
        assert!(history.contains(happening), "{happening} is missing from the history");
    }
    no_secret_on_disk(&stand);
}

/// Neither client secret nor key nor any token may be in database, files or log (C13, C175).
fn no_secret_on_disk(stand: &Stand) {
    let key = stand.credentials.private_key_pkcs1_pem.lines().nth(5).unwrap().to_owned();
    let secrets = [stand.credentials.client_secret.as_bytes(), key.as_bytes(), b"urn:ietf:params:oauth"];
    for (file, bytes) in
        files_below(&stand.path("data")).into_iter().chain([(stand.path("log.json"), stand.log().into())])
    {
        for secret in secrets {
            assert!(!contains(&bytes, secret), "a secret is in {}", file.display());
        }
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_ends_the_workflow_with_its_reason() {
    let stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    stand.control().reject(&document, FIRST, "the amount is wrong").await.unwrap();
    let ended = stand.post(&format!("/instances/{number}/paths/check-status"), json!({})).await;
    assert_eq!(ended["step"], "not-signed");
    assert_eq!(ended["fields"]["document_status"], "REJECTED");
    assert_eq!(ended["lists"]["signers"][0]["cells"]["rejection_reason"], "the amount is wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_takes_a_document_back() {
    let stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    let path = format!("/instances/{number}/paths/withdraw");
    let ended = stand.post(&path, json!({"comment": "superseded"})).await;
    assert_eq!(ended["step"], "withdrawn", "{}", ended["incident"]);
    assert_eq!(stand.control().document(&document).unwrap().status, "WITHDRAWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_reaches_only_those_who_can_act() {
    use countersign_simulators::autenti::MailKind;
    let stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    stand.control().sign(&document, FIRST).await.unwrap();
    stand.post(&format!("/instances/{number}/buttons/send-reminder"), json!({})).await;
    let ledger = stand.control().ledger(Some(&document));
    let reminded: Vec<&str> =
        ledger.iter().filter(|mail| mail.kind == MailKind::Reminder).map(|mail| mail.to.as_str()).collect();
    assert_eq!(reminded, [SECOND]);
    let (status, refusal) =
        stand.ask("POST", &format!("/instances/{number}/buttons/send-reminder"), "{}").await;
    assert_eq!((status, &refusal["code"]), (409, &json!("CS0213")), "the button has a cooldown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_is_taken_to_their_own_page() {
    let stand = Stand::up().await;
    let (number, _) = stand.sent().await;
    let button = format!("/instances/{number}/buttons/sign-now");
    let (status, pressed) = stand.ask_with("POST", &button, "{}", &[("countersign-actor", FIRST)]).await;
    assert_eq!(status, 200, "{pressed}");
    let page = pressed["redirect"].as_str().unwrap_or_else(|| panic!("no redirect: {pressed:#}"));
    assert!(page.contains("/sign/"), "{page}");
    // The address is a secret: it is in that one answer and nowhere else.
    let shown = stand.get(&format!("/instances/{number}")).await.to_string();
    let history = stand.get(&format!("/instances/{number}/history")).await.to_string();
    assert!(!shown.contains(page) && !history.contains(page) && !stand.log().contains(page));
}
