//! A host killed in the middle of its commits: whatever it acknowledged is there.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use countersign_store::{AttachmentRow, Change, Commit, OpenError, Options, Store};
use futures_util::{StreamExt, stream};

use crate::stage::{Stage, create, id, key, update};

/// Tells the child where to work; without it this is the parent.
const DIRECTORY: &str = "COUNTERSIGN_TEST_CHILD_DIRECTORY";

#[test]
fn a_killed_host_loses_nothing_acknowledged() {
    if let Some(dir) = std::env::var_os(DIRECTORY) {
        return work_until_killed(dir.as_ref());
    }
    let stage = Stage::new();
    let mut acknowledged = Vec::new();
    // Each round begins where the last was killed.
    for lines in [1, 60, 200] {
        let mut child = spawn(&stage);
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = output.by_ref().map(Result::unwrap).filter_map(|line| line.parse::<i64>().ok());
        acknowledged.extend(said.by_ref().take(lines));
        expect_locked(&stage, child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had said before it was killed counts too.
        acknowledged.extend(said);
        check(&stage, &acknowledged);
    }
    assert!(acknowledged.len() >= 261, "only {} commits", acknowledged.len());
}

fn spawn(stage: &Stage) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crashing::a_killed_host_loses_nothing_acknowledged", "--exact", "--nocapture"])
        .env(DIRECTORY, stage.dir())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn expect_locked(stage: &Stage, child: u32) {
    let error = Store::open(stage.dir(), Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::Locked { pid: Some(pid), .. } if pid == child), "{error}");
}

#[tokio::main(flavor = "current_thread")]
async fn check(stage: &Stage, acknowledged: &[i64]) {
    let store = stage.open_with(Options { check_at_open: true, ..Options::default() });
    for number in acknowledged {
        let instance = store.instance(&key(*number)).await.unwrap();
        assert_eq!(instance.map(|instance| instance.version), Some(2), "instance {number}");
        assert_eq!(store.history(&id(*number), 0, 10).await.unwrap().len(), 1, "history of {number}");
        let files = store.attachment_rows(&id(*number)).await.unwrap();
        let mut bytes = store.attachments().open(&files[0].sha256, 0).await.unwrap();
        assert_eq!(bytes.next().await.unwrap().unwrap(), format!("file {number}"));
    }
    // What was not acknowledged is there whole or not at all.
    let counts = store.counts().await.unwrap();
    assert!(counts.instances_resting >= acknowledged.len() as u64);
    assert_eq!(store.attachments().verify_all().await.unwrap().damaged, vec![]);
    store.close().await;
}

/// Eight tasks, each: a file, a commit that begins an instance and refers to it, one that moves it, a line of output.
#[tokio::main(worker_threads = 2)]
async fn work_until_killed(dir: &std::path::Path) {
    let store = Store::open(dir, Options::default()).unwrap();
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(work(store.clone()))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn work(store: Store) {
    loop {
        let number = store.next_instance_number().await.unwrap();
        let bytes = Bytes::from(format!("file {number}"));
        let file = store.attachments().put(stream::iter([Ok(bytes)]).boxed(), 1_000).await.unwrap();
        let row = AttachmentRow {
            instance_id: id(number),
            number: 1,
            sha256: file.sha256,
            size: file.size,
            at_ms: 1,
        };
        let begin = [create(number), vec![Change::PutAttachment(row)]].concat();
        store.commit(Commit::command(begin)).await.unwrap();
        store.commit(Commit::background(vec![update(number, 1)])).await.unwrap();
        // One write per line: a line is said whole or not at all.
        std::io::stdout().lock().write_all(format!("{number}\n").as_bytes()).unwrap();
    }
}
