//! What an operator does about an incident beside trying again: skip the action, or correct a field; each with a reason.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::{Value, json};

use crate::stand::Stand;

fn said(stand: &Stand, arguments: &[&str]) -> String {
    let output = stand.command(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The newest line of the audit log: who, which verb, why.
async fn audited(stand: &Stand) -> (Value, Value, Value) {
    let line = &stand.get("/audit?limit=1").await["lines"][0];
    (line["actor"].clone(), line["verb"].clone(), line["detail"]["reason"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_not_needed_is_skipped() {
    let mut stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    stand.control().sign_all(&document).await.unwrap();
    let before = stand.get(&format!("/instances/{number}")).await;
    // The status is read first, then the recipients.
    stand.control().add_fault(Fault::once(Endpoint::ReadProcess, FaultKind::PaymentRequired).after(1));
    let failed = stand.post(&format!("/instances/{number}/paths/check-status"), json!({})).await;
    assert_eq!(
        (&failed["step"], &failed["incident"]["action"]),
        (&json!("awaiting"), &json!("sign.get-recipient-statuses"))
    );
    assert_eq!(failed["fields"], before["fields"], "nothing of the failed run is kept");
    stand.kill();
    stand.start().await;

    let text = number.to_string();
    assert!(said(&stand, &["incident", "show", &text]).contains("incident skip"));
    said(&stand, &["incident", "skip", &text, "--reason", "nobody looks at it", "--as", "op@example.com"]);
    let ended = stand.get(&format!("/instances/{number}")).await;
    assert_eq!((&ended["step"], &ended["incident"]), (&json!("approved"), &Value::Null), "{ended:#}");
    assert_eq!(ended["fields"]["document_state"], "completed", "what was written before the failure counts");
    let expect = (json!("op@example.com"), json!("skip"), json!("nobody looks at it"));
    assert_eq!(audited(&stand).await, expect);
    let shown = said(&stand, &["show", &text]);
    assert!(shown.contains("sign.get-recipient-statuses skipped: nobody looks at it"), "{shown}");
    let closed = stand.get("/incidents?all=true").await;
    assert_eq!(closed[0]["closed"], "the action was skipped: nobody looks at it");
    assert_eq!(stand.invitations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_corrects_a_field_and_tries_again() {
    let stand = Stand::up().await;
    let number = stand.prepared().await;
    let (path, text) = (format!("/instances/{number}"), number.to_string());
    let set = [
        "incident",
        "set",
        &text,
        "title=Corrected",
        "--reason",
        "a slip of the pen",
        "--as",
        "op@example.com",
    ];
    let early = stand.command(&set);
    assert!(String::from_utf8_lossy(&early.stderr).contains("CS0219"), "nothing has failed yet: {early:?}");
    stand.control().add_fault(Fault::once(Endpoint::UploadFile, FaultKind::PaymentRequired));
    let failed = stand.post(&format!("{path}/paths/accept"), json!({})).await;
    assert!(failed["incident"].is_object(), "{failed:#}");

    let refused = stand.command(&["edit", &text, "--set", "title=Corrected", "--as", "op@example.com"]);
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("CS0208"),
        "the step is the manager's: {refused:?}"
    );
    let refused = stand.command(&[&set[..], &["--role", "clerk"]].concat());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("CS0208"), "{refused:?}");
    let wrong = stand.command(&["incident", "set", &text, "link=nowhere", "--reason", "x"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("CS0212"), "{wrong:?}");

    said(&stand, &set);
    assert_eq!(audited(&stand).await, (json!("op@example.com"), json!("set"), json!("a slip of the pen")));
    said(&stand, &["incident", "retry", &text, "--reason", "mended", "--as", "op@example.com"]);
    assert_eq!(audited(&stand).await, (json!("op@example.com"), json!("retry"), json!("mended")));
    let sent = stand.get(&path).await;
    assert_eq!(
        (&sent["step"], &sent["fields"]["title"]),
        (&json!("awaiting"), &json!("Corrected")),
        "{sent:#}"
    );
    assert!(said(&stand, &["show", &text]).contains("corrected title: a slip of the pen"));
    assert_eq!(stand.invitations(), 1);
}
