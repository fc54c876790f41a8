//! When writing stops: what was acknowledged stays, what was not is said so.

use countersign_store::{Change, Commit, CommitError, NewHistory, Options};

use crate::stage::{Stage, commit, create, create_all, id, instance, key, update};

fn bulky(at_ms: i64) -> Change {
    let mut line: serde_json::Value = serde_json::to_value(crate::stage::entry(at_ms)).unwrap();
    line["step"] = "x".repeat(3_000).into();
    let entries = vec![NewHistory { at_ms, json: line.to_string() }];
    Change::AppendHistory { instance_id: id(1), entries }
}

#[tokio::test]
async fn a_full_disk_makes_the_store_read_only_and_loses_nothing() {
    let stage = Stage::new();
    let store = stage.open_with(Options { database_bytes_max: Some(1024 * 1024), ..Options::default() });
    commit(&store, create(1)).await;
    let mut written = 1;
    let error = loop {
        match store.commit(Commit::command(vec![bulky(written)])).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(written > 100, "only {written} lines fitted");
    assert_eq!(
        error.to_string(),
        "writing to disk failed: database or disk is full; the store reads only until the host is started again"
    );
    let health = store.health();
    assert_eq!((health.writable, health.intake_allowed), (false, false));
    assert!(health.reason.unwrap().contains("database or disk is full"));
    let later = store.commit(Commit::command(create(2))).await.unwrap_err();
    assert_eq!(later, CommitError::ReadOnly { reason: "database or disk is full".to_owned() });

    assert_eq!(store.history(&id(1), 0, 10_000).await.unwrap().len() as i64, written, "reading goes on");
    store.close().await;
    let store = stage.open();
    assert_eq!(store.history(&id(1), 0, 10_000).await.unwrap().len() as i64, written);
    commit(&store, create(2)).await;
}

/// The whole batch fails with the one that filled the disk: nothing of it was on disk.
#[tokio::test]
async fn commits_that_wait_are_answered_when_the_disk_is_full() {
    let stage = Stage::new();
    let store = stage.open_with(Options { database_bytes_max: Some(512 * 1024), ..Options::default() });
    commit(&store, create(1)).await;
    let tasks: Vec<_> = (1..=400)
        .map(|at_ms| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(Commit::background(vec![bulky(at_ms)])).await })
        })
        .collect();
    let mut acknowledged = 1;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => acknowledged += 1,
            Err(CommitError::Failed { .. } | CommitError::ReadOnly { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert!(acknowledged < 400, "the disk was never full");
    assert_eq!(store.history(&id(1), 0, 10_000).await.unwrap().len(), acknowledged);
}

#[tokio::test]
async fn a_host_that_was_overtaken_writes_no_more() {
    let stage = Stage::new();
    let store = stage.open();
    create_all(&store, 1..=1).await;
    stage.intruder().execute_batch("UPDATE host SET epoch = epoch + 1").unwrap();
    let fenced = CommitError::Fenced { ours: 1, found: 2 };
    for attempt in 1..=2 {
        assert_eq!(
            store.commit(Commit::command(vec![update(1, 1)])).await,
            Err(fenced.clone()),
            "attempt {attempt}"
        );
    }
    assert_eq!(store.health().reason, Some(fenced.to_string()));
    assert_eq!(store.instance(&key(1)).await.unwrap(), Some(instance(1)), "nothing was written");
}

#[tokio::test]
async fn each_opening_is_a_new_epoch() {
    let stage = Stage::new();
    for expect in 1..=3 {
        drop(stage.open());
        let epoch: i64 = stage.intruder().query_row("SELECT epoch FROM host", [], |row| row.get(0)).unwrap();
        assert_eq!(epoch, expect);
    }
}

#[tokio::test]
async fn another_program_that_holds_the_database_is_waited_out() {
    let stage = Stage::new();
    let store = stage.open_with(Options { busy_timeout_ms: 0, ..Options::default() });
    let intruder = stage.intruder();
    intruder.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.commit(Commit::command(create(1))).await, Err(CommitError::Busy));
    assert!(store.health().writable, "a busy database is no broken one");
    intruder.execute_batch("ROLLBACK").unwrap();
    commit(&store, create(1)).await;
}

#[tokio::test]
async fn a_statement_that_the_database_refuses_is_refused_alone() {
    let stage = Stage::new();
    let store = stage.open();
    stage
        .intruder()
        .execute_batch("CREATE TRIGGER no BEFORE INSERT ON timer BEGIN SELECT raise(ABORT, 'not today'); END")
        .unwrap();
    let timer = Change::PutTimer { instance_id: id(1), timer: "hourly".into(), due_ms: 1 };
    let refused = store.commit(Commit::command([create(1), vec![timer]].concat())).await.unwrap_err();
    assert_eq!(refused, CommitError::Refused { message: "not today".to_owned() });
    assert_eq!(store.instance(&key(1)).await.unwrap(), None);
    commit(&store, create(1)).await;
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let stage = Stage::new();
    let store = stage.open();
    commit(&store, create(1)).await;
    store.close().await;
    store.close().await;
    assert_eq!(store.commit(Commit::command(create(2))).await, Err(CommitError::Closed));
    assert_eq!(store.instance(&key(1)).await, Err(countersign_store::ReadError::Closed));
    assert_eq!(store.health().reason.as_deref(), Some("the store is closed"));
}

#[tokio::test]
async fn intake_stops_when_space_runs_low() {
    for (disk_free_min_bytes, expect) in [(0, true), (u64::MAX, false)] {
        let stage = Stage::new();
        let store = stage.open_with(Options { disk_free_min_bytes, ..Options::default() });
        assert_eq!(store.intake_allowed(), expect, "{disk_free_min_bytes} bytes");
        assert!(store.health().writable);
        assert!(store.health().disk_free_bytes.unwrap() > 0);
        commit(&store, create(1)).await;
    }
}
