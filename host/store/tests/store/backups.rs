//! Backups: taken while the store is written, checked without a host, opened as a data directory.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use countersign_store::backup::{self, MANIFEST, Part};
use countersign_store::{AttachmentRow, Change, Commit, Options, RestoreRow, Store};
use futures_util::{StreamExt, stream};

use crate::stage::{Stage, commit, create, id, key, update};

const AT_MS: i64 = 1_700_000_000_000;

/// Begins an instance that refers to a file of its own.
async fn create_with_file(store: &Store, number: i64) {
    let bytes = Bytes::from(format!("file {number}"));
    let file = store.attachments().put(stream::iter([Ok(bytes)]).boxed(), 1_000).await.unwrap();
    let row =
        AttachmentRow { instance_id: id(number), number: 1, sha256: file.sha256, size: file.size, at_ms: 1 };
    commit(store, [create(number), vec![Change::PutAttachment(row)]].concat()).await;
}

/// What goes on beside a backup.
async fn work(store: Store) {
    for number in 51..=400 {
        create_with_file(&store, number).await;
        store.commit(Commit::background(vec![update(number, 1)])).await.unwrap();
    }
}

async fn back_up(store: &Store, to: &Path) {
    store.back_up(to, AT_MS, |_| {}).await.unwrap();
}

fn file_of(dir: &Path, number: i64) -> PathBuf {
    use sha2::{Digest, Sha256};
    let sha256 = hex::encode(Sha256::digest(format!("file {number}")));
    dir.join("attachments").join(&sha256[..2]).join(&sha256[2..])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_under_load_holds_what_was_acknowledged_before() {
    let (stage, elsewhere) = (Stage::new(), Stage::new());
    let store = stage.open();
    for number in 1..=50 {
        create_with_file(&store, number).await;
    }
    let load = tokio::spawn(work(store.clone()));
    let to = elsewhere.dir().join("backups/first");
    let (tell, told) = std::sync::mpsc::channel();
    let manifest = store.back_up(&to, AT_MS, move |progress| tell.send(progress).unwrap()).await.unwrap();
    load.await.unwrap();
    let told: Vec<_> = told.iter().collect();
    for part in [Part::Database, Part::Attachments] {
        assert!(told.iter().any(|word| word.part == part && word.done == word.all), "{part:?}: {told:?}");
    }
    assert!(manifest.files.len() > 50 && manifest.epoch == 1);
    let checked = backup::check(&to, |_, _| {}).unwrap();
    assert_eq!((checked.problems, checked.manifest), (vec![], manifest));

    let restored = Store::open(&to, Options { check_at_open: true, ..Options::default() }).unwrap();
    assert_eq!(restored.attachments().verify_all().await.unwrap().damaged, vec![]);
    let counts = restored.counts().await.unwrap();
    for number in 1..=i64::try_from(counts.instances_resting).unwrap() {
        assert!(restored.instance(&key(number)).await.unwrap().is_some(), "no gap at {number}");
        for row in restored.attachment_rows(&id(number)).await.unwrap() {
            let mut bytes = restored.attachments().open(&row.sha256, 0).await.unwrap();
            assert_eq!(bytes.next().await.unwrap().unwrap(), format!("file {number}"));
        }
    }
    assert!(counts.instances_resting >= 50);
    commit(&restored, create(restored.next_instance_number().await.unwrap())).await;
    assert_eq!(store.restore().await.unwrap(), None, "the original is not marked");
}

#[tokio::test]
async fn what_cannot_become_a_backup_is_refused_in_words() {
    type Prepare = fn(&Stage, &Path) -> PathBuf;
    let cases: [(&str, Prepare, &str); 5] = [
        (
            "not empty",
            |_, elsewhere| {
                std::fs::write(elsewhere.join("notes.txt"), "x").unwrap();
                elsewhere.to_path_buf()
            },
            "is not empty; give a new directory",
        ),
        ("inside", |stage, _| stage.dir().join("attachments/backup"), "lies in the data directory"),
        (
            "a file",
            |_, elsewhere| {
                std::fs::write(elsewhere.join("file"), "x").unwrap();
                elsewhere.join("file")
            },
            "File exists",
        ),
        (
            "a lost file",
            |stage, elsewhere| {
                std::fs::remove_file(file_of(stage.dir(), 1)).unwrap();
                elsewhere.to_path_buf()
            },
            "is missing, damaged or cut off",
        ),
        (
            "a damaged file",
            |stage, elsewhere| {
                std::fs::write(file_of(stage.dir(), 1), "fire 1").unwrap();
                elsewhere.to_path_buf()
            },
            "is missing, damaged or cut off",
        ),
    ];
    for (name, prepare, expect) in cases {
        let (stage, elsewhere) = (Stage::new(), Stage::new());
        let store = stage.open();
        create_with_file(&store, 1).await;
        let to = prepare(&stage, elsewhere.dir());
        let message = store.back_up(&to, AT_MS, |_| {}).await.unwrap_err().to_string();
        assert!(message.contains(expect), "{name}: {message}");
        assert!(!to.join(MANIFEST).exists(), "{name}: it must not look complete");
        commit(&store, create(2)).await;
    }
}

#[tokio::test]
async fn damage_to_a_backup_is_found() {
    type Harm = fn(&Path);
    let cases: [(&str, Harm, &str); 8] = [
        ("a changed file", |dir| std::fs::write(file_of(dir, 1), "fire 1").unwrap(), "is damaged"),
        ("a lost file", |dir| std::fs::remove_file(file_of(dir, 2)).unwrap(), "No such file"),
        (
            "a changed database",
            |dir| {
                let path = dir.join("countersign.db");
                let mut bytes = std::fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                std::fs::write(path, bytes).unwrap();
            },
            "it is damaged, or a host was started on it",
        ),
        (
            "a started host",
            |dir| drop(Store::open(dir, Options::default()).unwrap()),
            "it is damaged, or a host was started on it",
        ),
        ("no manifest", |dir| std::fs::remove_file(dir.join(MANIFEST)).unwrap(), "`backup.json` is missing"),
        ("half a manifest", |dir| std::fs::write(dir.join(MANIFEST), "{").unwrap(), "cannot be read"),
        ("a later format", |dir| edit(dir, "\"format\": 1", "\"format\": 9"), "has format 9"),
        ("a way out", |dir| edit(dir, "\"countersign.db\"", "\"../x\""), "does not lie in the backup"),
    ];
    for (name, harm, expect) in cases {
        let (stage, elsewhere) = (Stage::new(), Stage::new());
        let store = stage.open();
        create_with_file(&store, 1).await;
        create_with_file(&store, 2).await;
        back_up(&store, elsewhere.dir()).await;
        // Its own copies: what is done to them must not reach the original through a shared file.
        for number in [1, 2] {
            let path = file_of(elsewhere.dir(), number);
            let bytes = std::fs::read(&path).unwrap();
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, bytes).unwrap();
        }
        harm(elsewhere.dir());
        let said = match backup::check(elsewhere.dir(), |_, _| {}) {
            Ok(checked) => checked.problems.join("; "),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(expect), "{name}: {said}");
        assert_eq!(store.attachments().verify_all().await.unwrap().damaged, vec![], "{name}");
    }
}

fn edit(dir: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(dir.join(MANIFEST)).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(dir.join(MANIFEST), text.replace(from, to)).unwrap();
}

#[tokio::test]
async fn a_restored_store_knows_it_until_somebody_answers() {
    let (stage, first, second) = (Stage::new(), Stage::new(), Stage::new());
    let store = stage.open();
    back_up(&store, first.dir()).await;
    let mark = |taken_at_ms| {
        Some(RestoreRow { taken_at_ms, acknowledged_at_ms: None, actor: None, missing_commits: None })
    };
    let restored = first.open();
    assert_eq!(restored.restore().await.unwrap(), mark(AT_MS));
    // What nobody has answered stays open in a backup of the restored store, from the earlier time on.
    restored.back_up(second.dir(), AT_MS + 1, |_| {}).await.unwrap();
    let again = second.open();
    assert_eq!(again.restore().await.unwrap(), mark(AT_MS));
    for (at_ms, actor) in [(5, "ann"), (6, "bob")] {
        commit(&again, vec![Change::AcknowledgeRestore { at_ms, actor: actor.to_owned() }]).await;
    }
    let answered = again.restore().await.unwrap().unwrap();
    assert_eq!((answered.acknowledged_at_ms, answered.actor.as_deref()), (Some(5), Some("ann")));
    let third = Stage::new();
    again.back_up(third.dir(), AT_MS + 2, |_| {}).await.unwrap();
    assert_eq!(third.open().restore().await.unwrap(), mark(AT_MS + 2), "a new backup is a new question");
}
