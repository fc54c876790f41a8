//! Loading a connection: every problem at once, secrets from everywhere they may be, and none of them shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use countersign_sandbox::connection::claims::{Claim, ClaimValue};
use countersign_sandbox::connection::config::{
    ConnectionConfig, Credential, RoleConfig, Scheme, SecretReference,
};
use countersign_sandbox::connection::offer::{ProviderOffer, RoleOffer, SchemeOffer};
use countersign_sandbox::connection::secret::{ProcessSecrets, secret_variables};
use countersign_sandbox::connection::{Connection, Sources};
use secrecy::ExposeSecret;

use crate::stage::{Variables, config, env, load, offer, role, variables};

fn bearer(secret: SecretReference) -> RoleConfig {
    role("https://127.0.0.1:1", Scheme::Bearer { secret })
}

fn secret_of(connection: &Connection) -> &str {
    connection.roles["api"].credentials[&Credential::Secret].expose_secret()
}

#[test]
fn base_urls_are_normalised_and_wrong_ones_explained() {
    let table = [
        ("https://api.example.test", Ok("https://api.example.test/")),
        ("https://api.example.test/", Ok("https://api.example.test/")),
        ("https://api.example.test/api/v2/", Ok("https://api.example.test/api/v2")),
        ("https://api.example.test//api///v2", Ok("https://api.example.test/api/v2")),
        ("https://api.example.test/api/v2/api/v2", Ok("https://api.example.test/api/v2")),
        ("https://api.example.test/restapi/restapi/v2.1", Ok("https://api.example.test/restapi/v2.1")),
        ("api.example.test", Err("is not a URL")),
        ("ftp://api.example.test", Err("`ftp` is not a scheme for this")),
        ("https://me:pass@api.example.test", Err("must not hold user or password")),
        ("https://api.example.test/?x=1", Err("must not hold a query")),
        ("https://api.example.test/#x", Err("must not hold a fragment")),
        ("http://api.example.test", Err("plain `http` would send credentials unprotected")),
        ("https://10.0.0.1", Err("add `allow-private-addresses: true` under `connections.test.roles.api`")),
        ("https://0x7f.1", Err("a loopback address")),
        ("https://[::ffff:169.254.169.254]/", Err("which no setting allows")),
    ];
    for (text, expected) in table {
        let loaded = load(config(RoleConfig::at(text)), SchemeOffer::None, &Variables::default());
        match (loaded, expected) {
            (Ok(connection), Ok(url)) => assert_eq!(connection.roles["api"].base_url.as_str(), url),
            (Err(problems), Err(words)) => {
                assert!(problems.to_string().contains(words), "{text}: {problems}")
            }
            (loaded, _) => panic!("{text}: {loaded:?}"),
        }
    }
}

#[test]
fn a_repeated_path_is_mended_with_a_warning() {
    let url = "https://api.example.test/restapi/restapi";
    let connection = load(config(RoleConfig::at(url)), SchemeOffer::None, &Variables::default()).unwrap();
    assert!(
        connection.warnings[0].contains("the path `/restapi/restapi` repeats itself"),
        "{:?}",
        connection.warnings
    );
}

#[test]
fn all_problems_come_at_once_each_with_its_place() {
    let scheme = Scheme::Oauth2JwtBearer {
        token_url: "http://login.example.test/token".to_owned(),
        client_id: "client".to_owned(),
        client_secret: Some(env("NOT_SET")),
        private_key: SecretReference::File("/no/such/key.pem".into()),
        key_id: None,
    };
    let mut api = RoleConfig::at("https://api.example.test?x");
    api.authentication = scheme;
    api.ca_file = Some("/no/such/ca.pem".into());
    let mut config = config(api);
    config.roles.insert("extra".to_owned(), RoleConfig::at("https://api.example.test"));
    let claims = vec![Claim::new("iss", ClaimValue::Setting("organisation-id".to_owned()))];
    let mut offer = offer(SchemeOffer::Oauth2JwtBearer(claims));
    offer.roles.push(RoleOffer { role: "files".to_owned(), schemes: vec![SchemeOffer::None] });
    let sources = Sources { secrets: &Variables::default(), connections: &BTreeMap::new() };
    let problems = Connection::load("autenti", config, &offer, &sources).unwrap_err();
    let shown = problems.to_string();
    let expected = [
        "connection `autenti`, key `roles`: the provider needs the role `files`; add it with its `base-url`",
        "connection `autenti`, key `roles`: the provider has no role `extra`; it has `api`, `files`",
        "connection `autenti`, role `api`, key `settings`: claim `iss` needs the setting `organisation-id`",
        "connection `autenti`, role `api`, key `base-url`: a base URL must not hold a query",
        "connection `autenti`, role `api`, key `token-url`: plain `http`",
        "connection `autenti`, role `api`, key `client-secret`: the environment variable `NOT_SET` is not set",
        "connection `autenti`, role `api`, key `private-key`: `/no/such/key.pem` cannot be read",
        "connection `autenti`, role `api`, key `ca-file`: `/no/such/ca.pem` cannot be read",
    ];
    assert_eq!(shown.lines().count(), expected.len(), "{shown}");
    for (line, expected) in shown.lines().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
}

#[test]
fn only_offered_schemes_are_taken() {
    let secrets = variables(&[("KEY", "the-secret-key")]);
    let header = |name: &str| Scheme::Header { name: name.to_owned(), secret: env("KEY") };
    let table = [
        (header("X-Api-Key"), SchemeOffer::Header("x-api-key".to_owned()), None),
        (
            header("x-key"),
            SchemeOffer::Header("x-api-key".to_owned()),
            Some("choose one of `header` (name `x-api-key`)"),
        ),
        (
            Scheme::Bearer { secret: env("KEY") },
            SchemeOffer::Verbatim,
            Some("does not offer the scheme `bearer`; choose one of `verbatim`"),
        ),
        (Scheme::None, SchemeOffer::None, None),
    ];
    for (scheme, offered, expected) in table {
        let loaded = load(config(role("https://127.0.0.1:1", scheme)), offered, &secrets);
        match expected {
            None => assert!(loaded.is_ok(), "{loaded:?}"),
            Some(words) => assert!(loaded.unwrap_err().to_string().contains(words)),
        }
    }
}

#[test]
fn secrets_come_from_variables_files_and_files_that_variables_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "the-secret-in-a-file\r\n").unwrap();
    let path_text = path.to_str().unwrap();
    let table = [
        (env("KEY"), variables(&[("KEY", "the-secret-itself\n")]), Ok("the-secret-itself")),
        (env("KEY"), variables(&[("KEY_FILE", path_text)]), Ok("the-secret-in-a-file")),
        (
            env("KEY"),
            variables(&[("KEY_FILE", path_text), ("KEY", "x")]),
            Err("`KEY` and `KEY_FILE` are both set"),
        ),
        (env("KEY"), variables(&[("KEY", " ")]), Err("is empty")),
        (env("KEY"), variables(&[("KEY", "two\nlines")]), Err("holds a line break")),
        (env("KEY"), Variables::default(), Err("set it, or set `KEY_FILE` to a file")),
        (SecretReference::File(path.clone()), Variables::default(), Ok("the-secret-in-a-file")),
        (SecretReference::File(folder.path().into()), Variables::default(), Err("cannot be read")),
        (SecretReference::File("/dev/zero".into()), Variables::default(), Err("larger than any secret")),
    ];
    for (reference, secrets, expected) in table {
        match (load(config(bearer(reference)), SchemeOffer::Bearer, &secrets), expected) {
            (Ok(connection), Ok(secret)) => assert_eq!(secret_of(&connection), secret),
            (Err(problems), Err(words)) => assert!(problems.to_string().contains(words), "{problems}"),
            (loaded, expected) => panic!("{expected:?}: {loaded:?}"),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_everybody_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "the-secret-in-a-file").unwrap();
    for (mode, warnings) in [(0o600, 0), (0o640, 0), (0o644, 1)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let connection = load(
            config(bearer(SecretReference::File(path.clone()))),
            SchemeOffer::Bearer,
            &Variables::default(),
        )
        .unwrap();
        assert_eq!(connection.warnings.len(), warnings, "{mode:o}: {:?}", connection.warnings);
        assert!(connection.warnings.iter().all(|warning| warning.contains("can be read by everybody")));
    }
}

#[test]
fn a_secret_may_be_kept_in_another_connection() {
    let at = |target: &str| SecretReference::Connection(target.to_owned());
    let mut connections = BTreeMap::from([
        ("keys".to_owned(), config(bearer(env("KEY")))),
        ("relay".to_owned(), config(bearer(at("keys.api")))),
        ("circle".to_owned(), config(bearer(at("circle.api")))),
        ("open".to_owned(), config(RoleConfig::at("https://127.0.0.1:1"))),
    ]);
    let basic = Scheme::Basic { user: "me".to_owned(), password: env("KEY") };
    connections.insert("basic".to_owned(), config(role("https://127.0.0.1:1", basic)));
    let secrets = variables(&[("KEY", "the-key-elsewhere")]);
    let table = [
        ("keys.api", Ok("the-key-elsewhere")),
        ("relay.api", Ok("the-key-elsewhere")),
        ("basic.api", Ok("the-key-elsewhere")),
        ("open.api", Err("`open.api` has no secret `secret`")),
        ("circle.api", Err("in a circle")),
        ("nobody.api", Err("there is no connection `nobody`")),
        ("keys.files", Err("connection `keys` has no role `files`")),
        ("keys", Err("write `connection.role`")),
    ];
    for (target, expected) in table {
        let sources = Sources { secrets: &secrets, connections: &connections };
        let loaded =
            Connection::load("test", config(bearer(at(target))), &offer(SchemeOffer::Bearer), &sources);
        match (loaded, expected) {
            (Ok(connection), Ok(secret)) => assert_eq!(secret_of(&connection), secret),
            (Err(problems), Err(words)) => {
                assert!(problems.to_string().contains(words), "{target}: {problems}")
            }
            (loaded, _) => panic!("{target}: {loaded:?}"),
        }
    }
}

#[test]
fn no_secret_is_shown_and_all_are_masked() {
    let secrets = variables(&[("KEY", "the-secret-key"), ("PASS", "pass word&more")]);
    let basic = Scheme::Basic { user: "me".to_owned(), password: env("PASS") };
    let connection = load(config(role("https://127.0.0.1:1", basic)), SchemeOffer::Basic, &secrets).unwrap();
    let shown = format!("{connection:?} {connection:#?}");
    assert!(!shown.contains("pass word"), "{shown}");
    let table = [
        ("the password is pass word&more.", "the password is ***."),
        ("Authorization: Basic bWU6cGFzcyB3b3JkJm1vcmU=", "Authorization: Basic ***"),
        ("password=pass+word%26more", "password=***"),
        ("nothing secret", "nothing secret"),
    ];
    for (text, masked) in table {
        assert_eq!(connection.mask(text), masked);
        assert_eq!(connection.mask_bytes(text.as_bytes()), masked.as_bytes());
    }
}

#[test]
fn the_process_environment_is_captured_by_name() {
    let config = config(bearer(env("PATH")));
    let names = secret_variables([&config]);
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), ["PATH"]);
    let secrets = ProcessSecrets::capture(&names);
    assert_eq!(secrets.captured().collect::<Vec<_>>(), ["PATH"]);
    let connection = load(config, SchemeOffer::Bearer, &secrets).unwrap();
    assert_eq!(secret_of(&connection), std::env::var("PATH").unwrap());
}

#[test]
fn settings_fall_back_to_the_manifest() {
    let mut config: ConnectionConfig = config(RoleConfig::at("https://127.0.0.1"));
    config.roles.get_mut("api").unwrap().allow_private_addresses = true;
    config.settings.insert("own".to_owned(), "mine".to_owned());
    let defaults = [("own", "theirs"), ("default", "theirs")];
    let setting_defaults = defaults.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let offer = ProviderOffer { setting_defaults, ..offer(SchemeOffer::None) };
    let sources = Sources { secrets: &Variables::default(), connections: &BTreeMap::new() };
    let connection = Connection::load("test", config, &offer, &sources).unwrap();
    let settings = ["own", "default", "none"].map(|name| connection.setting(name));
    assert_eq!(settings, [Some("mine"), Some("theirs"), None]);
}

#[test]
fn a_replay_needs_no_secrets() {
    let settings = BTreeMap::from([("language".to_owned(), "pl".to_owned())]);
    let connection = Connection::for_replay("replay", settings, ["api", "auth"]).unwrap();
    assert_eq!(connection.setting("language"), Some("pl"));
    assert_eq!(connection.roles.keys().collect::<Vec<_>>(), ["api", "auth"]);
}

#[test]
fn the_operators_words_are_read_as_documented() {
    let text = r#"{
        "provider": "autenti",
        "roles": {
            "api": {
                "base-url": "https://api.example.test",
                "authentication": {
                    "scheme": "oauth2-jwt-bearer",
                    "token-url": "https://api.example.test/auth/token",
                    "client-id": "client",
                    "private-key": { "file": "/run/secrets/key.pem" }
                },
                "proxy": "http://proxy.internal:3128",
                "proxy-authorization": { "env": "PROXY" }
            }
        }
    }"#;
    let config: ConnectionConfig = serde_json::from_str(text).unwrap();
    let secrets = config.roles["api"].secrets();
    let expected = SecretReference::File(Path::new("/run/secrets/key.pem").into());
    assert_eq!(
        secrets,
        [(Credential::PrivateKey, &expected), (Credential::ProxyAuthorization, &env("PROXY"))]
    );
}
