//! One call as a person reads it, and what is said when its journal is damaged.

use serde_json::json;

use crate::stand::Stand;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_shown_with_its_exchanges_and_without_secrets() {
    let stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    let id = stand.get(&format!("/instances/{number}/calls")).await[0]["id"].as_str().unwrap().to_owned();
    let call = stand.get(&format!("/calls/{id}")).await;
    assert_eq!(stand.get(&format!("/calls/{number}-1")).await, call, "by the short name");
    assert_eq!((&call["instance"], &call["action"]), (&json!(number), &json!("send-for-signature")));
    assert_eq!(call["component"].as_str().unwrap().len(), 64);
    assert_eq!(call["result"]["call-succeeded"]["outcome"]["document-id"], document.as_str());
    let exchanges = call["exchanges"].as_array().unwrap();
    assert!(exchanges.len() >= 3, "create, upload, send: {call:#}");
    assert!(exchanges[0]["request-body"]["text"].as_str().unwrap().contains("Framework agreement"));
    assert_eq!(exchanges[0]["method"], "POST");

    let whole = stand.command(&["call", "show", &id]);
    let said = String::from_utf8(whole.stdout).unwrap();
    for wanted in [id.as_str(), "POST", "/document-processes", "Framework agreement", "outcome", "once"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    for secret in [stand.credentials.client_secret.as_str(), "Bearer ", "authorization"] {
        assert!(!said.contains(secret) && !call.to_string().contains(secret), "{secret}: {said}");
    }
    for unknown in ["nothing", "9-1", &format!("{number}-99")] {
        let (status, refusal) = stand.ask("GET", &format!("/calls/{unknown}"), "").await;
        assert_eq!((status, &refusal["code"]), (404, &json!("CS0004")), "{unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_is_named_and_harms_nothing_else() {
    let mut stand = Stand::up().await;
    let (number, _) = stand.sent().await;
    assert!(stand.stop().await.success());
    let database = std::fs::read_dir(stand.path("data")).unwrap();
    let mut files = database.map(|entry| entry.unwrap().path());
    let database =
        files.find(|path| std::fs::read(path).is_ok_and(|b| b.starts_with(b"SQLite format 3"))).unwrap();
    rusqlite::Connection::open(database).unwrap().execute("UPDATE exchange SET json = '{'", []).unwrap();
    stand.start().await;
    for path in [format!("/calls/{number}-1"), format!("/instances/{number}/calls")] {
        let (status, refusal) = stand.ask("GET", &path, "").await;
        assert_eq!((status, &refusal["code"]), (500, &json!("CS0303")), "{refusal}");
        assert!(refusal["detail"].as_str().unwrap().contains("-1`"), "{refusal}");
    }
    assert_eq!(stand.get(&format!("/instances/{number}")).await["step"], "awaiting");
    stand.post(&format!("/instances/{number}/buttons/signers-status"), json!({})).await;
}
