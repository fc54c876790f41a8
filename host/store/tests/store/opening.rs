//! Opening and closing: what is refused, and what is there again.

use countersign_store::{OpenError, Options, Store};
use std::os::unix::fs::PermissionsExt;

use crate::stage::{Stage, commit, create, create_all, id, instance, key};

/// What a directory can be like, and what is said about it.
#[test]
fn what_is_no_data_directory_is_refused_in_words() {
    type Prepare = fn(&Stage);
    let cases: [(&str, Prepare, &str); 6] = [
        (
            "text",
            |stage| std::fs::write(stage.database(), "my shopping list\n".repeat(500)).unwrap(),
            "is not a Countersign database (no SQLite file)",
        ),
        (
            "short text",
            |stage| std::fs::write(stage.database(), "milk").unwrap(),
            "is not a Countersign database (no SQLite file)",
        ),
        (
            "another program's",
            |stage| stage.intruder().execute_batch("CREATE TABLE t (a)").unwrap(),
            "is not a Countersign database (SQLite file of another program, application id 0)",
        ),
        (
            "another program's, marked",
            |stage| stage.intruder().execute_batch("PRAGMA application_id = 7").unwrap(),
            "is not a Countersign database (SQLite file of another program, application id 7)",
        ),
        (
            "a newer host's",
            |stage| {
                drop(stage.open());
                stage.intruder().execute_batch("PRAGMA user_version = 99").unwrap();
            },
            "has schema 99, this host knows up to 5; start the newer host or restore a backup",
        ),
        (
            "lock is a directory",
            |stage| std::fs::create_dir(stage.dir().join("lock")).unwrap(),
            "lock`: Is a directory",
        ),
    ];
    for (name, prepare, expect) in cases {
        let stage = Stage::new();
        prepare(&stage);
        let before = std::fs::read(stage.database()).ok();
        let message = Store::open(stage.dir(), Options::default()).unwrap_err().to_string();
        assert!(message.contains(expect), "{name}: {message}");
        assert_eq!(std::fs::read(stage.database()).ok(), before, "{name}: the file was touched");
    }
}

#[test]
fn a_path_through_a_file_is_no_directory() {
    let stage = Stage::new();
    let file = stage.dir().join("file");
    std::fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let error = Store::open(&path, Options::default()).unwrap_err();
        assert!(matches!(error, OpenError::NotADirectory { .. }), "{}: {error}", path.display());
    }
}

#[test]
fn a_new_directory_is_for_its_owner_only() {
    let stage = Stage::new();
    let dir = stage.dir().join("new/data");
    let _store = Store::open(&dir, Options::default()).unwrap();
    for (path, expect) in [
        ("", 0o700),
        ("attachments", 0o700),
        ("lock", 0o600),
        ("countersign.db", 0o600),
        ("countersign.db-wal", 0o600),
    ] {
        let mode = dir.join(path).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, expect, "`{path}` has {mode:o}");
    }
}

#[tokio::test]
async fn a_second_host_is_told_who_holds_the_directory() {
    let stage = Stage::new();
    let store = stage.open();
    let error = Store::open(stage.dir(), Options::default()).unwrap_err();
    let OpenError::Locked { pid, .. } = &error else { panic!("{error}") };
    assert_eq!(*pid, Some(std::process::id()));
    assert!(
        error.to_string().contains(&format!("in use by the host with process id {}", std::process::id()))
    );
    store.close().await;
    Store::open(stage.dir(), Options::default()).unwrap();
}

#[tokio::test]
async fn a_damaged_database_is_found_when_asked_for() {
    let stage = Stage::new();
    let store = stage.open();
    create_all(&store, 1..=200).await;
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await;
    let mut bytes = std::fs::read(stage.database()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    std::fs::write(stage.database(), bytes).unwrap();
    let error = Store::open(stage.dir(), Options { check_at_open: true, ..Options::default() }).unwrap_err();
    assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");
}

#[tokio::test]
async fn what_was_committed_is_there_after_closing_and_after_dropping() {
    let stage = Stage::new();
    for round in 1..=4 {
        let store = stage.open();
        assert_eq!(store.next_instance_number().await.unwrap(), round);
        for earlier in 1..round {
            assert_eq!(
                store.instance(&key(earlier)).await.unwrap(),
                Some(instance(earlier)),
                "round {round}"
            );
            assert_eq!(store.history(&id(earlier), 0, 10).await.unwrap().len(), 1);
        }
        commit(&store, create(round)).await;
        if round % 2 == 0 {
            store.close().await;
            let log = stage.dir().join("countersign.db-wal");
            assert_eq!(log.metadata().map_or(0, |log| log.len()), 0, "a closed store is one file");
        }
    }
}

/// What a power cut leaves: the database without its log folded in.
#[tokio::test]
async fn a_log_left_behind_is_read_again() {
    let (stage, copy) = (Stage::new(), Stage::new());
    let store = stage.open();
    create_all(&store, 1..=20).await;
    for file in ["countersign.db", "countersign.db-wal"] {
        std::fs::copy(stage.dir().join(file), copy.dir().join(file)).unwrap();
    }
    let log = copy.dir().join("countersign.db-wal").metadata().unwrap().len();
    assert!(log > 20 * 4096, "the test needs a log, found {log} bytes");
    let copied = copy.open();
    assert_eq!(copied.counts().await.unwrap().instances_resting, 20);
    assert_eq!(copied.next_instance_number().await.unwrap(), 21);
}
