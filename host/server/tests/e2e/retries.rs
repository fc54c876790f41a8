//! Calls that fail for a passing reason: tried again by themselves, also after a crash, and as a person wants.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::{Value, json};

use crate::stand::Stand;

/// A provider that answers the upload of so many sends with a 503, and a host whose sends are tried again like this.
async fn failing(times: u32, retry: &str) -> (Stand, i64) {
    let mut stand = Stand::without_host().await;
    stand.retry_sends(retry);
    stand.start().await;
    let number = stand.prepared().await;
    let down = FaultKind::ServerErrorBefore { status: 503 };
    stand.control().add_fault(Fault::once(Endpoint::CreateProcess, down).times(times));
    (stand, number)
}

async fn calls(stand: &Stand, number: i64) -> usize {
    stand.get(&format!("/instances/{number}/calls")).await.as_array().unwrap().len()
}

fn lines<'h>(history: &'h Value, kind: &str) -> Vec<&'h Value> {
    history.as_array().unwrap().iter().filter_map(|entry| entry["what"].get(kind)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_arrives_after_hiccups() {
    let (stand, number) = failing(2, "{delay: PT0.05S}").await;
    let sent = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!((&sent["step"], &sent["incident"]), (&json!("awaiting"), &Value::Null), "{sent:#}");
    assert_eq!(calls(&stand, number).await, 3);
    assert_eq!(stand.invitations(), 1);
    assert_eq!(stand.control().documents().len(), 1);
    let history = stand.get(&format!("/instances/{number}/history")).await;
    let planned = lines(&history, "retry-planned");
    assert_eq!(planned.iter().map(|line| &line["tries"]).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(stand.get("/incidents?all=true").await, json!([]), "nobody was bothered");
}

#[tokio::test(flavor = "multi_thread")]
async fn spent_tries_are_counted_in_the_incident() {
    let (stand, number) = failing(50, "{limit: 2, delay: PT0.05S}").await;
    let failed = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!((&failed["step"], &failed["phase"]), (&json!("approval"), &json!("resting")), "{failed:#}");
    assert!(failed["incident"]["message"].as_str().unwrap().contains("tried 3 times since 20"), "{failed:#}");
    assert_eq!(calls(&stand, number).await, 3);
    assert_eq!(stand.invitations(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_killed_while_it_waits_tries_again_after_its_start() {
    let (mut stand, number) = failing(1, "{delay: PT5S, jitter: 0}").await;
    let asking = stand.accept_unanswered(number);
    let waits = stand.until(number, |instance| instance["retry"].is_object()).await;
    assert_eq!((&waits["phase"], &waits["retry"]["tries"]), (&json!("running"), &json!(1)), "{waits:#}");
    stand.kill();
    assert!(asking.await.unwrap().is_err(), "nothing may be acknowledged");
    assert_eq!(calls_in_the_database(&stand), 1);
    stand.start().await;
    let sent = stand.until(number, |instance| instance["phase"] != "running").await;
    assert_eq!((&sent["step"], &sent["retry"]), (&json!("awaiting"), &Value::Null), "{sent:#}");
    assert_eq!(calls(&stand, number).await, 2);
    assert_eq!(stand.invitations(), 1);
    let history = stand.get(&format!("/instances/{number}/history")).await;
    assert_eq!(lines(&history, "retry-planned").len(), 1);
}

fn calls_in_the_database(stand: &Stand) -> i64 {
    let count = "SELECT count(*) FROM call WHERE ended_at_ms IS NOT NULL";
    stand.database("data").query_row(count, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_need_not_wait() {
    let (stand, number) = failing(2, "{delay: PT1H, cap: PT1H, deadline: PT2H}").await;
    let text = number.to_string();
    let said = |arguments: &[&str]| {
        let output = stand.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let _answered_at_last = stand.accept_unanswered(number);
    stand.until(number, |instance| instance["retry"]["tries"] == 1).await;
    let shown = said(&["show", &text]);
    assert!(shown.contains("waits until") && shown.contains("HTTP 503"), "{shown}");
    let evidence = stand.get(&format!("/instances/{number}/incident")).await;
    assert_eq!((&evidence["answers"], &evidence["retry"]["tries"]), (&json!(["retry", "stop"]), &json!(1)));
    assert!(said(&["incident", "show", &text]).contains("incident stop"));

    // The provider is still down: it waits once more, until a person ends the waiting.
    let retry = format!("/instances/{number}/incident/retry");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(format!("{}/api/v1{retry}", stand.url())).header("countersign-actor", "op");
    let _answered_too = tokio::spawn(request.send());
    stand.until(number, |instance| instance["retry"]["tries"] == 2).await;
    let stopped = said(&["incident", "stop", &text, "--reason", "they are down until noon", "--json"]);
    let stopped: Value = serde_json::from_str(&stopped).unwrap();
    assert!(stopped["incident"]["message"].as_str().unwrap().contains("tried 2 times"), "{stopped:#}");
    assert_eq!(stopped["incident"]["call-id"], format!("{}-2", stopped["id"].as_str().unwrap()));
    let again = stand.command(&["incident", "stop", &text]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("CS0224"), "{again:?}");

    said(&["incident", "retry", &text, "--reason", "they are up"]);
    assert_eq!(stand.get(&format!("/instances/{number}")).await["step"], "awaiting");
    assert_eq!(stand.invitations(), 1);
    let audit = stand.get("/audit?limit=3").await;
    let told = audit["lines"].as_array().unwrap().iter();
    let told: Vec<_> = told.map(|line| (&line["verb"], &line["detail"]["reason"])).collect();
    assert_eq!(
        told,
        [
            (&json!("retry"), &json!("they are up")),
            (&json!("stop"), &json!("they are down until noon")),
            (&json!("retry"), &Value::Null),
        ]
    );
}
