//! Stops and crashes in the middle of a workflow: nothing acknowledged is lost, nobody is mailed twice.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::json;

use crate::stand::{FIRST, SECOND, Stand};

fn fault(on: Endpoint, kind: FaultKind) -> Fault {
    Fault { on, action: None, skip: 0, count: 1, kind }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_killed_while_waiting_goes_on_where_it_was() {
    let mut stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    let before = stand.get(&format!("/instances/{number}")).await;
    stand.kill();
    stand.control().sign(&document, FIRST).await.unwrap();
    stand.control().sign(&document, SECOND).await.unwrap();
    stand.start().await;
    assert_eq!(stand.get(&format!("/instances/{number}")).await, before);
    let ended = stand.post(&format!("/instances/{number}/paths/check-status"), json!({})).await;
    assert_eq!(ended["step"], "approved", "{}", ended["incident"]);
    assert!(stand.log().contains(r#""cached":true"#), "the second start compiled again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_lets_a_send_end() {
    let mut stand = Stand::up().await;
    let number = stand.prepared().await;
    stand.control().add_fault(fault(Endpoint::CreateProcess, FaultKind::Slow { delay_ms: 700 }));
    let accept = format!("/instances/{number}/paths/accept");
    let url = stand.url().to_owned();
    let asking = tokio::spawn(async move {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.post(format!("{url}/api/v1{accept}")).header("countersign-roles", "manager");
        request.header("content-type", "application/json").body("{}").send().await
    });
    stand.provider_until(|documents| !documents.is_empty()).await;
    assert!(stand.stop().await.success());
    let _ = asking.await.unwrap();
    stand.start().await;
    let instance = stand.until(number, |instance| instance["phase"] != "running").await;
    assert_eq!(instance["step"], "awaiting", "{}", instance["incident"]);
    assert_eq!(stand.invitations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_killed_while_it_sends_mails_once() {
    // Killed after the provider has done the work and before the answer: at each changing request of a send.
    for (on, skip) in [(Endpoint::CreateProcess, 0), (Endpoint::UploadFile, 0), (Endpoint::Act, 0)] {
        let mut stand = Stand::up().await;
        let number = stand.prepared().await;
        let slow = Fault { skip, ..fault(on, FaultKind::Slow { delay_ms: 60_000 }) };
        stand.control().add_fault(slow);
        let accept = format!("/instances/{number}/paths/accept");
        let url = stand.url().to_owned();
        let asking = tokio::spawn(async move {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = client.post(format!("{url}/api/v1{accept}")).header("countersign-roles", "manager");
            request.header("content-type", "application/json").body("{}").send().await
        });
        let arrived = |stand: &Stand| stand.control().faults().is_empty();
        stand.provider_until(|_| arrived(&stand)).await;
        stand.kill();
        assert!(asking.await.unwrap().is_err(), "nothing may be acknowledged");
        stand.start().await;
        let instance = stand.until(number, |instance| instance["phase"] != "running").await;
        assert_eq!(stand.invitations(), 1, "killed at {on:?}: {instance:#}");
        assert_eq!(instance["step"], "awaiting", "killed at {on:?}: {}", instance["incident"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_send_keeps_its_step_and_goes_on_when_retried() {
    let mut stand = Stand::without_host().await;
    stand.retry_sends("{limit: 0}");
    stand.start().await;
    let number = stand.prepared().await;
    stand.control().add_fault(Fault {
        count: 10,
        ..fault(Endpoint::UploadFile, FaultKind::ServerErrorBefore { status: 503 })
    });
    let failed = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!((&failed["step"], &failed["phase"]), (&json!("approval"), &json!("resting")));
    assert!(failed["incident"]["message"].is_string(), "{failed}");
    assert_eq!(stand.invitations(), 0);
    stand.control().clear_faults();
    let sent = stand.post(&format!("/instances/{number}/incident/retry"), json!({})).await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
    assert_eq!(stand.control().documents().len(), 1, "the draft of the first attempt was taken up");
    assert_eq!(stand.invitations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_sending_is_looked_up() {
    let stand = Stand::up().await;
    let number = stand.prepared().await;
    stand.control().add_fault(fault(Endpoint::Act, FaultKind::DropAfter));
    let sent = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
    assert_eq!(stand.invitations(), 1);
}
