//! Backups over the command line, and hosts that are started on them: what was sent since is never sent again unnoticed.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::{Value, json};

use crate::stand::{FIRST, SECOND, Stand, binary};

/// What a command said, on both streams.
fn run(stand: &Stand, arguments: &[&str], succeeds: bool) -> String {
    let output = stand.command(arguments);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.success(), succeeds, "{arguments:?}: {said}");
    said
}

async fn start_on(stand: &mut Stand, data: &'static str) {
    // A copy has no lock of the host before: who takes it up waits as long as a call may take.
    stand
        .start_with(|config| {
            config["data"] = json!(data);
            config["call-timeout-seconds"] = json!(8);
        })
        .await;
}

async fn accept(stand: &Stand, number: i64) -> Value {
    stand.post(&format!("/instances/{number}/paths/accept"), json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_host_is_backed_up_and_a_restored_one_sends_only_after_a_word() {
    let mut stand = Stand::up().await;
    let (first, document) = stand.sent().await;
    let (second, third) = (stand.prepared().await, stand.prepared().await);
    assert!(run(&stand, &["backup", "copy"], true).contains("backed up"));
    assert!(run(&stand, &["backup", "verify", "copy"], true).contains("sound"));
    // The host goes on and sends what the backup does not know of.
    assert_eq!(accept(&stand, second).await["step"], "awaiting");
    stand.kill();
    stand.control().sign(&document, FIRST).await.unwrap();
    stand.control().sign(&document, SECOND).await.unwrap();

    start_on(&mut stand, "copy").await;
    assert!(stand.log().contains("this host runs on a backup of"), "{}", stand.log());
    assert!(run(&stand, &["status"], true).contains("countersign restore acknowledge"));
    let ended = stand.post(&format!("/instances/{first}/paths/check-status"), json!({})).await;
    assert_eq!(ended["step"], "approved", "reading goes on: {}", ended["incident"]);
    for number in [second, third] {
        let held = accept(&stand, number).await;
        assert_eq!(
            (&held["step"], &held["incident"]["in-doubt"]),
            (&json!("approval"), &json!(false)),
            "{held:#}"
        );
        assert!(held["incident"]["message"].as_str().unwrap().contains("CS0014"), "{}", held["incident"]);
    }
    assert_eq!(stand.invitations(), 2, "the first, and the second by the host that went on");
    assert_eq!(stand.ask("POST", "/restore/acknowledge", "{}").await.0, 403);
    assert!(run(&stand, &["restore", "acknowledge", "--as", "ops"], true).contains("acknowledged"));
    let sent = stand.post(&format!("/instances/{third}/incident/retry"), json!({})).await;
    assert_eq!(sent["step"], "awaiting", "{}", sent["incident"]);
    assert_eq!(stand.invitations(), 3);

    stand.kill();
    start_on(&mut stand, "copy").await;
    let restored = &stand.get("/status").await["restored"];
    assert_eq!((&restored["acknowledged-by"], &restored["warning"]), (&json!("ops"), &Value::Null));
    assert_eq!(accept(&stand, second).await["incident"], Value::Null, "the word is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_under_way_in_a_backup_is_not_sent_again_when_it_is_restored() {
    // Where the backup is taken; whether it knows of a document, which the component can ask the provider about.
    for (on, document_known) in
        [(Endpoint::CreateProcess, false), (Endpoint::UploadFile, true), (Endpoint::Act, true)]
    {
        let mut stand = Stand::up().await;
        let number = stand.prepared().await;
        let slow = FaultKind::Slow { delay_ms: 60_000 };
        stand.control().add_fault(Fault { on, action: None, skip: 0, count: 1, kind: slow });
        let asking = stand.accept_unanswered(number);
        let arrived = stand.control();
        stand.provider_until(|_| arrived.faults().is_empty()).await;
        run(&stand, &["backup", "copy"], true);
        stand.kill();
        assert!(asking.await.unwrap().is_err());
        // The original is started again and sends.
        stand.start().await;
        let original = stand.until(number, |instance| instance["phase"] != "running").await;
        assert_eq!((&original["step"], stand.invitations()), (&json!("awaiting"), 1), "{on:?}");
        stand.kill();

        start_on(&mut stand, "copy").await;
        let restored = stand.until(number, |instance| instance["phase"] != "running").await;
        assert_eq!(stand.invitations(), 1, "{on:?}: {restored:#}");
        assert_eq!(
            restored["incident"]["in-doubt"] == json!(true),
            !document_known,
            "{on:?}: {}",
            restored["incident"]
        );
        run(&stand, &["restore", "acknowledge"], true);
        let settled = match (restored["step"].as_str(), document_known) {
            (Some("awaiting"), _) => restored,
            (_, true) => stand.post(&format!("/instances/{number}/incident/retry"), json!({})).await,
            (_, false) => {
                let id = &original["fields"]["external_document_id"];
                let answer = json!({"answer": {"sent": {"document-id": id}}});
                stand.post(&format!("/instances/{number}/incident/resolve"), answer).await
            }
        };
        assert_eq!(settled["step"], "awaiting", "{on:?}: {}", settled["incident"]);
        assert_eq!(
            settled["fields"]["external_document_id"], original["fields"]["external_document_id"],
            "{on:?}"
        );
        assert_eq!(stand.invitations(), 1, "{on:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_place_for_a_backup_is_refused_in_words() {
    let stand = Stand::up().await;
    std::fs::create_dir(stand.path("full")).unwrap();
    stand.write("full/notes.txt", "x");
    let cases: [(&[&str], &str); 6] = [
        (&["backup", "full"], "is not empty"),
        (&["backup", "data/inside"], "lies in the data directory"),
        (&["backup", "workflow.yaml"], "CS0013"),
        (&["backup", "new", "--role", "manager"], "CS0208"),
        (&["backup", "verify", "full"], "`backup.json` is missing"),
        (&["backup"], "required"),
    ];
    for (arguments, words) in cases {
        let said = run(&stand, arguments, false);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    let order = json!({"directory": "relative"}).to_string();
    assert_eq!(stand.ask("POST", "/backup", order).await.0, 403, "a manager is no administrator");
    assert!(!stand.path("new").exists());
    stand.prepared().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_found_without_a_host() {
    let mut stand = Stand::up().await;
    stand.prepared().await;
    run(&stand, &["backup", "copy"], true);
    stand.kill();
    let (file, bytes) = crate::stand::files_below(&stand.path("copy/attachments")).remove(0);
    // Not through the name that it shares with the original.
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, &bytes[1..]).unwrap();
    let output = binary().args(["backup", "verify"]).arg(stand.path("copy")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("is damaged"), "{said}");
}
