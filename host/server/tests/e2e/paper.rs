//! The workflow on the bundled provider that needs no provider: not one request leaves the host.

use serde_json::{Value, json};

use crate::stand::{Stand, binary};

/// A host whose only connection is Paper; the simulated provider beside it must stay idle.
async fn on_paper(signs_after_seconds: &str) -> Stand {
    let mut stand = Stand::without_host().await;
    let settings = json!({"signs-after-seconds": signs_after_seconds});
    let sign = json!({"provider": "paper", "settings": settings});
    stand.start_with(|config| config["connections"] = json!({"sign": sign})).await;
    stand
}

fn exchanges(calls: &Value) -> usize {
    let calls = calls.as_array().unwrap();
    assert!(!calls.is_empty());
    calls.iter().map(|call| call["exchanges"].as_array().unwrap().len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workflow_ends_signed_without_a_request() {
    let stand = on_paper("0").await;
    let (number, document) = stand.sent().await;
    assert!(document.starts_with("paper-"), "{document}");
    let approved = stand.post(&format!("/instances/{number}/paths/check-status"), json!({})).await;
    assert_eq!(approved["step"], "approved", "{approved:#}");
    assert_eq!(approved["fields"]["document_status"], "SIGNED");
    let signers = approved["lists"]["signers"].as_array().unwrap();
    assert!(signers.iter().all(|signer| signer["cells"]["status"] == "SIGNED"), "{signers:#?}");
    let page = stand.bytes(&format!("/instances/{number}/attachments/2/content")).await;
    assert!(page.starts_with(b"%PDF-") && String::from_utf8_lossy(&page).contains(&document));
    assert_eq!(exchanges(&stand.get(&format!("/instances/{number}/calls")).await), 0);
    assert!(stand.control().documents().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_yet_waits_and_can_be_taken_back() {
    let stand = on_paper("86400").await;
    let (number, _) = stand.sent().await;
    let waiting = stand.post(&format!("/instances/{number}/paths/check-status"), json!({})).await;
    assert_eq!(waiting["step"], "awaiting", "{waiting:#}");
    assert_eq!(waiting["fields"]["document_status"], "SENT");
    let withdraw = format!("/instances/{number}/paths/withdraw");
    let withdrawn = stand.post(&withdraw, json!({"comment": "another draft is coming"})).await;
    assert_eq!(withdrawn["step"], "withdrawn", "{withdrawn:#}");
    assert_eq!(withdrawn["fields"]["document_state"], "cancelled");
}

#[test]
fn inspect_shows_that_it_asks_for_nothing() {
    let output = binary().args(["inspect", "paper", "--json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["manifest"]["id"], "paper", "{report:#}");
    assert_eq!(report["manifest"]["connections"], json!([]));
}
