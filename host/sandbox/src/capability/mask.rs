//! Masks the connection's secrets wherever they would reach a component, a record or a log.
//!
//! A provider that echoes a token in an answer must not hand it to the component (the host adds credentials after
//! recording, so requests never hold them). Not here: keeping secrets (`connection.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};

use crate::call::state::Work;
use crate::connection::Connection;
use crate::connection::config::{Credential, Scheme};
use crate::exchange::Header;
use crate::transport::Transport;

/// What stands where a secret was.
const MASK: &str = "[secret]";
/// A shorter secret would mask harmless words.
const SECRET_BYTES_MIN: usize = 6;

/// The byte strings that must not pass.
#[derive(Default)]
pub(crate) struct Masks {
    needles: Vec<Vec<u8>>,
}

/// The masks of a call's connection, and of the tokens its transport holds.
pub(crate) fn of_work(work: &Work) -> Masks {
    of(&work.connection, work.transport.as_ref(), work.acting_user.as_deref())
}

fn of(connection: &Connection, transport: &dyn Transport, acting_user: Option<&str>) -> Masks {
    let mut masks = Masks::default();
    for role in connection.roles.values() {
        for (credential, secret) in &role.credentials {
            masks.add(secret);
            if let (Scheme::Basic { user, .. }, Credential::Password) = (&role.scheme, credential) {
                masks.add(&STANDARD.encode(format!("{user}:{}", secret.expose_secret())).into());
            }
        }
    }
    transport.secrets(connection, acting_user).iter().for_each(|secret| masks.add(secret));
    masks
}

impl Masks {
    /// A secret as it is, and as it would stand in JSON text.
    fn add(&mut self, secret: &SecretString) {
        let plain = secret.expose_secret().trim();
        if plain.len() < SECRET_BYTES_MIN {
            return;
        }
        self.needles.push(plain.as_bytes().to_vec());
        let escaped = serde_json::Value::from(plain).to_string();
        let escaped = escaped.trim_matches('"');
        if escaped != plain {
            self.needles.push(escaped.as_bytes().to_vec());
        }
    }

    /// Masks bytes in place; leaves them alone when they hold no secret.
    pub(crate) fn bytes(&self, bytes: &mut Vec<u8>) {
        for needle in &self.needles {
            if memmem::find(bytes, needle).is_some() {
                *bytes = replaced(bytes, needle);
            }
        }
    }

    /// Masks a text in place.
    pub(crate) fn text(&self, text: &mut String) {
        for needle in &self.needles {
            if let Ok(needle) = std::str::from_utf8(needle)
                && text.contains(needle)
            {
                *text = text.replace(needle, MASK);
            }
        }
    }

    /// Masks the values of headers in place.
    pub(crate) fn headers(&self, headers: &mut [Header]) {
        if !self.needles.is_empty() {
            headers.iter_mut().for_each(|header| self.text(&mut header.value));
        }
    }
}

fn replaced(bytes: &[u8], needle: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for at in memmem::find_iter(bytes, needle) {
        clean.extend_from_slice(bytes.get(from..at).unwrap_or_default());
        clean.extend_from_slice(MASK.as_bytes());
        from = at + needle.len();
    }
    clean.extend_from_slice(bytes.get(from..).unwrap_or_default());
    clean
}

impl Drop for Masks {
    /// The needles are secrets: they do not stay in freed memory.
    fn drop(&mut self) {
        use secrecy::zeroize::Zeroize;
        self.needles.iter_mut().for_each(Zeroize::zeroize);
    }
}
