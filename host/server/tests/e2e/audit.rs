//! The audit log: every act of a person, once, in its own words; kept over a crash; nothing of the host's own doing.

use serde_json::{Value, json};

use crate::stand::Stand;

#[tokio::test(flavor = "multi_thread")]
async fn every_act_of_a_person_is_a_line() {
    let mut stand = Stand::up().await;
    let number = stand.prepared().await;
    let path = format!("/instances/{number}");
    stand.post(&format!("{path}/paths/reject"), json!({"comment": "the price — za wysoka"})).await;
    let (status, _) =
        stand.ask("PATCH", &format!("{path}/form"), json!({"fields": {"title": "T"}}).to_string()).await;
    assert_eq!(status, 200);
    stand.post(&format!("{path}/paths/submit"), json!({})).await;
    let (refused, _) = stand.ask("POST", &format!("{path}/paths/submit"), "{}").await;
    assert_eq!(refused, 409, "what was refused was not done");
    stand.post(&format!("{path}/paths/accept"), json!({})).await;
    stand.post(&format!("{path}/buttons/signers-status"), json!({})).await;
    let expect = [
        ("press", "awaiting", json!({"button": "signers-status"})),
        ("take", "approval", json!({"path": "accept"})),
        ("take", "prepare", json!({"path": "submit"})),
        ("edit", "prepare", json!({"fields": ["title"], "lists": []})),
        ("take", "approval", json!({"path": "reject", "comment": "the price — za wysoka"})),
        ("take", "prepare", json!({"path": "submit"})),
        ("attach", "prepare", json!({"name": "umowa ż.pdf", "category": "to-sign"})),
        ("start", "prepare", json!({"workflow": "contract-signing", "connections": {"sign": "sign"}})),
    ];
    stand.kill();
    stand.start().await;
    let page = stand.get("/audit").await;
    let lines = page["lines"].as_array().unwrap();
    assert_eq!(lines.len(), expect.len(), "{page:#}");
    let id = stand.get(&path).await["id"].as_str().unwrap().to_owned();
    for (line, (verb, step, detail)) in lines.iter().zip(&expect) {
        assert_eq!((&line["verb"], &line["detail"]["step"]), (&json!(verb), &json!(step)), "{line}");
        assert_eq!(
            (&line["actor"], &line["detail"]["roles"]),
            (&json!("boss@example.com"), &json!(["manager"]))
        );
        assert_eq!(line["object"], format!("instance {id}"));
        for (name, value) in detail.as_object().unwrap() {
            assert_eq!(&line["detail"][name], value, "{line}");
        }
    }
    the_log_is_read_in_pages(&stand, lines).await;
}

async fn the_log_is_read_in_pages(stand: &Stand, lines: &[Value]) {
    let mut paged: Vec<Value> = Vec::new();
    let mut query = "/audit?limit=3".to_owned();
    loop {
        let page = stand.get(&query).await;
        paged.extend(page["lines"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_i64() else { break };
        query = format!("/audit?limit=3&before={next}");
    }
    assert_eq!(paged, lines);
    let output = stand.command(&["audit", "--limit", "5"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("za wysoka") && said.contains("--before"), "{said}");
    let json: Value = serde_json::from_slice(&stand.command(&["audit", "--json"]).stdout).unwrap();
    assert_eq!(json["lines"].as_array().unwrap(), lines);
}
