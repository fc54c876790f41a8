//! The runner bites: a case that says something else than the component does fails at the place that differs, and a
//! case that cannot be right is refused with file and key.
//!
//! Not here: the cases themselves (`cases.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use countersign_conformance::{Case, find_cases, run_case};
use countersign_sandbox::{Provider, Sandbox, SandboxConfig};
use serde_json::{Value, json};
use tempfile::TempDir;

static AUTENTI: LazyLock<Arc<Provider>> = LazyLock::new(|| {
    let sandbox = Sandbox::new(SandboxConfig { max_calls: 16, ..SandboxConfig::default() }).unwrap();
    sandbox.admit(countersign_components::bundled_by_id("autenti").unwrap().bytes).unwrap()
});

/// A case of the fixtures, copied so that it can be spoiled.
struct Copy {
    /// Removed when dropped.
    _root: TempDir,
    folder: PathBuf,
}

impl Copy {
    fn of(case: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let provider = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/autenti");
        let folder = root.path().join("autenti").join(case);
        fs::create_dir_all(folder.join("expected")).unwrap();
        fs::copy(provider.join("connection.json"), root.path().join("autenti/connection.json")).unwrap();
        for inner in ["", "expected"] {
            let Ok(entries) = fs::read_dir(provider.join(case).join(inner)) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
                fs::copy(&path, folder.join(inner).join(path.file_name().unwrap())).unwrap();
            }
        }
        Self { _root: root, folder }
    }

    /// Puts a value at a JSON pointer of a file; the last segment may be new.
    fn put(&self, file: &str, pointer: &str, value: Value) {
        let path = self.folder.join(file);
        let mut whole: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match whole.pointer_mut(parent).unwrap() {
            Value::Object(object) => drop(object.insert(key.to_owned(), value)),
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
            other => panic!("`{other}` has no `{key}`"),
        }
        fs::write(path, whole.to_string()).unwrap();
    }

    fn load_error(&self) -> String {
        Case::load(&self.folder).unwrap_err().to_string()
    }

    async fn places(&self) -> Vec<String> {
        let case = Case::load(&self.folder).unwrap();
        run_case(&AUTENTI, &case).await.differences.into_iter().map(|difference| difference.place).collect()
    }
}

const SEND: &str = "send-for-signature/one-signer-one-file";
const REMIND: &str = "send-reminders/two-assertions";
const FETCH: &str = "get-document/slash-in-the-file-id";

#[tokio::test]
async fn every_difference_is_found_where_it_is() {
    let cases = [
        (SEND, "01-create.json", "/request/method", json!("PUT"), "01-create.json, request.method"),
        (SEND, "01-create.json", "/request/connection", json!("auth"), "01-create.json, request.connection"),
        (SEND, "01-create.json", "/request/path", json!("/documents"), "01-create.json, request.path"),
        (SEND, "01-create.json", "/request/query", json!([["a", "b"]]), "01-create.json, request.query"),
        (SEND, "01-create.json", "/request/repeat", json!("once"), "01-create.json, request.repeat"),
        (
            SEND,
            "01-create.json",
            "/request/body/json/title",
            json!("X"),
            "01-create.json, request.body.title",
        ),
        (
            SEND,
            "02-upload.json",
            "/request/body/multipart/0/body/json/filePurpose",
            json!("X"),
            "02-upload.json, request.body[0].body.filePurpose",
        ),
        (
            SEND,
            "02-upload.json",
            "/request/body/multipart/1/headers/1/value",
            json!("text/plain"),
            "02-upload.json, request.body[1].headers.content-type",
        ),
        (
            SEND,
            "02-upload.json",
            "/request/body/multipart/1/body",
            json!({"text": "%PDF-1.4"}),
            "02-upload.json, request.body[1].body",
        ),
        (SEND, "case.json", "/outcome/document-id", json!("X"), "result.outcome.document-id"),
        (SEND, "case.json", "/outcome/link", json!(null), "result.outcome.link"),
        (SEND, "case.json", "/document-created", json!("X"), "document-created"),
        (SEND, "case.json", "/document-created", json!(null), "document-created"),
        (
            REMIND,
            "03-remind.json",
            "/request/headers/1/value/base64-json/attributes/selectedIds/0",
            json!("X"),
            "03-remind.json, request.headers.x-assertion.attributes.selectedIds[0]",
        ),
        (
            REMIND,
            "03-remind.json",
            "/request/headers",
            json!([{"name": "X-ASSERTION", "value": {"any": true}}]),
            "03-remind.json, request.headers.x-assertion",
        ),
        (FETCH, "case.json", "/created/0/name", json!("X.pdf"), "created[0][0]"),
        (FETCH, "case.json", "/created", json!([]), "created"),
        (
            "get-document-status/unknown-document",
            "case.json",
            "/failure",
            json!("unsupported"),
            "result.failure",
        ),
    ];
    for (case, file, pointer, value, place) in cases {
        let copy = Copy::of(case);
        copy.put(file, pointer, value);
        let places = copy.places().await;
        assert_eq!(places.first().map(String::as_str), Some(place), "{file}{pointer}: {places:?}");
    }
}

#[tokio::test]
async fn missing_and_further_requests_are_found() {
    let copy = Copy::of(SEND);
    fs::copy(copy.folder.join("04-read-back.json"), copy.folder.join("05-again.json")).unwrap();
    assert_eq!(copy.places().await, ["05-again.json"], "nobody asks for it");

    fs::remove_file(copy.folder.join("05-again.json")).unwrap();
    fs::remove_file(copy.folder.join("04-read-back.json")).unwrap();
    assert_eq!(copy.places().await.first().unwrap(), "after the last exchange");
}

#[tokio::test]
async fn other_bytes_of_a_made_file_are_found() {
    let copy = Copy::of(FETCH);
    fs::write(copy.folder.join("expected/other.pdf"), b"%PDF-1.4 other").unwrap();
    copy.put("case.json", "/created/0/file", json!("expected/other.pdf"));
    assert_eq!(copy.places().await, ["created.Umowa podpisana.pdf"]);
}

#[test]
fn a_case_that_cannot_be_right_is_refused_with_file_and_key() {
    let cases: [(&str, &str, Value, &str); 13] = [
        ("case.json", "/titel", json!(1), "unknown field `titel`"),
        ("case.json", "/docs", json!(" "), "key `docs`"),
        ("case.json", "/now", json!("yesterday"), "key `now`"),
        ("case.json", "/provenance/kind", json!("heard"), "key `provenance.kind`: unknown variant `heard`"),
        ("case.json", "/input/recipients/0/mail", json!("a"), "`recipients[0].mail`: unknown field `mail`"),
        ("case.json", "/failure", json!("not-found"), "either `outcome` or `failure`"),
        (
            "case.json",
            "/created",
            json!([{"name": "a.pdf", "media-type": "application/pdf", "file": "missing.pdf"}]),
            "missing.pdf`: cannot be read",
        ),
        ("01-create.json", "/request/verb", json!("GET"), "key `request.verb`: unknown field `verb`"),
        ("01-create.json", "/request/body", json!({"xml": "a"}), "key `request.body`: unknown variant `xml`"),
        ("01-create.json", "/response/broken", json!("after-send"), "either `status` or `broken`"),
        ("03-send.json", "/request/headers/0/value", json!({"base64": "a"}), "unknown variant `base64`"),
        ("03-send.json", "/request/body", json!({"any": false}), "key `request.body.any`: `any` is `true`"),
        ("03-send.json", "/request/repeat", json!("twice"), "key `request.repeat`: unknown variant `twice`"),
    ];
    for (file, pointer, value, expected) in cases {
        let copy = Copy::of(SEND);
        copy.put(file, pointer, value);
        let error = copy.load_error();
        assert!(error.contains(expected), "{file}{pointer}: {error}");
        let named = error.contains(file) || error.contains("missing.pdf");
        assert!(named, "{file}{pointer} is not named: {error}");
    }
}

#[test]
fn files_and_folders_that_nobody_knows_are_refused() {
    let copy = Copy::of(SEND);
    fs::write(copy.folder.join("notes.txt"), "").unwrap();
    assert!(copy.load_error().contains("notes.txt`: is named nowhere"), "{}", copy.load_error());

    let provider = copy.folder.ancestors().nth(2).unwrap();
    assert_eq!(find_cases(provider).unwrap(), [copy.folder.as_path()]);
    fs::create_dir(provider.join("sign-everything")).unwrap();
    let error = find_cases(provider).unwrap_err().to_string();
    assert!(error.contains("sign-everything`: is no action of the contract"), "{error}");
}
