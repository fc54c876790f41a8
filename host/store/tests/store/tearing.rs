//! A disk that confirmed what it did not keep, and a directory taken without its lock: noticed at the next start.

use std::fs::{self, OpenOptions};

use countersign_store::{Change, RestoreRow, Store};

use crate::stage::{Stage, commit, create, create_all};

/// A frame of the log: its head and a page (sqlite.org/fileformat2.html#walformat).
const FRAME_BYTES: u64 = 24 + 4_096;
const INSTANCES: i64 = 20;

/// Twenty commits, each an instance; the store stays open.
async fn worked() -> (Stage, Store) {
    let stage = Stage::new();
    let store = stage.open();
    create_all(&store, 1..=INSTANCES).await;
    (stage, store)
}

fn cut(stage: &Stage, bytes: u64) {
    let log = OpenOptions::new().write(true).open(stage.log()).unwrap();
    let length = log.metadata().unwrap().len();
    log.set_len(length.saturating_sub(bytes)).unwrap();
}

/// Flips a bit so many bytes before the end.
fn flip(stage: &Stage, before_end: usize) {
    let mut bytes = fs::read(stage.log()).unwrap();
    let place = bytes.len() - before_end;
    bytes[place] ^= 1;
    fs::write(stage.log(), bytes).unwrap();
}

async fn instances(store: &Store) -> i64 {
    i64::try_from(store.counts().await.unwrap().instances_resting).unwrap()
}

#[tokio::test]
async fn a_log_that_lost_its_end_is_noticed_and_counted() {
    let (stage, store) = worked().await;
    type Harm = fn(&Stage);
    let cases: [(&str, Harm); 6] = [
        ("cut by a byte", |copy| cut(copy, 1)),
        ("cut by a page", |copy| cut(copy, FRAME_BYTES)),
        ("cut by fifty pages", |copy| cut(copy, 50 * FRAME_BYTES)),
        ("a bit flipped in the last page", |copy| flip(copy, 100)),
        ("a bit flipped long ago", |copy| flip(copy, 100 + 40 * FRAME_BYTES as usize)),
        ("a bit flipped in a checksum", |copy| flip(copy, 4_096 + 4)),
    ];
    for (name, harm) in cases {
        let copy = stage.copy();
        harm(&copy);
        let torn = copy.open();
        let row = torn.restore().await.unwrap().unwrap_or_else(|| panic!("{name}: nothing was noticed"));
        let lost = INSTANCES - instances(&torn).await;
        assert!(lost >= 1 && row.missing_commits == Some(lost.cast_unsigned()), "{name}: {lost} of {row:?}");
        assert_eq!(
            (row.taken_at_ms, row.acknowledged_at_ms),
            (1_000, None),
            "{name}: known until the last line"
        );
        // It works on, and the question stays until somebody has answered it; then it is not asked again.
        commit(&torn, create(INSTANCES + 1)).await;
        torn.close().await;
        let torn = copy.open();
        assert_eq!(torn.restore().await.unwrap().as_ref(), Some(&row), "{name}");
        commit(&torn, vec![Change::AcknowledgeRestore { at_ms: 5, actor: "ann".to_owned() }]).await;
        torn.close().await;
        let answered = RestoreRow { acknowledged_at_ms: Some(5), actor: Some("ann".to_owned()), ..row };
        assert_eq!(copy.open().restore().await.unwrap(), Some(answered), "{name}");
    }
    assert_eq!((instances(&store).await, store.restore().await.unwrap()), (INSTANCES, None), "the original");
}

#[tokio::test]
async fn a_log_that_is_gone_leaves_an_empty_database_that_is_not_trusted() {
    let (stage, _store) = worked().await;
    let copy = stage.copy();
    fs::remove_file(copy.log()).unwrap();
    let torn = copy.open();
    let row = torn.restore().await.unwrap().unwrap();
    assert_eq!((instances(&torn).await, row.taken_at_ms), (0, 0));
    // Taking the turn is a commit too.
    assert_eq!(row.missing_commits, Some(INSTANCES.cast_unsigned() + 1));
}

#[tokio::test]
async fn what_was_kept_is_not_noticed() {
    let (stage, store) = worked().await;
    type Harm = fn(&Stage);
    let forget: Harm = |copy| fs::remove_file(copy.dir().join("acknowledged")).unwrap();
    let cases: [(&str, Harm); 4] = [
        ("an intact copy", |_| {}),
        ("no mark", forget),
        ("an empty mark", |copy| fs::write(copy.dir().join("acknowledged"), "").unwrap()),
        ("a mark of zeros", |copy| fs::write(copy.dir().join("acknowledged"), [0; 16]).unwrap()),
    ];
    for (name, harm) in cases {
        let copy = stage.copy();
        harm(&copy);
        for round in 1..=2 {
            let kept = copy.open();
            assert_eq!(
                (instances(&kept).await, kept.restore().await.unwrap()),
                (INSTANCES, None),
                "{name}, {round}"
            );
            kept.close().await;
        }
        // The mark was made anew: a loss after it is noticed.
        let kept = copy.open();
        create_all(&kept, INSTANCES + 1..=INSTANCES + 3).await;
        let again = copy.copy();
        cut(&again, 1);
        let missing = again.open().restore().await.unwrap().and_then(|row| row.missing_commits);
        assert_eq!(missing, Some(1), "{name}");
    }
    store.close().await;
    assert_eq!(stage.open().restore().await.unwrap(), None, "a store that was closed");
}

#[tokio::test]
async fn a_mark_older_than_the_database_means_nothing() {
    let (stage, store) = worked().await;
    let earlier = fs::read(stage.dir().join("acknowledged")).unwrap();
    commit(&store, create(INSTANCES + 1)).await;
    let copy = stage.copy();
    fs::write(copy.dir().join("acknowledged"), earlier).unwrap();
    assert_eq!(copy.open().restore().await.unwrap(), None);
}

#[tokio::test]
async fn an_older_database_put_in_the_place_of_a_newer_is_noticed() {
    let (stage, store) = worked().await;
    let earlier = stage.copy();
    create_all(&store, INSTANCES + 1..=INSTANCES + 4).await;
    fs::copy(stage.dir().join("acknowledged"), earlier.dir().join("acknowledged")).unwrap();
    let missing = earlier.open().restore().await.unwrap().and_then(|row| row.missing_commits);
    assert_eq!(missing, Some(4));
}

#[tokio::test]
async fn a_backup_looks_like_a_backup_and_not_like_a_loss() {
    const AT_MS: i64 = 1_700_000_000_000;
    let (stage, store) = worked().await;
    let backup = Stage::new();
    store.back_up(backup.dir(), AT_MS, |_| {}).await.unwrap();
    assert!(!backup.dir().join("acknowledged").exists());
    let mark =
        Some(RestoreRow { taken_at_ms: AT_MS, acknowledged_at_ms: None, actor: None, missing_commits: None });
    for round in 1..=2 {
        assert_eq!(backup.open().restore().await.unwrap(), mark, "{round}");
    }
    // A backup of a store that lost something, and that nobody has answered for, says so too.
    let (torn, second) = (stage.copy(), Stage::new());
    cut(&torn, 1);
    let torn = torn.open();
    torn.back_up(second.dir(), AT_MS, |_| {}).await.unwrap();
    assert_eq!(second.open().restore().await.unwrap(), torn.restore().await.unwrap());
    // Once answered for, a backup is a new question of its own kind.
    let third = Stage::new();
    commit(&torn, vec![Change::AcknowledgeRestore { at_ms: 5, actor: "ann".to_owned() }]).await;
    torn.back_up(third.dir(), AT_MS, |_| {}).await.unwrap();
    assert_eq!(third.open().restore().await.unwrap(), mark);
}

#[tokio::test]
async fn a_loss_after_a_restore_asks_from_the_earlier_time_on() {
    let (_stage, store) = worked().await;
    let backup = Stage::new();
    store.back_up(backup.dir(), 500, |_| {}).await.unwrap();
    let restored = backup.open();
    create_all(&restored, INSTANCES + 1..=INSTANCES + 2).await;
    let torn = backup.copy();
    cut(&torn, 1);
    let row = torn.open().restore().await.unwrap().unwrap();
    assert_eq!((row.taken_at_ms, row.missing_commits), (500, Some(1)));
}

#[tokio::test]
async fn a_directory_taken_without_its_lock_is_marked() {
    let (stage, first) = worked().await;
    assert_eq!(first.overtaken_at_ms().await.unwrap(), None, "a new directory was nobody's");
    let copy = stage.copy();
    assert_eq!(copy.open().overtaken_at_ms().await.unwrap(), None, "whoever held that lock has ended");
    fs::remove_file(stage.dir().join("lock")).unwrap();
    let second = stage.open();
    let overtaken = second.overtaken_at_ms().await.unwrap();
    assert!(overtaken.is_some());
    second.close().await;
    assert_eq!(stage.open().overtaken_at_ms().await.unwrap(), overtaken, "the mark outlives the next host");
}
