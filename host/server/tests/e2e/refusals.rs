//! Bad input over the API and at start: the right status, a code, a sentence; nothing half done.

use countersign_simulators::contract_pdf;
use serde_json::{Value, json};

use crate::stand::{Stand, binary};

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_get_a_status_a_code_and_a_sentence() {
    let stand = Stand::up().await;
    let number = stand.prepared().await;
    let before = stand.get(&format!("/instances/{number}")).await;
    let i = format!("/instances/{number}");
    let cases: Vec<(&str, String, Value, u16, &str)> = vec![
        ("GET", "/instances/99".into(), json!({}), 404, "CS0004"),
        ("GET", "/nowhere".into(), json!({}), 404, "CS0004"),
        ("POST", "/instances".into(), json!({"workflow": "unknown"}), 404, "CS0004"),
        (
            "POST",
            "/instances".into(),
            json!({"workflow": "contract-signing", "connections": {"x": "y"}}),
            422,
            "CS0007",
        ),
        (
            "POST",
            "/instances".into(),
            json!({"workflow": "contract-signing", "connections": {"sign": "y"}}),
            404,
            "CS0007",
        ),
        (
            "POST",
            "/instances".into(),
            json!({"workflow": "contract-signing", "form": {"fields": {"nothing": 1}}}),
            422,
            "CS0212",
        ),
        (
            "POST",
            "/instances".into(),
            json!({"workflow": "contract-signing", "form": {"fields": {"external_document_id": "x"}}}),
            422,
            "CS0212",
        ),
        ("POST", format!("{i}/paths/submit"), json!({}), 409, "CS0207"),
        ("POST", format!("{i}/paths/nowhere"), json!({}), 404, "CS0206"),
        ("POST", format!("{i}/paths/reject"), json!({}), 422, "CS0209"),
        ("POST", format!("{i}/buttons/nothing"), json!({}), 404, "CS0206"),
        ("POST", format!("{i}/incident/retry"), json!({}), 409, "CS0219"),
        ("PATCH", format!("{i}/attachments/9"), json!({"deleted": true}), 404, "CS0216"),
        (
            "PATCH",
            format!("{i}/form"),
            json!({"lists": {"signers": [{"name": "X", "email": "no address", "role": "KING"}]}}),
            422,
            "CS0212",
        ),
        ("POST", format!("{i}/attachments?name=x.txt&category=unknown"), json!({}), 422, "CS0218"),
        ("POST", format!("{i}/attachments?name=..%2Fx.pdf&category=to-sign"), json!({}), 400, "CS0002"),
        ("POST", format!("{i}/attachments?name=x.txt"), json!({}), 400, "CS0002"),
    ];
    for (method, path, body, status, code) in cases {
        let (got, answer) = stand.ask(method, &path, body.to_string()).await;
        assert_eq!(
            (got, answer["code"].as_str()),
            (status, Some(code)),
            "{method} {path} {body}: {answer:#}"
        );
        assert!(
            answer["detail"].as_str().is_some_and(|detail| detail.len() > 10),
            "{method} {path}: {answer}"
        );
    }
    assert_eq!(stand.get(&i).await, before, "nothing of it was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_refused_before_any_request_names_the_field() {
    let stand = Stand::up().await;
    let form = |signers: Value| json!({"fields": {"title": "T"}, "lists": {"signers": signers}});
    let signer = |email: &str, role: &str, order: i64| json!({"name": "A Signer", "email": email, "role": role, "order": order});
    let cases = [
        (
            form(json!([signer("a@example.com", "SIGNER", 1), signer("A@example.com", "SIGNER", 2)])),
            "a.pdf",
            "email",
        ),
        (
            form(json!([signer("a@example.com", "SIGNER", 1), signer("b@example.com", "APPROVER", 2)])),
            "a.pdf",
            "order",
        ),
        (form(json!([signer("a@example.com", "SIGNER", 1)])), "a.docx", "documents"),
        (form(json!([signer("a@example.com", "SIGNER", 1)])), "no-pdf.pdf", "documents"),
    ];
    for (form, file, field) in cases {
        let content =
            if file == "no-pdf.pdf" { b"<html>".to_vec() } else { contract_pdf("Contract", &["Sign."]) };
        let instance = stand.post("/instances", json!({"workflow": "contract-signing", "form": form})).await;
        let path = format!("/instances/{}", instance["number"]);
        let (status, _) =
            stand.ask("POST", &format!("{path}/attachments?name={file}&category=to-sign"), content).await;
        assert_eq!(status, 200);
        stand.post(&format!("{path}/paths/submit"), json!({})).await;
        let failed = stand.post(&format!("{path}/paths/accept"), json!({})).await;
        assert_eq!(failed["step"], "approval");
        let named = failed["incident"]["failure"]["invalid"]["field"].as_str().unwrap_or_default().to_owned();
        assert!(named.contains(field), "{field}: {}", failed["incident"]);
    }
    assert!(stand.control().documents().is_empty(), "nothing reached the provider");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_beyond_the_provider_s_limit_are_refused_before_anything_is_sent() {
    let stand = Stand::up().await;
    let form = json!({"fields": {"title": "T"}, "lists": {"signers": [{"name": "A Signer", "email": "a@example.com", "role": "SIGNER"}]}});
    let instance = stand.post("/instances", json!({"workflow": "contract-signing", "form": form})).await;
    let path = format!("/instances/{}", instance["number"]);
    let pdf = countersign_simulators::contract_pdf_of_size("Annex", &["Long."], 21 * 1024 * 1024);
    let (status, _) =
        stand.ask("POST", &format!("{path}/attachments?name=a.pdf&category=to-sign"), pdf).await;
    assert_eq!(status, 200);
    stand.post(&format!("{path}/paths/submit"), json!({})).await;
    let failed = stand.post(&format!("{path}/paths/accept"), json!({})).await;
    let failure = &failed["incident"]["failure"]["invalid"];
    assert!(failure["reason"].as_str().is_some_and(|reason| reason.contains("20")), "{}", failed["incident"]);
    assert!(stand.control().documents().is_empty(), "nothing reached the provider");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_host_on_the_same_data_is_refused() {
    let stand = Stand::up().await;
    let config = stand.write("second.yaml", &stand.config("127.0.0.1:0").to_string());
    let second = binary().args(["serve", "--config"]).arg(config).output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && said.contains("in use by the host with process id"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_is_told_in_words_before_anything_runs() {
    let stand = Stand::without_host().await;
    let mend = |path: &[&str], value: Value| {
        let mut config = stand.config("127.0.0.1:0");
        let mut place = &mut config;
        for key in path {
            place = &mut place[*key];
        }
        *place = value;
        config.to_string()
    };
    let authentication = ["connections", "sign", "roles", "api", "authentication"];
    let at = |key: &'static str| [authentication.as_slice(), &[key]].concat();
    std::fs::write(stand.path("truncated.wasm"), &b"\0asm\x0d\0\x01\0\x07"[..]).unwrap();
    std::fs::write(stand.path("not.pem"), "this is no key").unwrap();
    std::fs::write(stand.path("bad.yaml"), "kind: Workflow\nsteps: {").unwrap();
    let cases: Vec<(String, &str)> = vec![
        ("listen: [".to_owned(), "is wrong"),
        (mend(&["unknown"], json!(1)), "unknown"),
        (mend(&["listen"], json!("0.0.0.0:9999")), "api-token"),
        (mend(&["connections", "sign", "provider"], json!("unknown")), "not bundled"),
        (mend(&["connections", "sign", "provider"], json!("truncated.wasm")), "broken or cut off"),
        (mend(&["connections", "sign", "provider"], json!("missing.wasm")), "cannot be read"),
        (mend(&at("private-key"), json!({"file": stand.path("not.pem")})), "private-key"),
        (mend(&at("private-key"), json!({"file": stand.path("missing.pem")})), "private-key"),
        (mend(&at("client-secret"), json!({"env": "COUNTERSIGN_TEST_UNSET"})), "COUNTERSIGN_TEST_UNSET"),
        (mend(&["connections", "sign", "roles", "api", "base-url"], json!("ftp://x")), "base-url"),
        (mend(&["workflows"], json!(["bad.yaml"])), "bad.yaml"),
        (mend(&["data"], json!("workflow.yaml")), "not a directory"),
    ];
    for (config, wanted) in cases {
        let file = stand.write("wrong.yaml", &config);
        let output = binary().args(["serve", "--config"]).arg(file).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(wanted), "wanted `{wanted}`:\n{said}\n{config}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_cannot_be_reached_leaves_an_incident() {
    let stand = Stand::up().await;
    let number = stand.prepared().await;
    stand.control().add_fault(countersign_simulators::autenti::Fault {
        on: countersign_simulators::autenti::Endpoint::Token,
        action: None,
        skip: 0,
        count: 20,
        kind: countersign_simulators::autenti::FaultKind::DropBefore,
    });
    let failed = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!(failed["step"], "approval");
    let message = failed["incident"]["message"].as_str().unwrap();
    assert!(message.contains("token"), "{message}");
    assert!(stand.control().documents().is_empty());
}
