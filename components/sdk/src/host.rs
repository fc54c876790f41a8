//! The seam between a provider and its host: what a provider may ask for, as a trait.
//!
//! On wasm the real imports stand behind it, in a native test the `Fake`. No request is built here.

use crate::contract::attachments::{AttachmentFailure, AttachmentInfo};
use crate::contract::http::{Request, Response, SendFailure};
use crate::contract::log::Level;
use crate::contract::types::{AttachmentId, TimestampMs};

/// Everything the host gives to one call.
pub trait Host {
    /// Sends one request over a granted connection and waits for the answer.
    ///
    /// # Errors
    /// When there is no response; every HTTP status is a response.
    fn send(&self, request: &Request) -> Result<Response, SendFailure>;

    /// A setting of the connection that is not a secret.
    fn connection_setting(&self, name: &str) -> Option<String>;

    /// Describes a granted file.
    ///
    /// # Errors
    /// When the file is not granted to this call, or cannot be read.
    fn describe_attachment(&self, id: AttachmentId) -> Result<AttachmentInfo, AttachmentFailure>;

    /// Reads a piece of a granted file.
    ///
    /// # Errors
    /// When the file is not granted to this call, or cannot be read.
    fn read_attachment(
        &self,
        id: AttachmentId,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>, AttachmentFailure>;

    /// Makes a small file.
    ///
    /// # Errors
    /// When it is too large or its name is unusable.
    fn create_attachment(
        &self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<AttachmentId, AttachmentFailure>;

    /// The time the call began, in milliseconds since 1970.
    fn now(&self) -> TimestampMs;

    /// Writes one message for the operator.
    fn log(&self, level: Level, message: &str, pairs: &[(&str, &str)]);

    /// Tells the host the provider's id of the new document, before anything else can fail.
    fn document_created(&self, document_id: &str);
}

/// The real imports of the component.
#[cfg(target_arch = "wasm32")]
pub(crate) struct Imports;

#[cfg(target_arch = "wasm32")]
impl Host for Imports {
    fn send(&self, request: &Request) -> Result<Response, SendFailure> {
        crate::contract::http::send(request)
    }

    fn connection_setting(&self, name: &str) -> Option<String> {
        crate::contract::http::connection_setting(name)
    }

    fn describe_attachment(&self, id: AttachmentId) -> Result<AttachmentInfo, AttachmentFailure> {
        crate::contract::attachments::describe(id)
    }

    fn read_attachment(
        &self,
        id: AttachmentId,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>, AttachmentFailure> {
        crate::contract::attachments::read(id, offset, length)
    }

    fn create_attachment(
        &self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<AttachmentId, AttachmentFailure> {
        crate::contract::attachments::create(name, media_type, bytes)
    }

    fn now(&self) -> TimestampMs {
        crate::bindings::countersign::provider::clock::now()
    }

    fn log(&self, level: Level, message: &str, pairs: &[(&str, &str)]) {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        crate::contract::log::write(level, message, &pairs);
    }

    fn document_created(&self, document_id: &str) {
        crate::bindings::countersign::provider::progress::document_created(document_id);
    }
}
