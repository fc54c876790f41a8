//! What the tests play with: a directory, a store in it, instances and changes.
//!
//! Not here: any expectation.

use std::path::{Path, PathBuf};

use countersign_store::{Change, Commit, InstanceKey, Options, Store};
use countersign_workflow::effect::Entry;
use countersign_workflow::instance::Instance;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A directory that goes away with the test.
pub(crate) struct Stage {
    dir: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.dir().join("countersign.db")
    }

    pub(crate) fn open(&self) -> Store {
        self.open_with(Options::default())
    }

    pub(crate) fn open_with(&self, options: Options) -> Store {
        Store::open(self.dir(), options).unwrap()
    }

    /// The files as a killed host leaves them: copied while it works, its log beside the database.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        for entry in std::fs::read_dir(self.dir()).unwrap().map(Result::unwrap) {
            if entry.path().is_file() && !entry.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::copy(entry.path(), copy.dir().join(entry.file_name())).unwrap();
            }
        }
        copy
    }

    /// The log beside the database.
    pub(crate) fn log(&self) -> PathBuf {
        self.dir().join("countersign.db-wal")
    }

    /// Another program that looks into the database.
    pub(crate) fn intruder(&self) -> Connection {
        Connection::open(self.database()).unwrap()
    }
}

/// The id of the instance with this number.
pub(crate) fn id(number: i64) -> String {
    format!("0190b5f0-0000-7000-8000-{number:012}")
}

/// The key of the instance with this number.
pub(crate) fn key(number: i64) -> InstanceKey {
    InstanceKey::Id(id(number))
}

/// An instance at version 1 of step `prepare`.
pub(crate) fn instance(number: i64) -> Instance {
    instance_with(number, json!({}))
}

/// An instance with some of its JSON replaced.
pub(crate) fn instance_with(number: i64, other: Value) -> Instance {
    let mut all = json!({
        "id": id(number), "number": number, "workflow": "contract-signing", "definition": "d1", "connections": {},
        "version": 1, "step": "prepare", "entered-at-ms": 1000, "phase": {"phase": "resting"},
        "form": {"fields": {"title": format!("Contract {number}")}}, "timers": {}, "pressed-at-ms": {},
        "incident": null, "waiting": [], "unfinished-documents": {}, "calls": 0, "rows": 0,
    });
    for (name, value) in other.as_object().unwrap() {
        all[name] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

/// A line of the history.
pub(crate) fn entry(at_ms: i64) -> Entry {
    let line =
        json!({"at-ms": at_ms, "actor": {"name": "ann@example.org"}, "step": "prepare", "what": "started"});
    serde_json::from_value(line).unwrap()
}

/// Begins instance `number` with one line of history.
pub(crate) fn create(number: i64) -> Vec<Change> {
    vec![Change::create_instance(&instance(number), 1_000).unwrap(), append(number, &[entry(1_000)])]
}

/// Adds lines to the history of instance `number`.
pub(crate) fn append(number: i64, entries: &[Entry]) -> Change {
    Change::append_history(&id(number), entries).unwrap()
}

/// Moves instance `number` from one version to the next.
pub(crate) fn update(number: i64, from: u64) -> Change {
    let next = instance_with(number, json!({"version": from + 1, "step": "approval"}));
    Change::update_instance(&next, from, 2_000).unwrap()
}

/// Commits changes that must go well.
pub(crate) async fn commit(store: &Store, changes: Vec<Change>) {
    store.commit(Commit::command(changes)).await.unwrap();
}

/// Begins some instances.
pub(crate) async fn create_all(store: &Store, numbers: std::ops::RangeInclusive<i64>) {
    for number in numbers {
        commit(store, create(number)).await;
    }
}
