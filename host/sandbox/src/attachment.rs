//! What the sandbox needs of an attachment store: the files of the instance at hand.
//!
//! Not here: where files are kept (`host/store`) and which call may see which file (`capability/attachments.rs`).

mod shelf;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

pub use shelf::Shelf;

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[component(record)]
pub struct AttachmentInfo {
    /// Its number within the instance.
    pub id: u32,
    /// File name, without a path.
    pub name: String,
    /// Media type.
    #[component(name = "media-type")]
    pub media_type: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// A stream of bytes.
pub type ByteStream = BoxStream<'static, std::io::Result<Bytes>>;

/// The files of one call. Everything is by content: a file that was stored and never referenced is garbage, not a leak.
pub trait AttachmentStore: Send + Sync {
    /// Opens a file's bytes from an offset.
    fn open(&self, sha256: &str, offset: u64) -> BoxFuture<'_, std::io::Result<ByteStream>>;

    /// Stores bytes durably and returns their length and SHA-256 (lower-case hex). Stops with an error past `size_max`.
    fn store(&self, bytes: ByteStream, size_max: u64) -> BoxFuture<'_, std::io::Result<(u64, String)>>;
}
