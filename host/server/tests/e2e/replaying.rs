//! A call is run again from its journal: the same component does the same, and the first difference is named.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::stand::{Stand, files_below};

fn replay(stand: &Stand, arguments: &[&str]) -> Output {
    stand.command(&[&["call", "replay"], arguments].concat())
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A copy of the data, in which the journal can be spoiled.
fn copy(stand: &Stand, name: &str) {
    let data = stand.path("data");
    for (path, bytes) in files_below(&data) {
        let to = stand.path(name).join(path.strip_prefix(&data).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
}

fn change(stand: &Stand, name: &str, sql: &str) {
    copy(stand, name);
    assert!(stand.database(name).execute(sql, []).unwrap() > 0, "{sql}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_component_does_the_same_with_a_host_and_without() {
    let mut stand = Stand::up().await;
    let (number, _) = stand.sent().await;
    let call = format!("{number}-1");
    let seen = stand.control().documents().len();
    let output = replay(&stand, &[&call]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("the same: "), "{}", said(&output));
    let exchanges = stand.get(&format!("/calls/{call}")).await["exchanges"].as_array().unwrap().len();
    assert_eq!((stand.control().documents().len(), stand.invitations()), (seen, 1), "nobody was asked");

    assert!(stand.stop().await.success());
    let output = replay(&stand, &[&call, "--data", "data", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["same"], &report["exchanges"]), (&true.into(), &exchanges.into()), "{report}");
    assert_eq!(report["component"], report["recorded-component"]);
}

/// What was said, the columns of tables closed up.
fn words(output: &Output) -> String {
    said(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_difference_is_named() {
    let mut stand = Stand::up().await;
    let (number, document) = stand.sent().await;
    assert!(stand.stop().await.success());
    std::fs::write(stand.path("other.wasm"), countersign_components::hostile()).unwrap();
    let call = format!("{number}-1");
    let cases = [
        (
            "method",
            "UPDATE exchange SET json = json_set(json, '$.request.method', 'PUT') WHERE number = 2",
            r#"exchange 2, request.method expected │ actual "PUT" │ "POST""#,
        ),
        (
            "body",
            "UPDATE exchange SET json = replace(json, 'Framework', 'Another') WHERE number = 1",
            r#"exchange 1, request.body.title expected │ actual "Another agreement — zażółć" │ "Framework agreement — zażółć""#,
        ),
        (
            "outcome",
            "UPDATE call SET result = json_set(result, '$.\"call-succeeded\".outcome.\"document-id\"', 'x')",
            r#"result.outcome.document-id expected │ actual "x" │"#,
        ),
        (
            "fewer",
            "DELETE FROM exchange WHERE number = (SELECT max(number) FROM exchange)",
            "expected │ actual no further request │ GET /document-processes/",
        ),
    ];
    for (name, sql, expected) in cases {
        change(&stand, name, sql);
        let output = replay(&stand, &[&call, "--data", name]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", said(&output));
        assert!(words(&output).contains(expected), "{name}: {}", said(&output));
    }
    let output = replay(&stand, &[&call, "--data", "data", "--component", "other.wasm"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    for wanted in
        ["another component", "exchange 1 expected │ actual POST /document-processes │ no such request"]
    {
        assert!(words(&output).contains(wanted), "{wanted}: {}", said(&output));
    }
    let report = replay(&stand, &[&call, "--data", "outcome", "--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["difference"]["key"], "result.outcome.document-id", "{report}");
    assert!(report["difference"]["actual"].as_str().unwrap().contains(&document), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_run_again_is_named_with_what_to_do() {
    let mut stand = Stand::up().await;
    let (number, _) = stand.sent().await;
    let call = format!("{number}-1");
    let output = replay(&stand, &["7-7"]);
    assert!(said(&output).contains("call `7-7` does not exist (CS0004)"), "{}", said(&output));
    assert!(stand.stop().await.success());
    stand.write("broken.wasm", "no component");
    change(&stand, "open", "UPDATE call SET ended_at_ms = NULL, result = NULL, log = NULL");
    change(&stand, "damaged", "UPDATE exchange SET json = '{' WHERE number = 2");
    change(&stand, "gap", "DELETE FROM exchange WHERE number = 2");
    let cases: [(&[&str], &str); 7] = [
        (
            &["--data", "open"],
            "is under way; wait until it has ended, or resolve the incident it waits for (CS0304)",
        ),
        (&["--data", "damaged"], "cannot be read: EOF while parsing an object at line 1 column 1 (CS0303)"),
        (&["--data", "gap"], "exchange 2 is missing (CS0303)"),
        (&["--data", "data", "--component", "missing.wasm"], "`--component FILE.wasm` (CS0305)"),
        (&["--data", "data", "--component", "nobody"], "is not bundled"),
        (&["--data", "data", "--component", "broken.wasm"], "is refused"),
        (&["--data", "nowhere"], "`nowhere` is no data directory"),
    ];
    for (arguments, expected) in cases {
        let output = replay(&stand, &[&[call.as_str()], arguments].concat());
        assert!(
            !output.status.success() && said(&output).contains(expected),
            "{arguments:?}: {}",
            said(&output)
        );
    }
    assert!(!Path::new(&stand.path("nowhere")).exists(), "no directory was made");
}
