//! Group commit: many transactions, few syncs, each whole or not at all.

use countersign_store::{Change, Commit, CommitError, Committed, Lane, Options, Store};

use crate::stage::{Stage, append, commit, create, create_all, entry, id, key, update};

type Outcomes = Vec<Result<Committed, CommitError>>;

/// A store whose time limit plays no part.
fn patient() -> Options {
    Options { busy_timeout_ms: 600_000, batch_ms_max: 600_000, ..Options::default() }
}

/// Commits all at once: another program holds the database until all of them wait.
async fn commit_together(stage: &Stage, store: &Store, commits: Vec<Commit>) -> Outcomes {
    let intruder = stage.intruder();
    intruder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = commits.len() - 1;
    let tasks: Vec<_> = commits
        .into_iter()
        .map(|commit| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(commit).await })
        })
        .collect();
    // The writer holds one; the others are in the queue.
    while store.metrics().queued_command + store.metrics().queued_background < waiting {
        tokio::task::yield_now().await;
    }
    intruder.execute_batch("ROLLBACK").unwrap();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

#[tokio::test]
async fn five_hundred_commits_share_two_syncs() {
    let stage = Stage::new();
    let store = stage.open_with(patient());
    let commits = (1..=500).map(|number| Commit::command(create(number))).collect();
    let outcomes = commit_together(&stage, &store, commits).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let metrics = store.metrics();
    assert_eq!((metrics.transactions, metrics.commits, metrics.refused), (500, 2, 0));
    assert_eq!((metrics.queued_command, metrics.queued_background), (0, 0));
    assert_eq!(store.counts().await.unwrap().instances_resting, 500);
}

/// Every tenth commit contradicts what is stored, after it has written something.
#[tokio::test]
async fn a_refused_commit_disturbs_no_other_of_its_batch() {
    let stage = Stage::new();
    let store = stage.open_with(patient());
    create_all(&store, 1..=100).await;
    let commits = (1..=100).map(|number| {
        let stale = u64::from(number % 10 == 0);
        Commit::command(vec![append(number, &[entry(2_000)]), update(number, 1 + stale)])
    });
    let outcomes = commit_together(&stage, &store, commits.collect()).await;
    assert_eq!(store.metrics().commits, 101, "one batch");
    for (number, outcome) in (1..=100).zip(outcomes) {
        let good = number % 10 != 0;
        assert_eq!(outcome, if good { Ok(Committed { batch_transactions: 90 }) } else { Err(stale(number)) });
        let (version, lines) = if good { (2, 2) } else { (1, 1) };
        assert_eq!(
            store.instance(&key(number)).await.unwrap().unwrap().version,
            version,
            "instance {number}"
        );
        assert_eq!(store.history(&id(number), 0, 10).await.unwrap().len(), lines, "history {number}");
    }
}

fn stale(number: i64) -> CommitError {
    CommitError::Conflict(countersign_store::Conflict::Version {
        instance_id: id(number),
        expected: 2,
        found: 1,
    })
}

/// Two commits of one batch from the same version: the second sees the first.
#[tokio::test]
async fn of_two_changes_of_one_version_one_wins() {
    let stage = Stage::new();
    let store = stage.open_with(patient());
    create_all(&store, 1..=1).await;
    let commits = vec![Commit::command(vec![update(1, 1)]), Commit::command(vec![update(1, 1)])];
    let outcomes = commit_together(&stage, &store, commits).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = outcomes.into_iter().find_map(Result::err).unwrap().to_string();
    assert_eq!(refused, format!("instance `{}` is at version 2, expected 1; load it again", id(1)));
}

#[tokio::test]
async fn both_lanes_are_written() {
    let stage = Stage::new();
    let store = stage.open_with(patient());
    let lane = |number: i64| if number % 2 == 0 { Lane::Background } else { Lane::Command };
    let commits = (1..=40).map(|number| Commit { lane: lane(number), changes: create(number) }).collect();
    let outcomes = commit_together(&stage, &store, commits).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(store.counts().await.unwrap().instances_resting, 40);
}

/// The queue holds eight; fifty callers wait their turn and are all served.
#[tokio::test]
async fn a_full_queue_makes_callers_wait() {
    let stage = Stage::new();
    let store = stage.open_with(Options { queue_max: 8, batch_transactions_max: 3, ..Options::default() });
    let tasks: Vec<_> = (1..=50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(Commit::command(create(number))).await })
        })
        .collect();
    for task in tasks {
        let committed = task.await.unwrap().unwrap();
        assert!((1..=3).contains(&committed.batch_transactions), "{committed:?}");
    }
    assert_eq!(store.metrics().transactions, 50);
}

#[tokio::test]
async fn a_commit_given_up_by_its_caller_is_still_made() {
    let stage = Stage::new();
    let store = stage.open_with(patient());
    let intruder = stage.intruder();
    intruder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let forgetful = {
        let store = store.clone();
        tokio::spawn(async move { store.commit(Commit::command(create(1))).await })
    };
    let second = {
        let store = store.clone();
        tokio::spawn(async move { store.commit(Commit::command(create(2))).await })
    };
    // One is with the writer, the other waits: both have been handed over.
    while store.metrics().queued_command < 1 {
        tokio::task::yield_now().await;
    }
    forgetful.abort();
    second.abort();
    intruder.execute_batch("ROLLBACK").unwrap();
    store.close().await;
    assert_eq!(stage.open().counts().await.unwrap().instances_resting, 2);
}

#[tokio::test]
async fn an_empty_commit_is_a_commit() {
    let stage = Stage::new();
    let store = stage.open();
    commit(&store, Vec::<Change>::new()).await;
    assert_eq!(store.metrics().transactions, 1);
}
