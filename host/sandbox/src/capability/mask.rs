//! Masks the connection's secrets wherever they would reach a component, a record or a log.
//!
//! A provider that echoes a token in an answer must not hand it to the component (the host adds credentials after
//! recording, so requests never hold them). Not here: which texts are secret (`connection/mask.rs`).

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use crate::connection::Connection;
use crate::exchange::Header;

/// So much of a stream is held back, in case a secret goes on in its next piece. No token or key is longer.
const HELD_BYTES: usize = 16 * 1024;

/// Masks a text in place.
pub(crate) fn text(connection: &Connection, text: &mut String) {
    if let Cow::Owned(masked) = connection.mask(text) {
        *text = masked;
    }
}

/// Masks bytes in place.
pub(crate) fn bytes(connection: &Connection, bytes: &mut Vec<u8>) {
    if let Cow::Owned(masked) = connection.mask_bytes(bytes) {
        *bytes = masked;
    }
}

/// Masks the values of headers in place.
pub(crate) fn headers(connection: &Connection, headers: &mut [Header]) {
    headers.iter_mut().for_each(|header| text(connection, &mut header.value));
}

/// Masks a stream piece by piece, a secret across two pieces too.
pub(crate) struct Sieve {
    connection: Arc<Connection>,
    held: Vec<u8>,
    held_bytes: usize,
}

impl Sieve {
    /// A sieve for this connection's secrets.
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self { connection, held: Vec::new(), held_bytes: HELD_BYTES }
    }

    /// Takes a piece, and gives what can no longer be part of a secret.
    pub(crate) fn pass(&mut self, piece: &[u8]) -> Bytes {
        self.held.extend_from_slice(piece);
        bytes(&self.connection, &mut self.held);
        let rest = self.held.split_off(self.held.len().saturating_sub(self.held_bytes));
        Bytes::from(std::mem::replace(&mut self.held, rest))
    }

    /// The end of the stream.
    pub(crate) fn finish(&mut self) -> Bytes {
        Bytes::from(std::mem::take(&mut self.held))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_secret_across_pieces_is_masked() {
        let connection = Arc::new(Connection::for_replay("c", BTreeMap::new(), ["api"]).unwrap());
        connection.learn_token("topsecret");
        let text = "before topsecret after, and topsecre is not it";
        for size in 1..=text.len() {
            let mut sieve = Sieve { connection: Arc::clone(&connection), held: Vec::new(), held_bytes: 8 };
            let mut seen = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                seen.extend_from_slice(&sieve.pass(piece));
            }
            seen.extend_from_slice(&sieve.finish());
            let seen = String::from_utf8(seen).unwrap();
            assert_eq!(seen, "before *** after, and topsecre is not it", "pieces of {size}");
        }
    }
}
