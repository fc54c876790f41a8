//! What a component asks for, compared, approved and kept in the lock file.

use std::process::Output;

use serde_json::{Value, json};

use crate::stand::{Stand, binary};

/// A rule of Autenti's manifest, and one of the same length that allows less.
const RULE: &str = "/parties/{party}/action-links";
const NARROW: &str = "/parties/-party-/action-links";

fn autenti() -> Vec<u8> {
    countersign_components::bundled_by_id("autenti").unwrap().bytes.to_vec()
}

/// Autenti asking for less: one template of its manifest is a plain segment.
fn narrow() -> Vec<u8> {
    let mut bytes = autenti();
    let found: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(RULE.as_bytes())).collect();
    assert_eq!(found.len(), 1, "the rule stands in the manifest and nowhere else");
    bytes[found[0]..found[0] + RULE.len()].copy_from_slice(NARROW.as_bytes());
    bytes
}

fn put(stand: &Stand, name: &str, bytes: &[u8]) {
    std::fs::write(stand.path(name), bytes).unwrap();
}

fn as_file(config: &mut Value) {
    config["connections"]["sign"]["provider"] = json!("provider.wasm");
}

fn lock(stand: &Stand) -> String {
    std::fs::read_to_string(stand.path("countersign.lock")).unwrap()
}

/// A start that must not succeed; what it said.
fn refused(stand: &Stand) -> String {
    let output = stand.command(&["serve"]);
    assert!(!output.status.success());
    said(&output)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_asks_for_more_starts_once_it_is_approved() {
    let mut stand = Stand::without_host().await;
    put(&stand, "provider.wasm", &narrow());
    stand.start_with(as_file).await;
    let first = lock(&stand);
    assert!(first.contains("provider.wasm:") && first.contains(NARROW), "{first}");
    assert!(!first.contains(&stand.folder.path().display().to_string()), "it is the same on every machine");
    stand.stop().await;

    put(&stand, "provider.wasm", &autenti());
    let why = refused(&stand);
    for part in ["CS0114", "widened rule `get-signing-link`", RULE, "countersign approve provider.wasm"] {
        assert!(why.contains(part), "{part}: {why}");
    }
    assert_eq!(lock(&stand), first, "a refusal approves nothing");

    let approved = stand.command(&["approve", "provider.wasm"]);
    let shown = said(&approved);
    assert!(approved.status.success() && shown.contains("widened") && shown.contains(RULE), "{shown}");
    stand.start_with(as_file).await;
    assert!(lock(&stand).contains(RULE));
    stand.stop().await;

    put(&stand, "provider.wasm", &narrow());
    stand.start_with(as_file).await;
    assert!(stand.log().contains("narrowed rule `get-signing-link`"), "{}", stand.log());
    assert_eq!(lock(&stand), first, "what is no longer asked for is no longer approved");
    stand.stop().await;

    put(&stand, "provider.wasm", &autenti());
    assert!(refused(&stand).contains("CS0114"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_component_behind_the_same_name_or_a_new_one_is_refused() {
    let mut stand = Stand::without_host().await;
    put(&stand, "provider.wasm", &autenti());
    let mut connections = stand.config("127.0.0.1:0")["connections"].clone();
    connections["sign"]["provider"] = json!("provider.wasm");
    connections["sign"]["roles"]["api"]["authentication"] =
        json!({"scheme": "bearer", "secret": {"file": stand.path("client-secret")}});
    let change = move |config: &mut Value| {
        config["workflows"] = json!([]);
        config["connections"] = connections;
    };
    stand.start_with(change.clone()).await;
    stand.stop().await;

    put(&stand, "provider.wasm", countersign_components::hostile());
    let why = refused(&stand);
    assert!(why.contains("CS0114") && why.contains("widened rule `send-for-signature`"), "{why}");
    assert!(stand.command(&["approve", "./provider.wasm"]).status.success(), "a path from here is found too");
    stand.start_with(change).await;
    stand.stop().await;

    let mut two: Value =
        serde_json::from_str(&std::fs::read_to_string(stand.path("countersign.yaml")).unwrap()).unwrap();
    two["connections"]["more"] = two["connections"]["sign"].clone();
    two["connections"]["more"]["provider"] = json!("autenti");
    stand.write("countersign.yaml", &two.to_string());
    let why = refused(&stand);
    assert!(why.contains("CS0115") && why.contains("countersign approve autenti"), "{why}");
    stand.write("countersign.lock", "providers: 7");
    let why = refused(&stand);
    assert!(why.contains("CS0116") && why.contains("countersign.lock"), "{why}");
}

#[test]
fn a_difference_has_an_exit_code_and_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        folder.path().join(name).display().to_string()
    };
    let narrow = file("narrow.wasm", &narrow());
    let broken = file("broken.wasm", b"\0asm");
    let diff = |old: &str, new: &str| binary().args(["diff", "--json", old, new]).output().unwrap();
    for (old, new, code) in [
        ("autenti", "autenti", 0),
        ("autenti", narrow.as_str(), 0),
        (&narrow, "autenti", 1),
        ("autenti", &broken, 2),
        ("autenti", "missing.wasm", 2),
    ] {
        let output = diff(old, new);
        assert_eq!(output.status.code(), Some(code), "{old} {new}: {}", said(&output));
    }
    let report: Value = serde_json::from_slice(&diff(&narrow, "autenti").stdout).unwrap();
    assert_eq!(report["widened"], true);
    let [change] = &report["changes"].as_array().unwrap()[..] else { panic!("{report:#}") };
    assert_eq!(change["direction"], "widened");
    assert!(
        change["was"].to_string().contains(NARROW) && change["is"].to_string().contains(RULE),
        "{change}"
    );
    let plain = binary().args(["diff", &narrow, "autenti"]).output().unwrap();
    assert!(said(&plain).contains("widened") && !said(&plain).contains('\u{1b}'), "{}", said(&plain));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_stands_beside_what_is_granted() {
    let stand = Stand::without_host().await;
    let mut config = stand.config("127.0.0.1:0");
    let mut bare = config["connections"]["sign"].clone();
    bare["roles"] = json!({"other": {"base-url": "https://elsewhere.example.com"}});
    config["connections"]["bare"] = bare;
    stand.write("countersign.yaml", &config.to_string());
    let inspect = ["inspect", "autenti", "--config", "countersign.yaml"];
    let json = stand.command(&[&inspect[..], &["--json"]].concat());
    let report: Value = serde_json::from_slice(&json.stdout).unwrap();
    let line = |connection: &str, part: &str, name: &str| {
        let lines = report["connections"][connection].as_array().unwrap();
        let found = lines.iter().find(|line| line["part"] == part && line["name"] == name);
        found.unwrap_or_else(|| panic!("{connection} {part} {name}: {report:#}")).clone()
    };
    let granted = line("sign", "rule", "get-signing-link");
    let url = format!("POST {}/document-processes/{{id}}{RULE}", stand.simulator.base_url());
    assert_eq!((&granted["granted"], &granted["problem"]), (&json!(url), &Value::Null));
    assert_eq!(line("sign", "authentication", "api")["granted"], "oauth2-jwt-bearer");
    assert_eq!(line("bare", "role", "api")["problem"], "not granted");
    assert_eq!(line("bare", "role", "other")["problem"], "not asked for");
    assert_eq!(line("bare", "rule", "rows")["problem"], "not granted");
    let text = said(&stand.command(&inspect));
    assert!(text.contains("NOT GRANTED") && text.contains("NOT ASKED FOR"), "{text}");
    assert!(!text.contains('\u{1b}'), "colours appear on a terminal only");
    let one = said(&stand.command(&[&inspect[..], &["--connection", "sign"]].concat()));
    assert!(!one.contains("NOT GRANTED"), "{one}");
}
