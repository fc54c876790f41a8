//! An event that shares its commit with its call: when that commit fails, the caller is told and nothing has happened.

use serde_json::json;

use crate::stand::Stand;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_with_its_call_has_not_happened() {
    let stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    let check = format!("/instances/{number}/paths/check-status");
    let before = stand.get(&format!("/instances/{number}")).await;

    // Another program holds the database while the call runs.
    let other = stand.database("data");
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (status, problem) = stand.ask("POST", &check, "{}").await;
    assert_eq!((status, problem["code"].as_str()), (503, Some("CS0011")), "{problem:#}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(stand.get(&format!("/instances/{number}")).await, before);

    stand.control().sign_all(&document).await.unwrap();
    let done = stand.post(&check, json!({})).await;
    assert_eq!(done["step"], "approved", "{done:#}");
}
