//! Attachments in memory and by content, as every store keeps them: of cases, of recorded calls, of the selftest.
//!
//! Not here: which of them a call may see (`capability/attachments.rs`).

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, future, stream};
use sha2::{Digest, Sha256};

use super::{AttachmentStore, ByteStream};

/// Files by their SHA-256.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<BTreeMap<String, Bytes>>);

impl Shelf {
    /// Puts bytes there and returns their SHA-256.
    pub fn put(&self, bytes: impl Into<Bytes>) -> String {
        let bytes = bytes.into();
        let sha256 = hex::encode(Sha256::digest(&bytes));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sha256.clone(), bytes);
        sha256
    }

    /// Every file's bytes, in no order that matters.
    #[must_use]
    pub fn files(&self) -> Vec<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The bytes of this SHA-256.
    #[must_use]
    pub fn get(&self, sha256: &str) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sha256).cloned()
    }
}

impl AttachmentStore for Shelf {
    fn open(&self, sha256: &str, offset: u64) -> BoxFuture<'_, io::Result<ByteStream>> {
        let opened = self.get(sha256).ok_or_else(|| io::ErrorKind::NotFound.into()).map(|bytes| {
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            stream::once(future::ready(Ok(bytes.slice(from..)))).boxed()
        });
        future::ready(opened).boxed()
    }

    fn store(&self, bytes: ByteStream, size_max: u64) -> BoxFuture<'_, io::Result<(u64, String)>> {
        async move {
            let kept = bytes.try_fold(Vec::new(), |mut kept, piece| {
                kept.extend_from_slice(&piece);
                let fits = kept.len() as u64 <= size_max;
                future::ready(if fits { Ok(kept) } else { Err(io::ErrorKind::FileTooLarge.into()) })
            });
            let kept = kept.await?;
            Ok((kept.len() as u64, self.put(kept)))
        }
        .boxed()
    }
}
