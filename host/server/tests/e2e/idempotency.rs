//! The same request under the same key is done once: at once, after a `kill -9`, behind a broken connection.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use countersign_simulators::contract_pdf;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::stand::{FIRST, Stand, binary};

fn new_instance() -> Value {
    let signers = json!([{"name": "First Signer", "email": FIRST, "role": "SIGNER", "signature": "BASIC"}]);
    json!({"workflow": "contract-signing", "form": {"fields": {"title": "Once"}, "lists": {"signers": signers}}})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_changing_call_is_done_once_and_answered_again_after_a_crash() {
    let mut stand = Stand::up().await;
    let text = |value: Value| value.to_string().into_bytes();
    let acts: Vec<(&str, &str, Vec<u8>, u16)> = vec![
        ("POST", "/instances", text(new_instance()), 201),
        ("PATCH", "/instances/1/form", text(json!({"fields": {"description": "Twice"}})), 200),
        ("POST", "/instances/1/attachments?name=a.pdf&category=to-sign", contract_pdf("A", &["Sign."]), 200),
        ("PATCH", "/instances/1/attachments/1", text(json!({"deleted": false})), 200),
        ("POST", "/instances/1/paths/submit", text(json!({})), 200),
        ("POST", "/instances/1/paths/accept", text(json!({})), 200),
        ("POST", "/instances/1/buttons/send-reminder", text(json!({})), 200),
    ];
    let mut answers = Vec::new();
    for (number, (method, path, body, status)) in acts.iter().enumerate() {
        let key = format!("key-{number}");
        let first = stand.ask_with(method, path, body.clone(), &[("idempotency-key", &key)]).await;
        assert_eq!(first.0, *status, "{method} {path}: {}", first.1);
        let again = stand.ask_with(method, path, body.clone(), &[("idempotency-key", &key)]).await;
        assert_eq!(again, first, "{method} {path}");
        answers.push(first);
    }
    let audit = stand.get("/audit").await;
    let history = stand.get("/instances/1/history").await;
    stand.kill();
    stand.start().await;
    for (number, (method, path, body, _)) in acts.iter().enumerate() {
        let key = format!("key-{number}");
        let again = stand.ask_with(method, path, body.clone(), &[("idempotency-key", &key)]).await;
        assert_eq!(again, answers[number], "after a crash: {method} {path}");
    }
    assert_eq!(audit["lines"].as_array().unwrap().len(), acts.len(), "each act stands in the log once");
    assert_eq!(stand.get("/audit").await, audit);
    assert_eq!(stand.get("/instances/1/history").await, history);
    assert_eq!(stand.get("/instances").await["instances"].as_array().unwrap().len(), 1);
    assert_eq!(stand.invitations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_one_request_of_one_person() {
    let stand = Stand::up().await;
    let (start, other) = (new_instance().to_string(), json!({"workflow": "contract-signing"}).to_string());
    let (start, other) = (start.as_str(), other.as_str());
    let started = stand.ask_with("POST", "/instances", start.to_owned(), &[("idempotency-key", "k")]).await;
    assert_eq!(started.0, 201);
    let long = "k".repeat(256);
    let mine = "boss@example.com";
    let cases = [
        ("the same", mine, "k", "/instances", start, 201, None),
        ("another body", mine, "k", "/instances", other, 422, Some("CS0301")),
        ("another act", mine, "k", "/instances/1/paths/submit", "{}", 422, Some("CS0301")),
        (
            "another instance is unknown first",
            mine,
            "k",
            "/instances/9/paths/submit",
            "{}",
            404,
            Some("CS0004"),
        ),
        ("another person", "ann@example.com", "k", "/instances", other, 201, None),
        ("no key", mine, "", "/instances", start, 400, Some("CS0002")),
        ("a long key", mine, long.as_str(), "/instances", start, 400, Some("CS0002")),
        ("refused", mine, "r", "/instances/1/paths/submit", "{}", 422, Some("CS0210")),
        ("a refusal is not remembered", mine, "r", "/instances", other, 201, None),
    ];
    for (name, actor, key, path, body, status, code) in cases {
        let headers = [("countersign-actor", actor), ("idempotency-key", key)];
        let (got, answer) = stand.ask_with("POST", path, body.to_owned(), &headers).await;
        assert_eq!((got, answer["code"].as_str()), (status, code), "{name}: {answer}");
    }
    assert_eq!(stand.get("/instances").await["instances"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_act_and_answer_repeats_nothing() {
    let mut stand = Stand::up().await;
    let number = stand.prepared().await;
    let kind = FaultKind::Slow { delay_ms: 60_000 };
    stand.control().add_fault(Fault { on: Endpoint::Act, action: None, skip: 0, count: 1, kind });
    let accept = format!("/instances/{number}/paths/accept");
    let url = format!("{}/api/v1{accept}", stand.url());
    let asking = tokio::spawn(async move {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.post(url).header("countersign-roles", "manager").header("idempotency-key", "k");
        let request = request.header("countersign-actor", "boss@example.com");
        request.header("content-type", "application/json").body("{}").send().await
    });
    let arrived = |stand: &Stand| stand.control().faults().is_empty();
    stand.provider_until(|_| arrived(&stand)).await;
    let key = [("idempotency-key", "k")];
    let (status, refusal) = stand.ask_with("POST", &accept, "{}", &key).await;
    assert_eq!((status, &refusal["code"]), (409, &json!("CS0302")), "under way: {refusal}");
    stand.kill();
    assert!(asking.await.unwrap().is_err(), "nobody was answered");
    stand.start().await;
    let again = stand.ask_with("POST", &accept, "{}", &key).await;
    assert_eq!((again.0, &again.1["step"]), (200, &json!("awaiting")), "{}", again.1["incident"]);
    assert_eq!(stand.invitations(), 1);
    stand.kill();
    stand.start().await;
    stand.post(&format!("/instances/{number}/buttons/signers-status"), json!({})).await;
    assert_eq!(stand.ask_with("POST", &accept, "{}", &key).await, again, "the answer that was given stays");
    let (status, refusal) = stand.ask_with("POST", &accept, "{}", &[("idempotency-key", "l")]).await;
    assert_eq!((status, &refusal["code"]), (409, &json!("CS0207")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_hangs_up_stops_nothing_and_gets_the_answer_later() {
    let stand = Stand::up().await;
    let number = stand.prepared().await;
    let kind = FaultKind::Slow { delay_ms: 500 };
    stand.control().add_fault(Fault { on: Endpoint::CreateProcess, action: None, skip: 0, count: 1, kind });
    let accept = format!("/instances/{number}/paths/accept");
    let key = [("idempotency-key", "k")];
    tokio::select! {
        answer = stand.ask_with("POST", &accept, "{}", &key) => panic!("answered before the hang-up: {answer:?}"),
        () = stand.provider_until(|documents| !documents.is_empty()) => {}
    }
    let (status, answer) = loop {
        let (status, answer) = stand.ask_with("POST", &accept, "{}", &key).await;
        match answer["code"].as_str() {
            Some("CS0302") => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            _ => break (status, answer),
        }
    };
    assert_eq!((status, &answer["step"]), (200, &json!("awaiting")), "{answer}");
    assert_eq!(stand.invitations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_to_go_to_is_given_once_and_not_remembered() {
    let mut stand = Stand::without_host().await;
    let workflow = std::fs::read_to_string(stand.path("workflow.yaml")).unwrap();
    let end_of_accept = "            save-rows: signers\n      reject:";
    assert!(workflow.contains(end_of_accept));
    let redirecting = "            save-rows: signers\n            redirect: ${outcome.link}\n      reject:";
    stand.write("workflow.yaml", &workflow.replace(end_of_accept, redirecting));
    stand.start().await;
    let number = stand.prepared().await;
    let accept = format!("/instances/{number}/paths/accept");
    let key = [("idempotency-key", "k")];
    let (_, mut first) = stand.ask_with("POST", &accept, "{}", &key).await;
    let redirect = first.as_object_mut().unwrap().remove("redirect").unwrap();
    assert!(redirect.as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert_eq!(stand.ask_with("POST", &accept, "{}", &key).await, (200, first));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_asks_again_when_the_connection_breaks() {
    let stand = Stand::up().await;
    stand.write("form.json", &new_instance()["form"].to_string());
    std::fs::write(stand.path("a.pdf"), contract_pdf("A", &["Sign."])).unwrap();
    let commands: [&[&str]; 4] = [
        &["start", "contract-signing", "--form", "form.json", "--json"],
        &["edit", "1", "--set", "description=By hand", "--json"],
        &["attach", "1", "a.pdf", "--category", "to-sign", "--json"],
        &["take", "1", "submit", "--json"],
    ];
    for arguments in commands {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let breaking = tokio::spawn(breaks_the_first(listener, stand.url().replace("http://", "")));
        let mut command = binary();
        command.args(arguments).env("COUNTERSIGN_URL", url).current_dir(stand.folder.path());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(shown["number"], 1, "{arguments:?}");
        assert_eq!(breaking.await.unwrap(), 2, "{arguments:?} came once more");
    }
    let audit = stand.get("/audit").await;
    let verbs: Vec<&str> =
        audit["lines"].as_array().unwrap().iter().map(|line| line["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs, ["take", "attach", "edit", "start"], "each was done once");
}

/// Passes the first request on, waits for its answer, and hangs up instead of giving it. Serves one more.
async fn breaks_the_first(listener: TcpListener, host: String) -> usize {
    let (mut caller, _) = listener.accept().await.unwrap();
    let mut behind = TcpStream::connect(&host).await.unwrap();
    let (mut from_caller, mut to_caller) = caller.split();
    let (mut from_host, mut to_host) = behind.split();
    let mut answer = [0; 1];
    tokio::select! {
        _ = tokio::io::copy(&mut from_caller, &mut to_host) => panic!("the caller gave up first"),
        read = from_host.read_exact(&mut answer) => { read.unwrap(); }
    }
    to_caller.shutdown().await.unwrap();
    drop((caller, behind));
    let (mut caller, _) = listener.accept().await.unwrap();
    let mut behind = TcpStream::connect(&host).await.unwrap();
    let _ = tokio::io::copy_bidirectional(&mut caller, &mut behind).await;
    2
}
