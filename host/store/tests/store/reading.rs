//! What was written is read back as it was.

use countersign_store::{
    AttachmentRow, AuditEntry, CallEnd, CallRow, Change, Counts, DefinitionRow, ExchangeRow, ExchangeState,
    ExternalRef, IdempotencyRow, IncidentEnd, NewCall, Store, TimerRow,
};
use serde_json::json;

use crate::stage::{Stage, append, commit, create_all, entry, id, instance_with, key};

async fn open_with_instances(stage: &Stage, count: i64) -> Store {
    let store = stage.open();
    create_all(&store, 1..=count).await;
    store
}

#[tokio::test]
async fn an_instance_with_all_its_parts() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 1).await;
    let whole = instance_with(
        1,
        json!({
            "version": 2, "step": "awaiting", "phase": {"phase": "ended", "outcome": "success"},
            "connections": {"sign": "autenti"},
            "form": {"fields": {"title": "Zażółć \"gęślą\" jaźń\n"}, "lists": {"signers": [{"key": "r1", "cells": {"order": 1}}]}},
            "waiting": [{"timer": "hourly"}],
        }),
    );
    commit(&store, vec![Change::update_instance(&whole, 1, 7_000).unwrap()]).await;
    assert_eq!(store.instance(&key(1)).await.unwrap(), Some(whole));
    let summary = store.instance_summary(&key(1)).await.unwrap().unwrap();
    assert_eq!((summary.version, summary.step.as_str(), summary.incident), (2, "awaiting", false));
    assert_eq!((summary.created_at_ms, summary.updated_at_ms), (1_000, 7_000));
    assert_eq!(format!("{:?} {:?}", summary.phase, summary.outcome), "Ended Some(Success)");
}

#[tokio::test]
async fn history_comes_in_order_and_in_pages() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 2).await;
    for at_ms in 1_001..=1_009 {
        commit(&store, vec![append(1, &[entry(at_ms)]), append(2, &[entry(at_ms), entry(at_ms)])]).await;
    }
    let mut seen = Vec::new();
    loop {
        let after = seen.last().map_or(0, |row: &countersign_store::HistoryRow| row.position);
        let page = store.history(&id(1), after, 4).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    let times: Vec<i64> = seen.iter().map(|row| row.entry.at_ms).collect();
    assert_eq!(times, (1_000..=1_009).collect::<Vec<_>>());
    assert_eq!(store.history(&id(2), 0, 100).await.unwrap().len(), 19);
    assert_eq!(store.history(&id(3), 0, 100).await.unwrap(), vec![]);
}

#[tokio::test]
async fn timers_are_found_by_when_they_are_due() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 3).await;
    let put = |number: i64, name: &str, due_ms| Change::PutTimer {
        instance_id: id(number),
        timer: name.into(),
        due_ms,
    };
    assert_eq!(store.next_due().await.unwrap(), None);
    commit(
        &store,
        vec![put(1, "hourly", 50), put(1, "remind", 90), put(2, "hourly", 30), put(3, "hourly", 10)],
    )
    .await;
    let delete = Change::DeleteTimer { instance_id: id(3), timer: "hourly".into() };
    let absent = Change::DeleteTimer { instance_id: id(3), timer: "remind".into() };
    commit(&store, vec![put(1, "hourly", 70), delete, absent]).await;

    let timer =
        |number: i64, name: &str, due_ms| TimerRow { instance_id: id(number), timer: name.into(), due_ms };
    let (first, second, third) = (timer(2, "hourly", 30), timer(1, "hourly", 70), timer(1, "remind", 90));
    assert_eq!(store.next_due().await.unwrap(), Some(30));
    let cases = [
        (29, 9, vec![]),
        (30, 9, vec![&first]),
        (89, 9, vec![&first, &second]),
        (90, 2, vec![&first, &second]),
    ];
    for (now_ms, limit, expect) in cases {
        let due = store.due_timers(now_ms, limit).await.unwrap();
        assert_eq!(due.iter().collect::<Vec<_>>(), expect, "at {now_ms}");
    }
    assert_eq!(store.timers(&id(1)).await.unwrap(), vec![second.clone(), third.clone()]);
    assert_eq!(store.upcoming_timers(30, 9).await.unwrap(), vec![second, third]);
}

#[tokio::test]
async fn a_journal_is_read_for_replay() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 2).await;
    let call = |call_id: &str, number| NewCall {
        id: call_id.into(),
        instance_id: id(number),
        connection: "autenti".into(),
        action: "send-for-signature".into(),
        component: "c1".into(),
        request: r#"{"input":1}"#.into(),
        opened_at_ms: 5,
        seed: u64::MAX - 1,
    };
    let exchange = |number, state, json: &str| ExchangeRow { number, state, json: json.into() };
    let put = |exchange| Change::PutExchange { call_id: "a".into(), exchange };
    let calls = ["a", "b", "c"].map(|call_id| call(call_id, if call_id == "c" { 2 } else { 1 }));
    commit(&store, calls.iter().cloned().map(|call| Change::OpenCall(Box::new(call))).collect()).await;
    commit(
        &store,
        vec![put(exchange(2, ExchangeState::Open, "second")), put(exchange(1, ExchangeState::Open, "x"))],
    )
    .await;
    commit(&store, vec![put(exchange(1, ExchangeState::Closed, "first"))]).await;
    let end = CallEnd { at_ms: 9, result: r#"{"ok":1}"#.into(), log: "[]".into() };
    commit(&store, vec![Change::CloseCall { call_id: "b".into(), end: end.clone() }]).await;

    let [a, b, c] = calls;
    let (a, b, c) =
        (CallRow { call: a, end: None }, CallRow { call: b, end: Some(end) }, CallRow { call: c, end: None });
    assert_eq!(store.call("a").await.unwrap(), Some(a.clone()));
    assert_eq!(store.call("d").await.unwrap(), None);
    assert_eq!(store.calls(&id(1)).await.unwrap(), vec![a.clone(), b]);
    assert_eq!(store.open_calls().await.unwrap(), vec![a, c]);
    let expect =
        vec![exchange(1, ExchangeState::Closed, "first"), exchange(2, ExchangeState::Open, "second")];
    assert_eq!(store.exchanges("a").await.unwrap(), expect);
    assert_eq!(store.exchanges("b").await.unwrap(), vec![]);
}

#[tokio::test]
async fn definitions_are_found_by_digest_and_by_name() {
    let stage = Stage::new();
    let store = stage.open();
    let definition = |digest: &str, name: &str, version| DefinitionRow {
        digest: digest.into(),
        name: name.into(),
        version,
        text: format!("# {digest}"),
        stored_at_ms: 1,
    };
    let all = [
        definition("d1", "b", 2),
        definition("d2", "b", 1),
        definition("d3", "b", 2),
        definition("d4", "a", 1),
    ];
    let put = |row: &DefinitionRow| Change::PutDefinition(row.clone());
    commit(&store, all.iter().chain(&all).map(put).collect()).await;
    commit(&store, vec![put(&DefinitionRow { text: "changed".into(), ..all[0].clone() })]).await;
    assert_eq!(store.definition("d1").await.unwrap(), Some(all[0].clone()), "a digest is never rewritten");
    assert_eq!(store.definition("d9").await.unwrap(), None);
    assert_eq!(store.definition_latest("b").await.unwrap(), Some(all[2].clone()));
    assert_eq!(store.definition_latest("c").await.unwrap(), None);
    let digests: Vec<String> = store.definitions().await.unwrap().into_iter().map(|row| row.digest).collect();
    assert_eq!(digests, ["d4", "d3", "d1", "d2"]);
}

#[tokio::test]
async fn a_document_is_found_by_both_references() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 1).await;
    let reference = |client: Option<&str>| ExternalRef {
        connection: "autenti".into(),
        document_id: "DOCUMENT:1/2".into(),
        client_reference: client.map(str::to_owned),
        instance_id: id(1),
    };
    let known = Some(reference(Some("ours")));
    // A later word without our reference does not lose it.
    for client in [None, Some("ours"), None] {
        commit(&store, vec![Change::Correlate(reference(client))]).await;
    }
    assert_eq!(store.external_ref("autenti", "DOCUMENT:1/2").await.unwrap(), known);
    assert_eq!(store.external_ref("docusign", "DOCUMENT:1/2").await.unwrap(), None);
    assert_eq!(store.external_ref_by_client_reference("autenti", "ours").await.unwrap(), known);
    assert_eq!(store.external_ref_by_client_reference("autenti", "theirs").await.unwrap(), None);
}

#[tokio::test]
async fn incidents_open_close_and_stay() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 2).await;
    let incident = |message: &str| {
        let incident = json!({"trigger": {"path": "accept"}, "action": "sign.send-for-signature", "call-id": "c",
            "failure": {"in-doubt": "timeout"}, "in-doubt": true, "message": message, "opened-at-ms": 4});
        serde_json::from_value(incident).unwrap()
    };
    let put = |number: i64, message: &str| Change::put_incident(&id(number), &incident(message)).unwrap();
    let close = |number: i64| Change::CloseIncident {
        instance_id: id(number),
        end: IncidentEnd { at_ms: 9, reason: "sent".into() },
    };
    commit(&store, vec![put(1, "old"), put(1, "new"), put(2, "other")]).await;
    commit(&store, vec![close(2), close(2)]).await;
    commit(&store, vec![put(2, "again")]).await;
    let show = |rows: Vec<countersign_store::IncidentRow>| {
        rows.into_iter()
            .map(|row| format!("{} {:?}", row.incident.message, row.end.map(|end| end.reason)))
            .collect::<Vec<_>>()
    };
    assert_eq!(show(store.incidents(true, 9).await.unwrap()), ["again None", "new None"]);
    assert_eq!(
        show(store.incidents(false, 9).await.unwrap()),
        ["again None", "other Some(\"sent\")", "new None"]
    );
    assert_eq!(show(store.incidents(false, 1).await.unwrap()), ["again None"]);
    let first = store.incidents(true, 9).await.unwrap().remove(1).incident;
    assert_eq!((first.in_doubt, first.call_id.as_deref(), first.opened_at_ms), (true, Some("c"), 4));
}

#[tokio::test]
async fn answers_audit_and_files_are_kept() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 1).await;
    let answer =
        IdempotencyRow { key: "k".into(), request_digest: "r".into(), response: "{}".into(), at_ms: 3 };
    let audit = AuditEntry {
        at_ms: 3,
        actor: "ann".into(),
        verb: "resolve".into(),
        object: "instance 1".into(),
        detail: "{}".into(),
    };
    let file = AttachmentRow { instance_id: id(1), number: 1, sha256: "ab".into(), size: 5, at_ms: 3 };
    commit(
        &store,
        vec![
            Change::Idempotency(answer.clone()),
            Change::Audit(Box::new(audit.clone())),
            Change::PutAttachment(file.clone()),
            Change::PutAttachment(file.clone()),
        ],
    )
    .await;
    assert_eq!(store.idempotency("k").await.unwrap(), Some(answer.clone()));
    commit(&store, vec![Change::Answer { key: "k".into(), response: "[]".into() }]).await;
    let completed = IdempotencyRow { response: "[]".into(), ..answer };
    assert_eq!(store.idempotency("k").await.unwrap(), Some(completed));
    assert_eq!(store.idempotency("l").await.unwrap(), None);
    assert_eq!(store.audit(0, 9).await.unwrap()[0].entry, audit);
    assert_eq!(store.audit_newest(None, 9).await.unwrap()[0].entry, audit);
    let first = store.audit_newest(None, 1).await.unwrap()[0].position;
    assert_eq!(store.audit_newest(Some(first), 9).await.unwrap(), vec![]);
    assert_eq!(store.attachment_rows(&id(1)).await.unwrap(), vec![file]);
}

#[tokio::test]
async fn counts_tell_how_much_there_is() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 5).await;
    assert_eq!(store.counts().await.unwrap(), Counts { instances_resting: 5, ..Counts::default() });
    let ended = instance_with(1, json!({"version": 2, "phase": {"phase": "ended", "outcome": "failure"}}));
    commit(
        &store,
        vec![
            Change::update_instance(&ended, 1, 2).unwrap(),
            Change::PutTimer { instance_id: id(2), timer: "hourly".into(), due_ms: 1 },
        ],
    )
    .await;
    let expect = Counts { instances_resting: 4, instances_ended: 1, timers: 1, ..Counts::default() };
    assert_eq!(store.counts().await.unwrap(), expect);
}

#[tokio::test]
async fn what_this_host_cannot_read_is_named() {
    let stage = Stage::new();
    let store = open_with_instances(&stage, 1).await;
    stage.intruder().execute_batch("UPDATE instance_body SET json = '{}'").unwrap();
    let message = store.instance(&key(1)).await.unwrap_err().to_string();
    assert!(
        message.starts_with("instance `1` is stored in a form this host does not understand: missing field"),
        "{message}"
    );
}
