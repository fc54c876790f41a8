//! Cases to spoil: copies of the fixtures, and cases for the component that misbehaves.
//!
//! Not here: what is found.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use countersign_conformance::{AnyCase, Case, Difference, Suite, run_any};
use countersign_sandbox::{Limits, Provider, Sandbox, SandboxConfig};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) static AUTENTI: LazyLock<Arc<Provider>> = LazyLock::new(|| {
    admit(countersign_components::bundled_by_id("autenti").unwrap().bytes, Limits::default())
});

/// Little time, so that a component that never returns is noticed soon.
pub(crate) static HOSTILE: LazyLock<Arc<Provider>> = LazyLock::new(|| {
    admit(countersign_components::hostile(), Limits { guest_time_ms: 200, ..Limits::default() })
});

fn admit(bytes: &[u8], limits: Limits) -> Arc<Provider> {
    let config = SandboxConfig { max_calls: 16, limits, ..SandboxConfig::default() };
    Sandbox::new(config).unwrap().admit(bytes).unwrap()
}

pub(crate) const SEND: &str = "send-for-signature/one-signer-one-file";
pub(crate) const REMIND: &str = "send-reminders/two-assertions";
pub(crate) const FETCH: &str = "get-document/slash-in-the-file-id";
pub(crate) const READ: &str = "get-document-status/completed";
pub(crate) const EVENT: &str = "events/everybody-signed";

/// A case that can be spoiled.
pub(crate) struct Copy {
    root: TempDir,
    pub(crate) folder: PathBuf,
}

impl Copy {
    /// A case of Autenti's.
    pub(crate) fn of(case: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let copy = Self { folder: root.path().join("autenti").join(case), root };
        copy.add(case);
        copy
    }

    /// One more case of Autenti's beside it.
    pub(crate) fn add(&self, case: &str) {
        let provider = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/autenti");
        let folder = self.provider().join(case);
        fs::create_dir_all(folder.join("expected")).unwrap();
        fs::copy(provider.join("connection.json"), self.provider().join("connection.json")).unwrap();
        for inner in ["", "expected"] {
            let Ok(entries) = fs::read_dir(provider.join(case).join(inner)) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
                fs::copy(&path, folder.join(inner).join(path.file_name().unwrap())).unwrap();
            }
        }
    }

    /// A case that asks the hostile component for one behaviour, answered by these exchanges.
    pub(crate) fn hostile(behaviour: &str, responses: &[Value]) -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("hostile/send-for-signature").join(behaviour);
        fs::create_dir_all(&folder).unwrap();
        let copy = Self { folder, root };
        let connection =
            json!({"docs": "d", "roles": ["api"], "credentials": {"token": "a-token-of-nobody"}});
        fs::write(copy.folder.join("../../connection.json"), connection.to_string()).unwrap();
        let settings = json!([{"name": "behaviour", "value": behaviour}]);
        let case = json!({
            "docs": "d",
            "provenance": {"kind": "constructed", "source": "s", "date": "2026-05-04"},
            "now": "2026-05-04T09:00:00Z",
            "input": {"client-reference": "R-1", "title": "T", "settings": settings},
            "outcome": {"any": true},
        });
        fs::write(copy.folder.join("case.json"), case.to_string()).unwrap();
        for (index, response) in responses.iter().enumerate() {
            let request =
                json!({"connection": "api", "method": "GET", "path": "/documents/echo", "repeat": "read"});
            let exchange = json!({"docs": "d", "request": request, "response": response});
            let file = format!("{:02}-echo.json", index + 1);
            fs::write(copy.folder.join(file), exchange.to_string()).unwrap();
        }
        copy
    }

    /// The folder of its provider.
    pub(crate) fn provider(&self) -> PathBuf {
        self.root.path().join(self.folder.strip_prefix(self.root.path()).unwrap().iter().next().unwrap())
    }

    /// Puts a value at a JSON pointer of a file; the last segment may be new.
    pub(crate) fn put(&self, file: &str, pointer: &str, value: Value) {
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

    pub(crate) fn expect(&self, expectations: &Value) {
        fs::write(self.provider().join("expectations.json"), expectations.to_string()).unwrap();
    }

    pub(crate) fn suite(&self) -> Suite {
        Suite::load(&self.provider(), None).unwrap()
    }

    pub(crate) fn load_error(&self) -> String {
        AnyCase::load(&self.folder).unwrap_err().to_string()
    }

    pub(crate) async fn run(&self, provider: &Provider) -> Vec<Difference> {
        run_any(provider, &AnyCase::load(&self.folder).unwrap()).await.differences
    }

    pub(crate) async fn places(&self) -> Vec<String> {
        self.run(&AUTENTI).await.into_iter().map(|difference| difference.place()).collect()
    }

    pub(crate) fn case(&self) -> Case {
        Case::load(&self.folder).unwrap()
    }
}
