//! Real calls become conformance cases: without people and secrets, and the component passes them.

use countersign_conformance::{Case, find_cases, run_case};
use countersign_sandbox::{Sandbox, SandboxConfig};
use countersign_simulators::contract_pdf;
use serde_json::{Value, json};

use crate::stand::{Stand, files_below};

/// What must not be found in a case. The words are Polish and German for given and family name.
const PEOPLE: [&str; 9] = [
    "imię",
    "nazwisko",
    "vorname",
    "nachname",
    "@podpis",
    "@unterschrift",
    "601234567",
    "601 234 567",
    "boss@",
];

/// An instance with people who can be recognised, sent and signed.
async fn signed(stand: &Stand) -> i64 {
    let form = json!({
        "fields": {"title": "Umowa — Imię Nazwisko", "description": "Ask vorname.nachname@unterschrift.example"},
        "lists": {"signers": [
            {"name": "Imię Nazwisko", "email": "Imie.Nazwisko@podpis.example", "role": "SIGNER", "signature": "BASIC",
             "phone": "+48601234567", "sms_unlock": true},
            {"name": "Vorname Nachname", "email": "vorname.nachname@unterschrift.example", "role": "SIGNER", "signature": "BASIC"},
        ]},
    });
    let instance = stand.post("/instances", json!({"workflow": "contract-signing", "form": form})).await;
    let number = instance["number"].as_i64().unwrap();
    let upload =
        format!("/instances/{number}/attachments?name=umowa%20Imi%C4%99_Nazwisko.pdf&category=to-sign");
    let pdf = contract_pdf("Contract with Nachname", &["Vorname Nachname signs here."]);
    assert_eq!(stand.ask("POST", &upload, pdf).await.0, 200);
    stand.post(&format!("/instances/{number}/paths/submit"), json!({})).await;
    let sent = stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
    stand.post(&format!("/instances/{number}/buttons/signing-links"), json!({})).await;
    let document = sent["fields"]["external_document_id"].as_str().unwrap();
    stand.control().sign_all(document).await.unwrap();
    let done = stand.post(&format!("/instances/{number}/paths/check-status"), json!({})).await;
    assert_eq!(done["step"], "approved", "{done:#}");
    number
}

fn export(stand: &Stand, call: &str, more: &[&str]) -> Value {
    let docs = format!("Call {call} of the contract with Vorname Nachname.");
    let mut arguments = vec!["call", "export", call, "--docs", &docs, "--out", "cases", "--json"];
    arguments.extend(more);
    let output = stand.command(&arguments);
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{call}: {said}{wrong}");
    serde_json::from_str(&said).unwrap()
}

/// The written cases pass, and nobody is found in them.
async fn check(stand: &Stand, count: usize) {
    let sandbox = Sandbox::new(SandboxConfig { max_calls: 4, ..SandboxConfig::default() }).unwrap();
    let autenti = sandbox.admit(countersign_components::bundled_by_id("autenti").unwrap().bytes).unwrap();
    let cases = find_cases(&stand.path("cases/autenti")).unwrap();
    assert_eq!(cases.len(), count, "{cases:?}");
    for folder in &cases {
        let verdict = run_case(&autenti, &Case::load(folder).unwrap()).await;
        assert!(verdict.passed(), "{verdict}");
    }
    let credentials = &stand.credentials;
    let secrets = [&credentials.client_secret, &credentials.organisation_id, &credentials.user_id];
    for (path, bytes) in files_below(&stand.path("cases")) {
        let text = format!("{} {}", path.display(), String::from_utf8_lossy(&bytes)).to_lowercase();
        for wanted in PEOPLE.iter().copied().chain(secrets.iter().map(|secret| secret.as_str())) {
            assert!(!text.contains(&wanted.to_lowercase()), "`{wanted}` in {}: {text}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_become_cases_without_people_that_the_component_passes() {
    let mut stand = Stand::up().await;
    let number = signed(&stand).await;
    let calls = stand.get(&format!("/instances/{number}/calls")).await;
    let calls = calls.as_array().unwrap().clone();
    let actions: Vec<&str> = calls.iter().map(|call| call["action"].as_str().unwrap()).collect();
    for action in [
        "send-for-signature",
        "get-signing-link",
        "get-document-status",
        "get-recipient-statuses",
        "get-document",
    ] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    for (index, call) in calls.iter().enumerate() {
        let said = export(&stand, call["id"].as_str().unwrap(), &["--name", &format!("call-{index}")]);
        assert!(said["case"].as_str().unwrap().starts_with("autenti/"), "{said}");
    }
    check(&stand, calls.len()).await;
    let first = export(&stand, &format!("{number}-1"), &["--name", "once-more"]);
    assert_eq!(first["replaced"]["signers"], 2, "{first}");
    let create = Case::load(&stand.path("cases/autenti/send-for-signature/once-more")).unwrap();
    assert_eq!(
        create.file.docs,
        "Call 1-1 of the contract with Signer Two. The bytes of attachments/1.pdf are stand-ins."
    );
    assert_eq!(create.input.to_json()["recipients"][0]["email"], "signer-1@example.com");
    assert_eq!(create.input.to_json()["recipients"][0]["phone"], "+48500000001");

    assert!(stand.stop().await.success());
    export(&stand, &format!("{number}-2"), &["--name", "of-a-stopped-host", "--data", "data"]);
    check(&stand, calls.len() + 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_action_is_recorded_without_a_host() {
    let stand = Stand::without_host().await;
    stand.write("countersign.yaml", &stand.config("127.0.0.1:0").to_string());
    let input = json!({
        "client-reference": "recorded", "title": "Umowa — Imię Nazwisko", "documents": [1],
        "recipients": [{"row-key": "1", "first-name": "Imię", "last-name": "Nazwisko", "role": "SIGNER",
            "email": "Imie.Nazwisko@podpis.example", "signature-type": "BASIC"}],
    });
    stand.write("send.json", &input.to_string());
    std::fs::write(stand.path("umowa.pdf"), contract_pdf("Contract with Nachname", &["Sign here."])).unwrap();
    let record = |action: &str, docs: &str| {
        let what = ["record", "sign", action, "--input", "send.json", "--file", "umowa.pdf"];
        stand.command(&[&what[..], &["--docs", docs, "--out", "cases", "--json"]].concat())
    };
    for (action, docs, expected) in [
        ("send-for-signature", " ", "`--docs` is empty"),
        ("get-document-status", "Another input.", "does not fit `get-document-status`"),
        ("rows", "Rows.", "CS0306"),
    ] {
        let refused = record(action, docs);
        let wrong = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && wrong.contains(expected), "{wrong}");
    }
    assert_eq!(stand.control().documents().len(), 0, "nothing was asked for what is refused");

    let recorded = record("send-for-signature", "Sent for Imię Nazwisko.");
    let said = String::from_utf8_lossy(&recorded.stdout).into_owned();
    assert!(recorded.status.success(), "{said}{}", String::from_utf8_lossy(&recorded.stderr));
    let documents = stand.control().documents();
    assert_eq!((documents.len(), documents[0].status.as_str()), (1, "PROCESSING"), "the provider did it");
    check(&stand, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_taken_along_only_when_asked_for() {
    let stand = Stand::up().await;
    let (number, _) = stand.sent().await;
    let contract = stand.bytes(&format!("/instances/{number}/attachments/1/content")).await;
    let bytes = |name: &str| {
        let file = format!("cases/autenti/send-for-signature/{name}/attachments/1.pdf");
        std::fs::read(stand.path(&file)).unwrap()
    };
    export(&stand, &format!("{number}-1"), &["--name", "with-files", "--files"]);
    assert_eq!(bytes("with-files"), contract);
    export(&stand, &format!("{number}-1"), &["--name", "without"]);
    assert!(bytes("without").starts_with(b"%PDF-") && bytes("without").len() < 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_case_is_refused_in_words() {
    let stand = Stand::up().await;
    let (number, _) = stand.sent().await;
    let call = format!("{number}-1");
    stand.write("hostile.wasm", "");
    std::fs::write(stand.path("hostile.wasm"), countersign_components::hostile()).unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&[&call, "--docs", " "], "`--docs` is empty"),
        (&[&call, "--docs", "ąę"], "give `--name`"),
        (&["9-9", "--docs", "Nothing."], "CS0004"),
        (&[&call, "--docs", "Another.", "--component", "hostile.wasm"], "CS0306"),
        (&[&call, "--docs", "Twice.", "--data", "data"], "leave `--data` out"),
    ];
    for (arguments, expected) in cases {
        let output = stand.command(&[&["call", "export"], arguments].concat());
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && wrong.contains(expected), "{arguments:?}: {wrong}");
    }
    assert!(!stand.path("fixtures").exists(), "nothing is written for what is refused");
    export(&stand, &call, &["--name", "twice"]);
    let again = stand.command(&["call", "export", &call, "--docs", "x", "--name", "twice", "--out", "cases"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
}
