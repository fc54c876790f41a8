//! Incidents: the list, the evidence, and every answer that a send in doubt can get.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::{Value, json};

use crate::stand::Stand;

/// An instance whose send is in doubt: the answer to the sending is lost, and so is every look at the process.
async fn in_doubt(stand: &Stand, lost: FaultKind) -> (i64, String) {
    let number = stand.prepared().await;
    let fault = |on, count, kind| Fault { on, action: None, skip: 0, count, kind };
    stand.control().add_fault(fault(Endpoint::Act, 1, lost));
    let blind = FaultKind::ServerErrorBefore { status: 503 };
    stand.control().add_fault(fault(Endpoint::ReadProcess, 50, blind));
    let failed = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!(failed["incident"]["in-doubt"], true, "{failed:#}");
    stand.control().clear_faults();
    (number, stand.control().documents().last().unwrap().id.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_in_doubt_is_listed_shown_with_its_evidence_and_answered() {
    let cases = [
        (
            "sent",
            FaultKind::DropAfter,
            "awaiting",
            "the document was sent",
            json!({"sent": {"document-id": "ID"}}),
        ),
        ("not-sent", FaultKind::DropBefore, "awaiting", "the document was not sent", json!("not-sent")),
        ("dismiss", FaultKind::DropAfter, "approval", "called them", json!(null)),
    ];
    for (answer, lost, step, closed, audited) in cases {
        let mut stand = Stand::up().await;
        let (number, document) = in_doubt(&stand, lost).await;
        let evidence = stand.get(&format!("/instances/{number}/incident")).await;
        the_evidence_is_whole(&evidence, &document);
        stand.kill();
        stand.start().await;
        assert_eq!(stand.get(&format!("/instances/{number}/incident")).await, evidence, "after a crash");
        the_command_line_shows_it(&stand, number, &document);

        let number_text = number.to_string();
        let mut arguments =
            vec!["incident", answer, &number_text, "--as", "op@example.com", "--role", "manager"];
        match answer {
            "sent" => arguments.push(&document),
            "dismiss" => arguments.extend(["--abandon", "--reason", "called them"]),
            _ => {}
        }
        let output = stand.command(&arguments);
        assert!(output.status.success(), "{answer}: {}", String::from_utf8_lossy(&output.stderr));
        let instance = stand.get(&format!("/instances/{number}")).await;
        assert_eq!((&instance["step"], &instance["incident"]), (&json!(step), &Value::Null), "{answer}");
        assert_eq!(stand.invitations(), 1, "{answer}");

        assert_eq!(stand.get("/incidents").await, json!([]), "{answer}");
        let all = stand.get("/incidents?all=true").await;
        assert_eq!((&all[0]["closed"], &all[0]["in-doubt"]), (&json!(closed), &json!(true)), "{answer}");
        let line = &stand.get("/audit?limit=1").await["lines"][0];
        let audited: Value = serde_json::from_str(&audited.to_string().replace("ID", &document)).unwrap();
        assert_eq!(line["actor"], "op@example.com");
        assert_eq!(line["detail"]["call"], evidence["incidents"][0]["call-id"]);
        match answer {
            "dismiss" => assert_eq!(
                (&line["verb"], &line["detail"]["reason"], &line["detail"]["abandon"]),
                (&json!("dismiss"), &json!("called them"), &json!(true))
            ),
            _ => assert_eq!((&line["verb"], &line["detail"]["answer"]), (&json!("resolve"), &audited)),
        }
    }
}

fn the_evidence_is_whole(evidence: &Value, document: &str) {
    let case = &evidence["incidents"][0];
    assert_eq!(evidence["answers"], json!(["sent", "not-sent", "dismiss", "dismiss-abandon"]));
    assert!(case["failure"]["in-doubt"].is_string(), "{case:#}");
    assert_eq!(case["call"]["id"], case["call-id"]);
    let exchanges = case["call"]["exchanges"].as_array().unwrap();
    for exchange in exchanges {
        assert_eq!(exchange["request-sha256"].as_str().unwrap().len(), 64, "{exchange}");
        assert!(exchange["started-at-ms"].as_i64().unwrap() > 0, "{exchange}");
    }
    let once = exchanges.iter().find(|exchange| exchange["failure"].is_string()).unwrap();
    assert_eq!((&once["repeat"], &once["status"]), (&json!("once"), &Value::Null), "{once}");
    let candidate = &evidence["documents"][0];
    assert_eq!((&candidate["document-id"], &candidate["standing"]), (&json!(document), &json!("in-doubt")));
    assert!(!candidate["client-reference"].as_str().unwrap().is_empty());
}

fn the_command_line_shows_it(stand: &Stand, number: i64, document: &str) {
    let said = |arguments: &[&str]| {
        let output = stand.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let list = said(&["incident", "list"]);
    assert!(list.contains("in doubt") && list.contains("contract-signing"), "{list}");
    let shown = said(&["incident", "show", &number.to_string()]);
    for wanted in [document, "in doubt in path accept", "once", "incident not-sent", "--abandon"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    let listed: Value = serde_json::from_str(&said(&["incident", "list", "--json"])).unwrap();
    assert_eq!(listed[0]["instance"], number);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_incidents_tell_what_can_be_answered() {
    let mut stand = Stand::without_host().await;
    stand.retry_sends("{limit: 0}");
    stand.start().await;
    let number = stand.prepared().await;
    let path = format!("/instances/{number}/incident");
    let none = stand.get(&path).await;
    assert_eq!((&none["incidents"], &none["answers"]), (&json!([]), &json!([])));
    let kind = FaultKind::ServerErrorBefore { status: 503 };
    stand.control().add_fault(Fault { on: Endpoint::UploadFile, action: None, skip: 0, count: 10, kind });
    stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    let failed = stand.get(&path).await;
    assert_eq!(failed["answers"], json!(["retry", "skip", "set", "dismiss", "dismiss-abandon"]));
    assert_eq!(failed["documents"][0]["standing"], "unsent");
    assert_eq!(stand.get("/incidents").await[0]["in-doubt"], false);
    stand.control().clear_faults();
    stand.post(&format!("{path}/retry"), json!({})).await;
    assert_eq!(stand.get("/incidents?all=true").await[0]["closed"], "it succeeded at last");
    assert_eq!(stand.get("/audit?limit=1").await["lines"][0]["verb"], "retry");
}
