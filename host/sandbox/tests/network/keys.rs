//! Keys of these tests, made once, and what is said about keys that are wrong.

use std::sync::LazyLock;

use countersign_sandbox::connection::config::Scheme;
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::connection::public_jwks;
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::rand_core::OsRng;

use crate::stage::{config, env, load, role, variables};

static KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap());

pub(crate) fn pkcs1() -> String {
    KEY.to_pkcs1_pem(LineEnding::LF).unwrap().to_string()
}

pub(crate) fn pkcs8() -> String {
    KEY.to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

pub(crate) fn public() -> String {
    KEY.to_public_key().to_public_key_pem(LineEnding::LF).unwrap()
}

pub(crate) fn jwt_bearer(token_url: &str, key_id: Option<&str>) -> Scheme {
    Scheme::Oauth2JwtBearer {
        token_url: token_url.to_owned(),
        client_id: "client-1".to_owned(),
        client_secret: Some(env("CLIENT_SECRET")),
        private_key: env("PRIVATE_KEY"),
        key_id: key_id.map(str::to_owned),
    }
}

#[test]
fn a_wrong_key_is_named_for_what_it_is() {
    let short =
        RsaPrivateKey::new(&mut OsRng, 1024).unwrap().to_pkcs8_pem(LineEnding::LF).unwrap().to_string();
    let elliptic = rcgen::KeyPair::generate().unwrap();
    let edwards = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec!["a.test".to_owned()]).unwrap().self_signed(&elliptic).unwrap();
    let good = pkcs8();
    let table = [
        ("not a key at all".to_owned(), "is not PEM"),
        (public(), "is a public key; that one goes to the provider"),
        (certificate.pem(), "is a certificate"),
        (elliptic.serialize_pem(), "is an elliptic-curve key"),
        (good.replace("PRIVATE KEY", "EC PRIVATE KEY"), "is an elliptic-curve key"),
        (edwards.serialize_pem(), "is a key for another algorithm (1.3.101.112)"),
        (good.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), "is protected by a passphrase"),
        (
            pkcs1().replace(
                "KEY-----\nMII",
                "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMII",
            ),
            "is protected by a passphrase",
        ),
        (good.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"), "is an OpenSSH key"),
        (short, "has 1024 bits, RS256 needs at least 2048"),
        (good.replace('\n', "\\n"), "holds `\\n` as two characters"),
        (good.replace("-----END PRIVATE KEY-----", ""), "is a damaged key"),
        (good.replacen("\nMII", "\nAAA", 1), "is a damaged key"),
    ];
    for (pem, words) in table {
        let secrets = variables(&[("PRIVATE_KEY", &pem), ("CLIENT_SECRET", "the-client-secret")]);
        let scheme = jwt_bearer("https://127.0.0.1:1/token", None);
        let offered = SchemeOffer::Oauth2JwtBearer(Vec::new());
        let problems = load(config(role("https://127.0.0.1:1", scheme)), offered, &secrets).unwrap_err();
        assert_eq!(problems.0.len(), 1, "{problems}");
        let shown = problems.to_string();
        assert!(shown.starts_with("connection `test`, role `api`, key `private-key`: "), "{shown}");
        assert!(shown.contains(words), "{words}: {shown}");
        assert!(!shown.contains("MII"), "{shown}");
    }
}

#[test]
fn the_public_half_is_exported_as_jwks() {
    for (pem, key_id) in [(pkcs1(), None), (pkcs8(), Some("2026"))] {
        let jwks = public_jwks(&pem, key_id).unwrap();
        let key = &jwks["keys"][0];
        assert_eq!(
            (key["kty"].as_str(), key["alg"].as_str(), key["e"].as_str()),
            (Some("RSA"), Some("RS256"), Some("AQAB"))
        );
        assert_eq!(key.get("kid").and_then(serde_json::Value::as_str), key_id);
        assert!(key.get("d").is_none());
        let verifier = jsonwebtoken::DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), "AQAB");
        assert!(verifier.is_ok());
    }
    assert!(public_jwks(&public(), None).unwrap_err().to_string().contains("is a public key"));
}
