//! Drafts that are left behind at the provider are listed, and nobody is mailed for them.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::{Value, json};

use crate::stand::Stand;

fn drafts(stand: &Stand) -> Vec<String> {
    let documents = stand.control().documents().into_iter();
    documents.filter(|document| document.status == "DRAFT").map(|document| document.id).collect()
}

fn mails(stand: &Stand, document: &str) -> usize {
    stand.control().ledger(Some(document)).len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_whose_making_was_not_answered_is_listed() {
    let mut stand = Stand::without_host().await;
    stand.retry_sends("{delay: PT0.05S}");
    stand.start().await;
    let number = stand.prepared().await;
    stand.control().add_fault(Fault::once(Endpoint::CreateProcess, FaultKind::DropAfter));
    let sent = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
    assert_eq!(drafts(&stand).len(), 1, "{:?}", stand.control().documents());
    assert_eq!(mails(&stand, &drafts(&stand)[0]), 0);
    assert_eq!(stand.invitations(), 1);

    let orphans = stand.get("/orphans").await;
    assert_eq!(orphans.as_array().unwrap().len(), 1, "{orphans:#}");
    let orphan = &orphans[0];
    assert_eq!(
        (&orphan["connection"], &orphan["document-id"], &orphan["instance"], &orphan["standing"]),
        (&json!("sign"), &Value::Null, &json!(number), &json!("unsent"))
    );
    let reference = format!("{}/1", sent["id"].as_str().unwrap());
    assert_eq!(orphan["client-reference"], reference);
    assert!(orphan["why"].as_str().unwrap().contains("was lost"), "{orphan}");
    stand.kill();
    stand.start().await;
    assert_eq!(stand.get("/orphans").await, orphans, "after a crash");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_killed_while_a_draft_is_made_lists_it() {
    let mut stand = Stand::up().await;
    let number = stand.prepared().await;
    let slow = FaultKind::Slow { delay_ms: 60_000 };
    stand.control().add_fault(Fault::once(Endpoint::CreateProcess, slow));
    let asking = stand.accept_unanswered(number);
    stand.provider_until(|documents| !documents.is_empty()).await;
    stand.kill();
    assert!(asking.await.unwrap().is_err());
    stand.start().await;
    let sent = stand.until(number, |instance| instance["phase"] != "running").await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
    assert_eq!((drafts(&stand).len(), stand.invitations()), (1, 1));
    let orphans = stand.get("/orphans").await;
    assert_eq!(
        (orphans.as_array().unwrap().len(), &orphans[0]["document-id"]),
        (1, &Value::Null),
        "{orphans:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_is_given_up_is_listed() {
    let stand = Stand::up().await;
    let number = stand.prepared().await;
    let path = format!("/instances/{number}");
    stand.control().add_fault(Fault::once(Endpoint::UploadFile, FaultKind::PaymentRequired));
    stand.post(&format!("{path}/paths/accept"), json!({})).await;
    assert_eq!(stand.get("/orphans").await, json!([]), "the next attempt goes on with it");
    let draft = drafts(&stand).remove(0);
    let edit = json!({"fields": {"title": "Another title"}}).to_string();
    assert_eq!(stand.ask("PATCH", &format!("{path}/form"), edit).await.0, 200);
    let sent = stand.post(&format!("{path}/paths/accept"), json!({})).await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);

    let orphans = stand.get("/orphans").await;
    assert_eq!(
        (orphans.as_array().unwrap().len(), &orphans[0]["document-id"], &orphans[0]["why"]),
        (1, &json!(draft), &json!("what is to be sent has changed")),
        "{orphans:#}"
    );
    assert_eq!(drafts(&stand), std::slice::from_ref(&draft), "nothing is deleted at the provider");
    assert_eq!((mails(&stand, &draft), stand.invitations()), (0, 1));
    let output = stand.command(&["incident", "orphans"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains(&draft) && said.contains("unsent"), "{output:?}");
}
