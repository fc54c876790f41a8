//! Looking for secrets in everything a component or a reader of records could see.
//!
//! Nothing here ever says a secret: findings name the credential and the place. Into a component goes at most the length
//! and the fingerprint of one. Not here: masking (`connection/mask.rs`), which this must not share its forms with.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::script::REPEATED;
use super::stage::Stage;
use crate::connection::config::{Credential, Scheme};
use crate::connection::{Connection, Role};
use crate::network::credentials::fixed;
use crate::{ActionOutcome, CallEnd};

/// Shorter secrets occur by accident everywhere; loading a connection warns of them.
const BYTES_MIN: usize = 6;

/// What stands for a fetched token: none is fetched.
pub(super) const TOKEN: &str = "stand-in-for-a-fetched-token";

/// The name of what must be found, so that finding nothing else means something.
const CONTROL: &str = "what the provider repeated";

/// See `components/hostile/src/raw.rs`, which looks for the same fingerprints.
const MULTIPLIER: u64 = 1_099_511_628_211;

/// The secrets of a connection, each in every form in which it could turn up.
pub struct Needles(Vec<Needle>);

struct Needle {
    name: String,
    form: SecretString,
}

/// What the network would put into a request of a role.
pub(super) struct Carried {
    /// The header that proves it.
    pub(super) header: Option<(String, String)>,
    /// That header, and every secret as it is, in JSON and in a form.
    pub(super) texts: Vec<String>,
}

/// What a request of this role would carry; a stand-in where a token would have to be fetched.
pub(super) fn carried(role: &Role) -> Carried {
    let header =
        match &role.token_url {
            Some(_) => Some(("authorization".to_owned(), format!("Bearer {TOKEN}"))),
            None => fixed(role).and_then(|proof| proof.header()).ok().flatten().map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            }),
        };
    let mut texts: Vec<String> = header.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    for (credential, secret) in &role.credentials {
        let secret = secret.expose_secret();
        texts.push(format!(
            "{}: {secret} {} {}",
            credential.key(),
            json!({ "echo": secret }),
            in_form(secret)
        ));
    }
    Carried { header, texts }
}

/// Everything of a call that somebody could read, by place.
#[must_use]
pub fn evidence(end: &CallEnd, stage: &Stage) -> Vec<(&'static str, Vec<u8>)> {
    let result = match &end.result {
        Ok(outcome) => outcome.to_json(),
        Err(failure) => json!(failure),
    };
    let text = |value: &Value| value.to_string().into_bytes();
    let mut places = vec![
        ("the outcome", text(&result)),
        ("the document's id", end.document_id.clone().unwrap_or_default().into_bytes()),
        ("the words of its end", text(&json!(end.ended_by))),
        ("the log", text(&json!(end.log))),
        ("the exchanges", text(&json!(end.exchanges))),
        ("the names of its files", text(&json!(end.created))),
        ("the journal", stage.notebook.text().into_bytes()),
    ];
    places.extend(stage.shelf.files().into_iter().map(|file| ("a file", file.to_vec())));
    places
}

/// The fingerprint under which the hostile component looks for a text.
#[must_use]
pub fn fingerprint(text: &[u8]) -> u64 {
    text.iter().fold(0, |print, byte| print.wrapping_mul(MULTIPLIER).wrapping_add(u64::from(*byte)))
}

impl Needles {
    /// These, by name, in every form.
    #[must_use]
    pub fn of(secrets: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut needles: Vec<Needle> = Vec::new();
        for (name, secret) in secrets {
            for form in forms(&secret) {
                needles.push(Needle { name: name.clone(), form: SecretString::from(form) });
            }
        }
        Self(needles)
    }

    /// The secrets a connection was loaded with, and the token that stands in.
    pub(super) fn of_connection(connection: &Connection) -> Self {
        let mut secrets = vec![("token".to_owned(), TOKEN.to_owned())];
        for role in connection.roles.values() {
            let named = |(credential, secret): (&Credential, &SecretString)| {
                (credential.key().to_owned(), secret.expose_secret().to_owned())
            };
            secrets.extend(role.credentials.iter().map(named));
            if let Scheme::Basic { user, .. } = &role.scheme {
                let pair = format!("{user}:{}", role.secret(Credential::Password));
                secrets.push(("user and password".to_owned(), pair));
            }
        }
        Self::of(secrets)
    }

    /// Which secrets stand in these places, without saying them.
    #[must_use]
    pub fn leaks(&self, places: &[(&'static str, Vec<u8>)]) -> Vec<String> {
        let mut leaks = Vec::new();
        for (place, bytes) in places {
            let found =
                |needle: &&Needle| memmem::find(bytes, needle.form.expose_secret().as_bytes()).is_some();
            leaks.extend(self.0.iter().filter(found).map(|needle| leak(&needle.name, place)));
        }
        leaks.sort();
        leaks.dedup();
        leaks
    }

    /// What the hostile component is told to look for: one line a needle, the control last.
    #[must_use]
    pub fn prints(&self) -> String {
        let forms = self.0.iter().map(|needle| needle.form.expose_secret()).chain([REPEATED]);
        let line = |form: &str| format!("{}:{:x}", form.len(), fingerprint(form.as_bytes()));
        forms.map(line).collect::<Vec<_>>().join("\n")
    }

    /// What the component found of them in its memory, without saying it.
    #[must_use]
    pub fn in_memory(&self, end: &CallEnd) -> Vec<String> {
        let Ok(ActionOutcome::SendForSignature(sent)) = &end.result else {
            return vec!["did not look through the memory".to_owned()];
        };
        let link = sent.link.as_deref().unwrap_or_default();
        let found: Vec<usize> = link.split(',').filter_map(|number| number.parse().ok()).collect();
        let named =
            |number: &usize| self.0.get(*number).map(|needle| leak(&needle.name, "the component's memory"));
        let mut wrong: Vec<String> = found.iter().filter_map(named).collect();
        if !found.contains(&self.0.len()) {
            wrong.push(format!("did not even find {CONTROL} in its memory"));
        }
        wrong.dedup();
        wrong
    }

    /// The text, unless it holds a secret.
    #[must_use]
    pub fn hush<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.0.iter().any(|needle| text.contains(needle.form.expose_secret())) {
            true => "(not shown: the words hold a secret)".into(),
            false => text.into(),
        }
    }
}

impl std::fmt::Debug for Needles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Needles").field(&self.0.len()).finish()
    }
}

fn leak(name: &str, place: &str) -> String {
    format!("`{name}` stands in {place}")
}

/// The text, its lines where it has several, and what base64, a form and JSON make of it.
fn forms(secret: &str) -> Vec<String> {
    let escaped = json!(secret).to_string().trim_matches('"').to_owned();
    let encoded = [STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret), in_form(secret), escaped];
    let lines = secret.lines().filter(|line| !line.starts_with("-----")).map(str::to_owned);
    let mut forms: Vec<String> = lines.chain(encoded).chain([secret.to_owned()]).collect();
    forms.retain(|form| form.len() >= BYTES_MIN && secret.len() >= BYTES_MIN);
    forms.sort();
    forms.dedup();
    forms
}

fn in_form(secret: &str) -> String {
    url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form_and_never_said() {
        let secret = "s3cret & \"value\"";
        let needles = Needles::of([("client-secret".to_owned(), secret.to_owned())]);
        let table = [
            secret.to_owned(),
            format!("before {} after", STANDARD.encode(secret)),
            format!("client_secret={}&x=1", in_form(secret)),
            json!({ "echo": secret }).to_string(),
        ];
        for text in table {
            let leaks = needles.leaks(&[("the log", text.clone().into_bytes())]);
            assert_eq!(leaks, ["`client-secret` stands in the log"], "{text}");
            assert!(!needles.hush(&text).contains("s3cret"));
        }
        assert_eq!(needles.leaks(&[("the log", b"nothing of it".to_vec())]), Vec::<String>::new());
        assert_eq!(needles.hush("nothing of it"), "nothing of it");
        assert!(!needles.prints().contains("s3cret") && !format!("{needles:?}").contains("s3cret"));
    }

    #[test]
    fn fingerprints_tell_texts_apart() {
        assert_eq!(fingerprint(b""), 0);
        assert_eq!(fingerprint(b"a"), 97);
        assert_eq!(fingerprint(b"ab"), 97 * MULTIPLIER + 98);
        assert_ne!(fingerprint(b"ab"), fingerprint(b"ba"));
    }
}
