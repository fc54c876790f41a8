//! Files of attachments: stored by content, checked when read.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use countersign_store::{AttachmentError, Attachments, ByteStream, StoredFile};
use futures_util::{StreamExt, stream};
use sha2::{Digest, Sha256};

use crate::stage::Stage;

const NO_LIMIT: u64 = u64::MAX;

/// Bytes that do not repeat in step with the pieces.
fn content(size: usize) -> Vec<u8> {
    (0..size).map(|position| (position * 31 % 251) as u8).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn pieces(bytes: &[u8], piece: usize) -> ByteStream {
    let pieces: Vec<io::Result<Bytes>> =
        bytes.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces).boxed()
}

async fn put(files: &Attachments, bytes: &[u8]) -> StoredFile {
    files.put(pieces(bytes, 10_000), NO_LIMIT).await.unwrap()
}

async fn read(files: &Attachments, sha256: &str, offset: u64) -> io::Result<Vec<u8>> {
    let mut stream = files.open(sha256, offset).await?;
    let mut read = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        assert!(!piece.is_empty() && piece.len() <= 64 * 1024, "a piece of {}", piece.len());
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

fn path(stage: &Stage, sha256: &str) -> PathBuf {
    stage.dir().join("attachments").join(&sha256[..2]).join(&sha256[2..])
}

/// What lies in the directory itself, beside the folders.
fn left_over(stage: &Stage) -> Vec<String> {
    let entries = stage.dir().join("attachments").read_dir().unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn bytes_come_back_as_they_went_in() {
    let stage = Stage::new();
    let store = stage.open();
    let files = store.attachments();
    for size in [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000] {
        let bytes = content(size);
        let expect = StoredFile { size: size as u64, sha256: sha256(&bytes) };
        for piece in [1_000, 65_536, 300_000] {
            assert_eq!(
                files.put(pieces(&bytes, piece), NO_LIMIT).await.unwrap(),
                expect,
                "{size} by {piece}"
            );
        }
        for offset in [0, 1, size / 2, size, size + 10] {
            let read = read(files, &expect.sha256, offset as u64).await.unwrap();
            assert!(read == bytes[offset.min(size)..], "{size} from {offset}");
        }
        assert_eq!(std::fs::read(path(&stage, &expect.sha256)).unwrap(), bytes);
    }
    assert_eq!(left_over(&stage), Vec::<String>::new());
    let verified = files.verify_all().await.unwrap();
    assert_eq!((verified.files, verified.bytes, verified.damaged), (7, 1_327_681, vec![]));
}

#[tokio::test]
async fn the_same_content_is_written_once() {
    use std::os::unix::fs::MetadataExt;
    let stage = Stage::new();
    let store = stage.open();
    let stored = put(store.attachments(), b"the same").await;
    let inode = path(&stage, &stored.sha256).metadata().unwrap().ino();
    assert_eq!(put(store.attachments(), b"the same").await, stored);
    assert_eq!(path(&stage, &stored.sha256).metadata().unwrap().ino(), inode);
    assert_eq!(left_over(&stage), Vec::<String>::new());
}

#[tokio::test]
async fn twenty_at_once_keep_one() {
    let stage = Stage::new();
    let store = stage.open();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let files = store.attachments().clone();
            tokio::spawn(async move { put(&files, &content(200_000)).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().sha256, sha256(&content(200_000)));
    }
    assert_eq!(store.attachments().verify_all().await.unwrap().files, 1);
}

#[tokio::test]
async fn a_damaged_file_never_arrives_whole() {
    let stage = Stage::new();
    let store = stage.open();
    let files = store.attachments();
    let whole = content(200_000);
    type Harm = fn(&mut Vec<u8>);
    let harms: [(&str, Harm); 4] = [
        ("a bit flipped at the start", |bytes| bytes[0] ^= 1),
        ("a bit flipped at the end", |bytes| *bytes.last_mut().unwrap() ^= 0x80),
        ("cut", |bytes| bytes.truncate(70_000)),
        ("emptied", Vec::clear),
    ];
    for (name, harm) in harms {
        let stored = put(files, &whole).await;
        let mut bytes = whole.clone();
        harm(&mut bytes);
        std::fs::write(path(&stage, &stored.sha256), &bytes).unwrap();
        let error = read(files, &stored.sha256, 0).await.unwrap_err();
        let expect = format!(
            "the file with sha256 `{}` is damaged on disk (its bytes have `{}`); restore it from a backup",
            stored.sha256,
            sha256(&bytes)
        );
        assert_eq!((error.kind(), error.to_string()), (io::ErrorKind::InvalidData, expect), "{name}");
        let verified = files.verify_all().await.unwrap();
        assert_eq!((verified.files, verified.damaged.len()), (0, 1), "{name}");
        assert_eq!(verified.damaged[0].path, path(&stage, &stored.sha256));
        std::fs::remove_file(path(&stage, &stored.sha256)).unwrap();
    }
}

#[tokio::test]
async fn a_copy_of_another_length_is_replaced() {
    let stage = Stage::new();
    let store = stage.open();
    let stored = put(store.attachments(), b"whole").await;
    std::fs::write(path(&stage, &stored.sha256), b"who").unwrap();
    put(store.attachments(), b"whole").await;
    assert_eq!(read(store.attachments(), &stored.sha256, 0).await.unwrap(), b"whole");
}

#[tokio::test]
async fn too_large_a_file_is_refused_and_not_kept() {
    let stage = Stage::new();
    let store = stage.open();
    let files = store.attachments();
    for (size_max, fits) in [(100_000, true), (99_999, false), (0, false)] {
        let outcome = files.put(pieces(&content(100_000), 40_000), size_max).await;
        match outcome {
            Ok(stored) => assert!(fits && stored.size == 100_000),
            Err(AttachmentError::TooLarge { size_max: named }) => assert!(!fits && named == size_max),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(files.verify_all().await.unwrap().files, 1);
    assert_eq!(left_over(&stage), Vec::<String>::new());
}

#[tokio::test]
async fn a_stream_that_breaks_off_leaves_nothing() {
    let stage = Stage::new();
    let store = stage.open();
    let reset = || io::Error::new(io::ErrorKind::ConnectionReset, "peer went away");
    let broken = pieces(&content(150_000), 50_000).chain(stream::iter([Err(reset())])).boxed();
    let error = store.attachments().put(broken, NO_LIMIT).await.unwrap_err();
    assert_eq!(error.to_string(), "the incoming file broke off: peer went away");
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::ConnectionReset);
    // A caller that goes away is the same: the task is ended while it waits for more.
    let (sent, ready) = tokio::sync::oneshot::channel();
    let endless = pieces(&content(150_000), 50_000).chain(stream::once(async move {
        sent.send(()).unwrap();
        std::future::pending().await
    }));
    let files = store.attachments().clone();
    let task = tokio::spawn(async move { files.put(endless.boxed(), NO_LIMIT).await });
    ready.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(left_over(&stage), Vec::<String>::new());
    assert_eq!(store.attachments().verify_all().await.unwrap().files, 0);
}

#[tokio::test]
async fn what_is_no_digest_or_not_stored_is_not_found() {
    let stage = Stage::new();
    let store = stage.open();
    let stored = put(store.attachments(), b"there").await;
    let names =
        ["", "ab", "../../countersign.db", &"0".repeat(64), &stored.sha256.to_uppercase(), &"ł".repeat(32)];
    for name in names {
        let Err(error) = store.attachments().open(name, 0).await else { panic!("`{name}` was opened") };
        assert!(matches!(error, AttachmentError::NotFound { .. }), "`{name}`: {error}");
    }
}

#[tokio::test]
async fn what_a_crash_left_half_written_is_removed_at_open() {
    let stage = Stage::new();
    let stored = put(stage.open().attachments(), b"kept").await;
    std::fs::write(stage.dir().join("attachments/incoming-a1b2c3"), b"half").unwrap();
    let store = stage.open();
    assert_eq!(left_over(&stage), Vec::<String>::new());
    assert_eq!(read(store.attachments(), &stored.sha256, 0).await.unwrap(), b"kept");
}
