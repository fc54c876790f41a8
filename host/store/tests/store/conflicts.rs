//! What a commit may contradict: each leaves nothing behind and names what stands in the way.

use countersign_store::{
    AuditEntry, CallEnd, Change, Commit, CommitError, Conflict, ExchangeRow, ExchangeState, ExternalRef,
    IdempotencyRow, NewCall, Store,
};

use crate::stage::{Stage, append, commit, create, create_all, entry, id, instance, update};

fn call(call_id: &str) -> Change {
    Change::OpenCall(Box::new(NewCall {
        id: call_id.into(),
        instance_id: id(1),
        connection: "autenti".into(),
        action: "send-for-signature".into(),
        component: "c1".into(),
        request: "{}".into(),
        opened_at_ms: 1,
        seed: u64::MAX,
    }))
}

fn close(call_id: &str) -> Change {
    let end = CallEnd { at_ms: 2, result: "{}".into(), log: "[]".into() };
    Change::CloseCall { call_id: call_id.into(), end }
}

fn exchange(state: ExchangeState, json: &str) -> Change {
    let exchange = ExchangeRow { number: 1, state, json: json.into() };
    Change::PutExchange { call_id: "call".into(), exchange }
}

fn correlate(document: &str, number: i64) -> Change {
    Change::Correlate(ExternalRef {
        connection: "autenti".into(),
        document_id: document.into(),
        client_reference: None,
        instance_id: id(number),
    })
}

fn unique(value: Option<&str>, number: i64) -> Change {
    Change::Unique {
        instance_id: id(number),
        workflow: "contract-signing".into(),
        field: "external_document_id".into(),
        value: value.map(str::to_owned),
    }
}

fn remember(key: &str) -> Change {
    Change::Idempotency(IdempotencyRow {
        key: key.into(),
        request_digest: "r".into(),
        response: "{}".into(),
        at_ms: 1,
    })
}

fn audit() -> Change {
    let text = || "left behind".to_owned();
    Change::Audit(Box::new(AuditEntry {
        at_ms: 1,
        actor: text(),
        verb: text(),
        object: text(),
        detail: text(),
    }))
}

/// What is stored, what comes, and what is said; none when it fits.
async fn check(name: &str, before: Vec<Change>, change: Change, expect: Option<Conflict>) {
    let stage = Stage::new();
    let store = stage.open();
    create_all(&store, 1..=2).await;
    commit(&store, before).await;
    let outcome = store.commit(Commit::command(vec![audit(), change, audit()])).await;
    let fits = expect.is_none();
    assert_eq!(outcome.err(), expect.map(CommitError::Conflict), "{name}");
    assert_eq!(
        store.audit(0, 10).await.unwrap().len(),
        if fits { 2 } else { 0 },
        "{name}: whole or not at all"
    );
    assert!(store.health().writable, "{name}: a conflict harms nobody");
}

#[tokio::test]
async fn instances() {
    let exists = |number, instance_id| Conflict::InstanceExists { instance_id, number };
    let version = Conflict::Version { instance_id: id(1), expected: 3, found: 2 };
    let renumbered = |number: i64, other: i64| {
        let mut same = instance(number);
        same.number = other;
        Change::create_instance(&same, 1).unwrap()
    };
    check("new", vec![], create(3).remove(0), None).await;
    check("same id", vec![], renumbered(1, 7), Some(exists(7, id(1)))).await;
    check("same number", vec![], renumbered(7, 1), Some(exists(1, id(7)))).await;
    check("next version", vec![], update(1, 1), None).await;
    check("stale version", vec![update(1, 1)], update(1, 3), Some(version)).await;
}

#[tokio::test]
async fn calls_and_exchanges() {
    use ExchangeState::{Closed, Open};
    let closed = Conflict::ExchangeClosed { call_id: "call".into(), number: 1 };
    let open = vec![call("call"), exchange(Open, "a")];
    let done = vec![call("call"), exchange(Closed, "b")];
    check("new call", vec![], call("call"), None).await;
    check(
        "call twice",
        vec![call("call")],
        call("call"),
        Some(Conflict::CallExists { call_id: "call".into() }),
    )
    .await;
    check("end", vec![call("call")], close("call"), None).await;
    let ended = Conflict::CallEnded { call_id: "call".into() };
    check("end twice", vec![call("call"), close("call")], close("call"), Some(ended)).await;
    check("open again", open.clone(), exchange(Open, "a"), None).await;
    check("close", open, exchange(Closed, "b"), None).await;
    check("close again alike", done.clone(), exchange(Closed, "b"), None).await;
    check("close again otherwise", done.clone(), exchange(Closed, "c"), Some(closed.clone())).await;
    check("reopen", done, exchange(Open, "b"), Some(closed)).await;
}

#[tokio::test]
async fn what_belongs_to_one_instance_only() {
    let taken = Conflict::Document { connection: "autenti".into(), document_id: "D1".into(), holder: id(1) };
    check("document", vec![], correlate("D1", 1), None).await;
    check("same document again", vec![correlate("D1", 1)], correlate("D1", 1), None).await;
    check("another's document", vec![correlate("D1", 1)], correlate("D1", 2), Some(taken)).await;
    let conflict = |holder| Conflict::Unique {
        workflow: "contract-signing".into(),
        field: "external_document_id".into(),
        value: "D1".into(),
        holder,
    };
    check("value", vec![], unique(Some("D1"), 1), None).await;
    check("same value again", vec![unique(Some("D1"), 1)], unique(Some("D1"), 1), None).await;
    check("another's value", vec![unique(Some("D1"), 1)], unique(Some("D1"), 2), Some(conflict(id(1)))).await;
    let freed = vec![unique(Some("D1"), 1), unique(Some("D2"), 1)];
    check("a value that was changed", freed, unique(Some("D1"), 2), None).await;
    let emptied = vec![unique(Some("D1"), 1), unique(None, 1)];
    check("a value that was emptied", emptied, unique(Some("D1"), 2), None).await;
}

#[tokio::test]
async fn what_comes_once() {
    check("key", vec![], remember("k"), None).await;
    check("key again", vec![remember("k")], remember("k"), Some(Conflict::Idempotency { key: "k".into() }))
        .await;
}

#[tokio::test]
async fn what_is_not_stored_is_named() {
    let stage = Stage::new();
    let store: Store = stage.open();
    let stranger = id(9);
    let cases = [
        ("update", update(9, 1), "instance", stranger.as_str()),
        ("history", append(9, &[entry(1)]), "instance", &stranger),
        ("document", correlate("D1", 9), "instance", &stranger),
        ("unique", unique(Some("D1"), 9), "instance", &stranger),
        ("exchange", exchange(ExchangeState::Open, "a"), "call", "call"),
        ("end", close("call"), "call", "call"),
    ];
    for (name, change, what, missing) in cases {
        let error = store.commit(Commit::command(vec![audit(), change])).await.unwrap_err();
        assert_eq!(error, CommitError::Missing { what, id: missing.to_owned() }, "{name}");
    }
    assert_eq!(store.audit(0, 10).await.unwrap(), vec![]);
}
