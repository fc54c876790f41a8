//! The RSA key that signs assertions: reading its PEM and saying in words what is wrong with it.
//!
//! Not here: what is signed (`network/assertion.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::EncodingKey;
use pem::Pem;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};
use rsa::pkcs8::{DecodePrivateKey as _, PrivateKeyInfo};
use rsa::traits::PublicKeyParts as _;

/// RFC 7518 section 3.3: RS256 needs at least 2048 bits.
const BITS_MIN: usize = 2048;

/// A key that is fit for RS256.
#[derive(Debug)]
pub(crate) struct SigningKey {
    pub(crate) encoding: EncodingKey,
}

impl SigningKey {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let key = private_key(text)?;
        let der = key.to_pkcs1_der().map_err(|error| format!("is not a usable RSA key ({error})"))?;
        Ok(Self { encoding: EncodingKey::from_rsa_der(der.as_bytes()) })
    }
}

/// The public half of a private key as a JWKS, to hand to a provider.
///
/// # Errors
/// Says what is wrong with the PEM text, as loading a connection does.
pub fn public_jwks(private_key_pem: &str, key_id: Option<&str>) -> anyhow::Result<serde_json::Value> {
    let key = private_key(private_key_pem).map_err(|problem| anyhow::anyhow!("the key {problem}"))?;
    let mut jwk = serde_json::json!({
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "n": URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        "e": URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
    });
    if let (Some(key_id), Some(jwk)) = (key_id, jwk.as_object_mut()) {
        jwk.insert("kid".to_owned(), key_id.into());
    }
    Ok(serde_json::json!({ "keys": [jwk] }))
}

fn private_key(text: &str) -> Result<RsaPrivateKey, String> {
    let block = key_block(text)?;
    let key = match block.tag() {
        "RSA PRIVATE KEY" if block.headers().iter().any(|(name, _)| name == "Proc-Type") => {
            return Err(encrypted());
        }
        "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_der(block.contents()).map_err(|error| damaged(&error)),
        _ => pkcs8(block.contents()),
    }?;
    match key.n().bits() {
        bits if bits < BITS_MIN => {
            Err(format!("has {bits} bits, RS256 needs at least {BITS_MIN}; {MAKE_ONE}"))
        }
        _ => Ok(key),
    }
}

/// The block that holds a private key; certificates beside it are passed over.
fn key_block(text: &str) -> Result<Pem, String> {
    if !text.contains("-----BEGIN ") {
        return Err(
            "is not PEM: there is no `-----BEGIN … KEY-----` in it; point to the key file itself".to_owned()
        );
    }
    if text.contains("\\n") {
        return Err("holds `\\n` as two characters instead of line breaks; keep the key in a file".to_owned());
    }
    let blocks = pem::parse_many(text).map_err(|error| damaged(&error))?;
    let tags: Vec<String> = blocks.iter().map(|block| block.tag().to_owned()).collect();
    let key = blocks.into_iter().find(|block| matches!(block.tag(), "RSA PRIVATE KEY" | "PRIVATE KEY"));
    key.ok_or_else(|| tags.first().map_or_else(|| damaged(&"no complete block"), |tag| wrong_tag(tag)))
}

fn wrong_tag(tag: &str) -> String {
    match tag {
        "PUBLIC KEY" | "RSA PUBLIC KEY" => {
            "is a public key; that one goes to the provider, the private key belongs here".to_owned()
        }
        "CERTIFICATE" => "is a certificate; the private key belongs here".to_owned(),
        "ENCRYPTED PRIVATE KEY" => encrypted(),
        "EC PRIVATE KEY" => elliptic(),
        "OPENSSH PRIVATE KEY" => {
            "is an OpenSSH key; convert a copy with `ssh-keygen -p -m PEM -f key.pem`".to_owned()
        }
        other => format!("is a `{other}`, not an RSA private key; {MAKE_ONE}"),
    }
}

fn pkcs8(der: &[u8]) -> Result<RsaPrivateKey, String> {
    let info = PrivateKeyInfo::try_from(der).map_err(|error| damaged(&error))?;
    match info.algorithm.oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" => RsaPrivateKey::from_pkcs8_der(der).map_err(|error| damaged(&error)),
        "1.2.840.10045.2.1" => Err(elliptic()),
        oid => Err(format!("is a key for another algorithm ({oid}), RS256 needs RSA; {MAKE_ONE}")),
    }
}

const MAKE_ONE: &str =
    "make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem`";

fn encrypted() -> String {
    "is protected by a passphrase; write an unprotected copy with `openssl rsa -in key.pem -out plain.pem` and guard \
     it by file permissions"
        .to_owned()
}

fn elliptic() -> String {
    format!("is an elliptic-curve key, RS256 needs RSA; {MAKE_ONE}")
}

fn damaged(error: &dyn std::fmt::Display) -> String {
    format!("is a damaged key ({error}); copy the file again, from `-----BEGIN` to `-----END`")
}
