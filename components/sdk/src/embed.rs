//! JSON that carries files in base64: the host streams their bytes, which never enter the component.
//!
//! What the JSON says is the provider's business.

use serde::Serialize;

use crate::contract::http::Chunk;
use crate::contract::types::{AttachmentId, Failure};
use crate::failure;

/// A list of objects, each with a file in one of its members.
pub struct Files<'a, T> {
    /// The list's name: `documents`.
    pub list: &'a str,
    /// The member that holds the bytes: `documentBase64`.
    pub member: &'a str,
    /// The objects, none of them without members, and their files; at least one.
    pub items: &'a [(T, AttachmentId)],
}

/// An object with members, with a list of files as its last one.
///
/// # Errors
/// `other` when something cannot be written as JSON.
pub fn object_with_files<T: Serialize>(
    object: &impl Serialize,
    files: &Files<'_, T>,
) -> Result<Vec<Chunk>, Failure> {
    let mut text = open(object)?;
    text.extend(format!(",\"{}\":[", files.list).as_bytes());
    let mut chunks = Vec::new();
    for (item, attachment) in files.items {
        text.extend(open(item)?);
        text.extend(format!(",\"{}\":\"", files.member).as_bytes());
        chunks.push(Chunk::Bytes(std::mem::take(&mut text)));
        chunks.push(Chunk::AttachmentBase64(*attachment));
        text.extend_from_slice(b"\"},");
    }
    // The last comma.
    text.pop();
    text.extend_from_slice(b"]}");
    chunks.push(Chunk::Bytes(text));
    Ok(chunks)
}

/// An object with members, written without its closing brace.
fn open(object: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let written = serde_json::to_vec(object);
    let mut text = written.map_err(|error| failure::other("invalid-request", &error.to_string()))?;
    text.pop();
    Ok(text)
}
