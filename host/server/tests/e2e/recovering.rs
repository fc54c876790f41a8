//! A start over a journal that is not as it was left: the call at hand is given up with its evidence, all else goes on.

use countersign_simulators::autenti::{Endpoint, Fault, FaultKind};
use serde_json::{Value, json};

use crate::stand::Stand;

/// What is done between the kill and the start: SQL, and a change of the configuration.
struct Harm {
    name: &'static str,
    sql: &'static str,
    change: fn(&mut Value),
    /// Words of the incident.
    words: &'static str,
}

fn as_it_was(_: &mut Value) {}

/// The connection under another name; the workflow that needs it is not offered then.
fn connection_renamed(config: &mut Value) {
    let connection = config["connections"]["sign"].take();
    config["connections"] = json!({"renamed": connection});
    config["workflows"] = json!([]);
}

const HARMS: [Harm; 5] = [
    Harm {
        name: "a corrupted exchange",
        sql: "UPDATE exchange SET json = substr(json, 1, 20) WHERE state = 'open'",
        change: as_it_was,
        words: "its journal cannot be read",
    },
    Harm {
        name: "a lost exchange",
        sql: "DELETE FROM exchange WHERE number = 1",
        change: as_it_was,
        words: "exchange 1 is missing",
    },
    Harm {
        name: "a corrupted request",
        sql: "UPDATE call SET request = 'milk' WHERE ended_at_ms IS NULL",
        change: as_it_was,
        words: "its journal cannot be read",
    },
    Harm {
        name: "another component",
        sql: "UPDATE call SET component = 'another' WHERE ended_at_ms IS NULL",
        change: as_it_was,
        words: "has another component since",
    },
    Harm {
        name: "a lost connection",
        sql: "",
        change: connection_renamed,
        words: "is not configured any more",
    },
];

/// Accepts, and kills the host after the provider has mailed and before the host knows.
async fn kill_while_sending(stand: &mut Stand, number: i64) {
    let slow = FaultKind::Slow { delay_ms: 60_000 };
    stand.control().add_fault(Fault { on: Endpoint::Act, action: None, skip: 0, count: 1, kind: slow });
    let asking = stand.accept_unanswered(number);
    let arrived = stand.control();
    stand.provider_until(|_| arrived.faults().is_empty()).await;
    stand.kill();
    assert!(asking.await.unwrap().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_taken_up_is_in_doubt_and_stops_no_other() {
    for Harm { name, sql, change, words } in HARMS {
        let mut stand = Stand::up().await;
        let (other, _) = stand.sent().await;
        let number = stand.prepared().await;
        kill_while_sending(&mut stand, number).await;
        stand.database("data").execute_batch(sql).unwrap();
        stand.start_with(change).await;

        let instance = stand.get(&format!("/instances/{number}")).await;
        let incident = &instance["incident"];
        assert_eq!(
            (&instance["step"], &incident["in-doubt"]),
            (&json!("approval"), &json!(true)),
            "{name}: {instance:#}"
        );
        assert!(incident["message"].as_str().unwrap().contains(words), "{name}: {incident:#}");
        assert_eq!(stand.get(&format!("/instances/{other}")).await["step"], "awaiting", "{name}");
        for verb in ["paths/accept", "incident/retry"] {
            let (status, said) = stand.ask("POST", &format!("/instances/{number}/{verb}"), "{}").await;
            assert_eq!((status, &said["code"]), (409, &json!("CS0205")), "{name}, {verb}: {said}");
        }
        assert_eq!(stand.invitations(), 2, "{name}");

        // A person looked at the provider. The answer needs the definition, and no provider.
        let document = stand.control().documents().last().unwrap().id.clone();
        let answer = json!({"answer": {"sent": {"document-id": document}}});
        let sent = stand.post(&format!("/instances/{number}/incident/resolve"), answer).await;
        assert_eq!(sent["step"], "awaiting", "{name}: {}", sent["incident"]);
        assert_eq!(stand.invitations(), 2, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_cannot_be_read_stops_no_start() {
    let mut stand = Stand::up().await;
    let (other, _) = stand.sent().await;
    let number = stand.prepared().await;
    kill_while_sending(&mut stand, number).await;
    let damage = format!("UPDATE instance_body SET json = '{{}}' WHERE instance = {number}");
    stand.database("data").execute_batch(&damage).unwrap();
    stand.start().await;
    assert_eq!(stand.get(&format!("/instances/{other}")).await["step"], "awaiting");
    let (status, said) = stand.ask("GET", &format!("/instances/{number}"), "").await;
    assert_eq!((status, &said["code"]), (503, &json!("CS0011")), "{said}");
    assert!(stand.log().contains("cannot be loaded"), "{}", stand.log());
    assert_eq!(stand.invitations(), 2);
}

/// All that was written, as if it had been an hour later than the machine's clock says now.
const AN_HOUR_LATER: &str = "
    UPDATE history SET at_ms = at_ms + 3600000, json = json_set(json, '$.\"at-ms\"', at_ms + 3600000);
    UPDATE audit SET at_ms = at_ms + 3600000;
    UPDATE call SET opened_at_ms = opened_at_ms + 3600000;
    UPDATE timer SET due_ms = due_ms + 3600000;
    UPDATE instance_body SET json = json_set(json,
        '$.\"entered-at-ms\"', json_extract(json, '$.\"entered-at-ms\"') + 3600000,
        '$.timers.hourly.\"anchor-ms\"', json_extract(json, '$.timers.hourly.\"anchor-ms\"') + 3600000,
        '$.timers.hourly.\"due-ms\"', json_extract(json, '$.timers.hourly.\"due-ms\"') + 3600000,
        '$.timers.remind.\"anchor-ms\"', json_extract(json, '$.timers.remind.\"anchor-ms\"') + 3600000,
        '$.timers.remind.\"due-ms\"', json_extract(json, '$.timers.remind.\"due-ms\"') + 3600000);";

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_between_two_starts_does_not_take_the_host_back() {
    let mut stand = Stand::up().await;
    let (number, _) = stand.sent().await;
    stand.kill();
    stand.database("data").execute_batch(AN_HOUR_LATER).unwrap();
    stand.start().await;
    let moved = stand.post(&format!("/instances/{number}/paths/check-status"), json!({})).await;
    assert_eq!(moved["step"], "awaiting", "{}", moved["incident"]);
    assert!(stand.log().contains("the machine's clock was set back"), "{}", stand.log());

    let history = stand.get(&format!("/instances/{number}/history")).await;
    let times: Vec<i64> =
        history.as_array().unwrap().iter().map(|line| line["at-ms"].as_i64().unwrap()).collect();
    assert!(times.is_sorted(), "the history goes back in time: {times:?}");
    let timers = stand.get("/timers").await;
    let due: Vec<i64> =
        timers.as_array().unwrap().iter().map(|firing| firing["due-ms"].as_i64().unwrap()).collect();
    assert!(
        due.len() == 2 && due.iter().all(|due_ms| due_ms > times.last().unwrap()),
        "{timers} at {times:?}"
    );
    assert!(!history.to_string().contains("\"timer\""), "no timer was due: {history}");
}
