//! The command line as people and programs use it.

use serde_json::{Value, json};

use crate::stand::{Stand, binary};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_driven_from_the_command_line() {
    let stand = Stand::up().await;
    stand.write(
        "form.json",
        r#"{"lists": {"signers": [{"name": "A Signer", "email": "a@example.com", "role": "SIGNER"}]}}"#,
    );
    std::fs::write(
        stand.path("contract.pdf"),
        countersign_simulators::contract_pdf("Contract", &["Sign here."]),
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let output = stand.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let started: Value = serde_json::from_str(&run(&[
        "start",
        "contract-signing",
        "--set",
        "title=From a terminal",
        "--form",
        "form.json",
        "--json",
    ]))
    .unwrap();
    let number = started["number"].to_string();
    assert!(run(&["edit", &number, "--set", "description=By hand"]).contains("By hand"));
    assert!(run(&["attach", &number, "contract.pdf", "--category", "to-sign"]).contains("contract.pdf"));
    assert!(run(&["take", &number, "submit"]).contains("Manager approval"));
    let refused = stand.command(&["take", &number, "accept", "--as", "author"]);
    assert!(
        !refused.status.success() && text(&refused.stderr).contains("CS0208"),
        "{}",
        text(&refused.stderr)
    );
    assert!(run(&["take", &number, "accept", "--as", "boss", "--role", "manager"]).contains("Awaiting"));
    assert!(run(&["timers"]).contains("hourly"));
    assert!(run(&["timers", &number, "--preview", "3"]).matches("hourly").count() == 3);
    assert!(run(&["sources", "sign"]).contains("recipient-roles"));
    assert!(run(&["sources", "sign", "recipient-roles"]).contains("SIGNER"));
    assert!(run(&["sources", "sign", "labels"]).contains("TAG-1"));
    assert!(run(&["list"]).contains("awaiting"));
    assert!(run(&["list", "--workflow", "contract-signing", "--step", "awaiting"]).contains("awaiting"));
    assert!(!run(&["list", "--workflow", "another&workflow=x"]).contains("awaiting"), "values are encoded");
    assert!(run(&["sources", "sign", "recipient-roles", "--filter", "Sign"]).contains("SIGNER"));
    assert!(!run(&["sources", "sign", "recipient-roles", "--filter", "x&y"]).contains("SIGNER"));
    let document = stand.control().documents().remove(0);
    stand.control().sign_all(&document.id).await.unwrap();
    assert!(run(&["take", &number, "check-status"]).contains("Approved"));
    let shown = run(&["show", &number, "--calls"]);
    assert!(shown.contains("sign.send-for-signature") && shown.contains("POST"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "colours appear on a terminal only");
    run(&["fetch", &number, "2", "-o", "signed.pdf"]);
    assert!(std::fs::read(stand.path("signed.pdf")).unwrap().starts_with(b"%PDF-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_takes_a_path_does_both_or_nothing() {
    let mut stand = Stand::without_host().await;
    stand.write("round-trip.yaml", include_str!("../../src/bench/workflows/round-trip.yaml"));
    stand.start_with(|config| config["workflows"] = json!(["workflow.yaml", "round-trip.yaml"])).await;
    let refused =
        stand.command(&["start", "contract-signing", "--set", "title=No files", "--take", "submit"]);
    assert!(text(&refused.stderr).contains("CS0210"), "{}", text_of(&refused));
    stand.write("people.json", r#"{"lists": {"people": [{"email": "a@example.com"}]}}"#);
    let arguments = ["start", "round-trip", "--set", "document=DOCUMENT_PROCESS:unknown"];
    let taken =
        stand.command(&[&arguments[..], &["--form", "people.json", "--take", "ask", "--json"]].concat());
    let taken: Value = serde_json::from_slice(&taken.stdout).unwrap();
    assert_eq!(taken["incident"]["action"], "sign.get-signing-link", "the provider was asked: {taken:#}");
    let list: Value = serde_json::from_slice(&stand.command(&["list", "--json"]).stdout).unwrap();
    assert_eq!(list["instances"].as_array().unwrap().len(), 1, "{list:#}");
}

#[test]
fn a_bad_definition_is_shown_with_all_its_problems_and_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.yaml");
    let good = include_str!("../../../../fixtures/workflows/contract-signing/workflow.yaml");
    std::fs::write(
        &file,
        good.replace("to: approval", "to: aproval").replace("start: prepare", "start: prepare\nstrat: x"),
    )
    .unwrap();
    let output = binary().arg("check").arg(&file).output().unwrap();
    let said = text(&output.stdout);
    assert!(!output.status.success());
    assert!(said.contains("aproval") && said.contains("strat") && said.contains("bad.yaml:"), "{said}");
    let json = binary().args(["check", "--json"]).arg(&file).output().unwrap();
    let report: Value = serde_json::from_slice(&json.stdout).unwrap();
    let problems = report[0]["problems"].as_array().unwrap();
    assert!(
        problems.len() >= 2 && problems.iter().all(|problem| problem["line"].as_u64() > Some(0)),
        "{problems:#?}"
    );
}

#[test]
fn an_attachment_query_is_checked_with_the_definition() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("query.yaml");
    let good = include_str!("../../../../fixtures/workflows/contract-signing/workflow.yaml");
    for (query, fine) in
        [("SELECT id FROM attachments WHERE deleted = 0", true), ("DELETE FROM attachments", false)]
    {
        let text =
            good.replace("documents: {category: to-sign}", &format!("documents: {{query: \"{query}\"}}"));
        assert_ne!(text, good);
        std::fs::write(&file, text).unwrap();
        let output = binary().arg("check").arg(&file).output().unwrap();
        assert_eq!(output.status.success(), fine, "{query}: {}", text_of(&output));
    }
}

fn text_of(output: &std::process::Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn components_are_shown_and_refused_in_words() {
    let good = binary().args(["inspect", "autenti"]).output().unwrap();
    let said = text(&good.stdout);
    assert!(
        good.status.success() && said.contains("/document-processes") && said.contains("admitted"),
        "{said}"
    );
    let json = binary().args(["inspect", "autenti", "--json"]).output().unwrap();
    let inspection: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(inspection["manifest"]["id"], "autenti");

    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.wasm");
    let bytes = countersign_components::bundled_by_id("autenti").unwrap().bytes;
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let refused = binary().arg("inspect").arg(&cut).output().unwrap();
    assert!(
        !refused.status.success() && text(&refused.stderr).contains("broken or cut off"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn schema_and_explanations_are_printed() {
    let schema = binary().arg("schema").output().unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert!(schema["properties"]["steps"].is_object());
    let explained = binary().args(["explain", "cs0208"]).output().unwrap();
    assert!(text(&explained.stdout).contains("role"));
    assert!(!binary().args(["explain", "CS9999"]).output().unwrap().status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_what_waits_for_a_person_and_not_for_the_outside() {
    let stand = Stand::up().await;
    let (awaiting, _) = stand.sent().await;
    let approval = stand.prepared().await;
    let listed = |arguments: &[&str]| {
        let output = stand.command(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let page: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let numbers =
            page["instances"].as_array().unwrap().iter().map(|instance| instance["number"].as_i64());
        numbers.map(Option::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(listed(&["list", "--json"]), [approval, awaiting], "whoever administers sees all");
    assert_eq!(listed(&["list", "--tasks", "--role", "manager", "--json"]), [approval]);
    assert_eq!(listed(&["list", "--tasks", "--role", "clerk", "--json"]), [] as [i64; 0]);
}
