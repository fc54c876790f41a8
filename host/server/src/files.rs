//! The sandbox's view of the store's files: three lines each way.

use countersign_sandbox::attachment::{AttachmentStore, ByteStream};
use countersign_store::Store;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// The files of the store.
pub struct InstanceFiles(pub Store);

impl AttachmentStore for InstanceFiles {
    fn open(&self, sha256: &str, offset: u64) -> BoxFuture<'_, std::io::Result<ByteStream>> {
        let sha256 = sha256.to_owned();
        async move { self.0.attachments().open(&sha256, offset).await.map_err(std::io::Error::other) }.boxed()
    }

    fn store(&self, bytes: ByteStream, size_max: u64) -> BoxFuture<'_, std::io::Result<(u64, String)>> {
        async move {
            let stored = self.0.attachments().put(bytes, size_max).await.map_err(std::io::Error::other)?;
            Ok((stored.size, stored.sha256))
        }
        .boxed()
    }
}
