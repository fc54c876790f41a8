//! Replacing a connection's secrets in text that leaves the host.
//!
//! Not here: where responses, logs and errors are masked (the capability and the server call this).

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};

/// Shorter texts are not masked: they would occur by accident everywhere.
pub(crate) const SECRET_BYTES_MIN: usize = 6;

/// How many fetched tokens are remembered; old ones have expired long before they are forgotten.
const TOKENS_MAX: usize = 4096;

const MASKED: &[u8] = b"***";

/// Every secret of a connection: those it was loaded with and the tokens fetched since.
#[derive(Default)]
pub(crate) struct Mask {
    fixed: Vec<SecretString>,
    tokens: Mutex<VecDeque<SecretString>>,
}

impl Mask {
    /// Knows a secret and the forms in which it may come back.
    pub(crate) fn learn(&mut self, secret: &str) {
        self.fixed.extend(forms(secret).into_iter().map(SecretString::from));
        // The longest first, so that a secret within another leaves nothing of the longer one.
        self.fixed.sort_by_key(|known| std::cmp::Reverse(known.expose_secret().len()));
    }

    /// Knows a fetched token from now on.
    pub(crate) fn learn_token(&self, token: &str) {
        if token.len() < SECRET_BYTES_MIN {
            return;
        }
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.push_back(SecretString::from(token));
        if tokens.len() > TOKENS_MAX {
            tokens.pop_front();
        }
    }

    pub(crate) fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let mut masked = Cow::Borrowed(bytes);
        for secret in self.fixed.iter().chain(tokens.iter()) {
            if let Some(replaced) = replace(&masked, secret.expose_secret().as_bytes()) {
                masked = Cow::Owned(replaced);
            }
        }
        masked
    }

    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").field("fixed", &self.fixed.len()).finish_non_exhaustive()
    }
}

/// The secret itself, its base64, form and JSON encodings, and for PEM each line, whatever the breaks have become.
fn forms(secret: &str) -> Vec<String> {
    let lines =
        secret.lines().map(str::trim).filter(|line| secret.contains('\n') && !line.starts_with("-----"));
    let encoded = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let escaped = serde_json::Value::from(secret).to_string().trim_matches('"').to_owned();
    let mut forms: Vec<String> = [secret.to_owned(), STANDARD.encode(secret), encoded, escaped].into();
    forms.extend(lines.map(str::to_owned));
    forms.retain(|form| form.len() >= SECRET_BYTES_MIN);
    forms.sort();
    forms.dedup();
    forms
}

fn replace(bytes: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let mut places = memmem::find_iter(bytes, secret).peekable();
    places.peek()?;
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = 0;
    for place in places {
        replaced.extend_from_slice(bytes.get(rest..place).unwrap_or_default());
        replaced.extend_from_slice(MASKED);
        rest = place + secret.len();
    }
    replaced.extend_from_slice(bytes.get(rest..).unwrap_or_default());
    Some(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_every_form_and_nothing_else() {
        let mut mask = Mask::default();
        mask.learn("s3cret&value");
        mask.learn("s3cret&value-and-more");
        mask.learn("tiny");
        mask.learn("quo\"ted\\secret");
        mask.learn("-----BEGIN X-----\nQUJDREVGR0g=\nSUpLTE1OT1A=\n-----END X-----");
        mask.learn_token("token-of-now");
        let table = [
            ("nothing here, not even tiny", "nothing here, not even tiny"),
            ("a s3cret&value b", "a *** b"),
            ("s3cret&values3cret&value", "******"),
            ("s3cret&value-and-more", "***"),
            ("client_secret=s3cret%26value&x=1", "client_secret=***&x=1"),
            ("Basic czNjcmV0JnZhbHVl", "Basic ***"),
            (r#"{"key":"QUJDREVGR0g=\nSUpLTE1OT1A="}"#, r#"{"key":"***\n***"}"#),
            (r#"{"echo":"quo\"ted\\secret"}"#, r#"{"echo":"***"}"#),
            ("Bearer token-of-now.", "Bearer ***."),
        ];
        for (text, expected) in table {
            assert_eq!(mask.text(text), expected);
            assert_eq!(mask.bytes(text.as_bytes()), expected.as_bytes());
        }
        assert!(!format!("{mask:?}").contains("s3cret"));
    }

    #[test]
    fn forgets_only_the_oldest_tokens() {
        let mask = Mask::default();
        (0..=TOKENS_MAX).for_each(|number| mask.learn_token(&format!("token-{number:06}")));
        assert_eq!(mask.text("token-000000 token-000001"), "token-000000 ***");
    }
}
