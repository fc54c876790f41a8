//! `countersign selftest --hostile`: the hostile pack over the connections of a configuration, and nothing leaves.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::stand::binary;

/// The misbehaviours of the pack and the four addresses, at least.
const LINES_MIN: usize = 75;

struct Bench {
    folder: TempDir,
    /// Stands where the provider and its token endpoint would: nobody may knock.
    canary: TcpListener,
    secrets: Vec<String>,
}

impl Bench {
    fn set() -> Self {
        let credentials = countersign_simulators::demo_credentials().unwrap();
        let canary = TcpListener::bind("127.0.0.1:0").unwrap();
        canary.set_nonblocking(true).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (name, secret) in [
            ("client-secret", &credentials.client_secret),
            ("private-key.pem", &credentials.private_key_pkcs1_pem),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, secret).unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        }
        let key = credentials.private_key_pkcs1_pem.lines().filter(|line| !line.starts_with("-----"));
        let secrets = key.map(str::to_owned).chain([credentials.client_secret.clone()]).collect();
        Self { folder, canary, secrets }
    }

    /// A connection of a simulator on a private address, and one of a provider on the internet.
    fn config(&self) -> Value {
        let canary = format!("http://{}", self.canary.local_addr().unwrap());
        let scheme = |token_url: &str| {
            json!({
                "scheme": "oauth2-jwt-bearer", "token-url": token_url, "client-id": "countersign",
                "client-secret": {"file": self.folder.path().join("client-secret")},
                "private-key": {"file": self.folder.path().join("private-key.pem")},
            })
        };
        let connection = |role: Value| {
            json!({
                "provider": "autenti", "acting-user": "sender@example.com",
                "settings": {"organisation-id": "org-1", "user-id": "user-1"}, "roles": {"api": role},
            })
        };
        let near = json!({
            "base-url": format!("{canary}/api"), "allow-private-addresses": true,
            "insecure-skip-tls-verification": true, "authentication": scheme(&format!("{canary}/token")),
        });
        let far = json!({
            "base-url": "https://provider.invalid/api",
            "authentication": scheme("https://provider.invalid/token"),
        });
        json!({"connections": {"near": connection(near), "far": connection(far), "paper": {"provider": "paper"}}})
    }

    fn run(&self, config: &Value, arguments: &[&str]) -> Output {
        let path = self.folder.path().join("countersign.yaml");
        std::fs::write(&path, config.to_string()).unwrap();
        binary().args(["selftest", "--hostile", "--config"]).arg(path).args(arguments).output().unwrap()
    }

    fn was_asked(&self) -> bool {
        self.canary.accept().is_ok()
    }

    fn says_a_secret(&self, output: &Output) -> bool {
        self.secrets.iter().any(|secret| said(output).contains(secret))
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn every_connection_is_tried_and_what_it_weakens_is_named() {
    let bench = Bench::set();
    let output = bench.run(&bench.config(), &[]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in [
        "endless-loop",
        "timed-out: transient",
        "secret-scan",
        "allowed by `connections.near.roles.api.allow-private-addresses: true`",
        "`connections.near.roles.api.insecure-skip-tls-verification: true`: any certificate",
        "near.api (oauth2-jwt-bearer): weakened",
        "far.api (oauth2-jwt-bearer): held",
        "paper: grants no role",
        "over 2 roles ended as they must",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains("BROKEN") && !text.contains('\u{1b}'),
        "colours appear on a terminal only: {text}"
    );
    assert!(!bench.was_asked(), "somebody knocked at the provider's door");
    assert!(!bench.says_a_secret(&output));
    let left: Vec<_> =
        std::fs::read_dir(bench.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "a selftest leaves nothing behind: {left:?}");
}

#[test]
fn programs_read_it_as_json() {
    let bench = Bench::set();
    let mut config = bench.config();
    config["connections"].as_object_mut().unwrap().remove("far");
    let output = bench.run(&config, &["--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["verdict"]), (Some(0), &json!("weakened")), "{report:#}");
    let grants = report["grants"].as_array().unwrap();
    let names: Vec<_> = grants.iter().map(|grant| (&grant["connection"], &grant["verdict"])).collect();
    assert_eq!(names, [(&json!("near"), &json!("weakened"))]);
    assert_eq!(report["without-role"], json!(["paper"]));
    for grant in grants {
        let lines = grant["misbehaviours"].as_array().unwrap();
        assert!(lines.len() >= LINES_MIN, "{} lines", lines.len());
        let loops = lines.iter().find(|line| line["name"] == "endless-loop").unwrap();
        let ended = (&loops["family"], &loops["ended-by"], &loops["result"]);
        assert_eq!(ended, (&json!("time"), &json!("timed-out"), &json!("transient")));
    }
    assert!(!bench.was_asked() && !bench.says_a_secret(&output));
}

#[test]
fn a_wrong_configuration_is_no_verdict() {
    let bench = Bench::set();
    let mut config = bench.config();
    config["connections"]["far"]["roles"]["api"]["authentication"]["private-key"] =
        json!({"file": "nowhere.pem"});
    config["connections"]["paper"]["provider"] = json!("papyrus");
    let output = bench.run(&config, &[]);
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output);
    assert!(text.contains("nowhere.pem") && text.contains("`papyrus` is not bundled"), "{text}");
}

#[test]
fn without_a_configuration_the_defaults_are_tried() {
    let output = binary().args(["selftest", "--hostile"]).env_remove("COUNTERSIGN_CONFIG").output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("defaults (bearer): held") && text.contains("over one role ended as they must"),
        "{text}"
    );
}
