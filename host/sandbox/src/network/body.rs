//! Request bodies: pieces streamed one after another, their length known before the first byte.
//!
//! Not here: multipart boundaries and part headers, which are pieces already (`capability/http.rs`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::attachment::{AttachmentInfo, AttachmentStore, ByteStream};
use crate::transport::{OutgoingBody, Piece, TransportFailure, TransportFailureKind};

/// So much is encoded at once; a multiple of three, so that only the end is padded.
const ENCODE_BYTES: usize = 48 * 1024;

/// A body that is ready to be sent.
pub(crate) struct OpenBody {
    pub(crate) length: u64,
    pub(crate) body: reqwest::Body,
}

/// An attachment that could not be read as it was recorded; the request is broken off.
#[derive(Debug)]
pub(crate) struct BodyFault(String);

type Pieces = BoxStream<'static, Result<Bytes, BodyFault>>;

/// Opens every attachment, so that a missing one is found before anything is sent.
pub(crate) async fn open(
    body: &OutgoingBody,
    store: &dyn AttachmentStore,
) -> Result<Option<OpenBody>, TransportFailure> {
    let OutgoingBody::Pieces(pieces) = body else { return Ok(None) };
    let mut length = 0_u64;
    let mut opened = Vec::with_capacity(pieces.len());
    for piece in pieces {
        length = piece_length(piece).and_then(|more| length.checked_add(more)).ok_or_else(|| {
            TransportFailure::unsent(
                TransportFailureKind::Invalid,
                "the body is longer than any number can say",
            )
        })?;
        opened.push(open_piece(piece, store).await?);
    }
    let body = reqwest::Body::wrap_stream(stream::iter(opened).flatten());
    Ok(Some(OpenBody { length, body }))
}

fn piece_length(piece: &Piece) -> Option<u64> {
    match piece {
        Piece::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
        Piece::Attachment(info) => Some(info.size),
        Piece::AttachmentBase64(info) => info.size.div_ceil(3).checked_mul(4),
    }
}

async fn open_piece(piece: &Piece, store: &dyn AttachmentStore) -> Result<Pieces, TransportFailure> {
    match piece {
        Piece::Bytes(bytes) => {
            let bytes = bytes.clone();
            Ok(stream::once(async move { Ok(bytes) }).boxed())
        }
        Piece::Attachment(info) => Ok(open_attachment(info, store).await?.boxed()),
        Piece::AttachmentBase64(info) => Ok(base64(open_attachment(info, store).await?)),
    }
}

async fn open_attachment(
    info: &AttachmentInfo,
    store: &dyn AttachmentStore,
) -> Result<Pieces, TransportFailure> {
    let stream = store.open(&info.sha256, 0).await.map_err(|error| {
        let message = format!("attachment `{}` cannot be read: {error}; nothing was sent", info.name);
        TransportFailure::unsent(TransportFailureKind::Invalid, message)
    })?;
    Ok(exact(stream, info))
}

/// Passes on exactly as many bytes as were recorded. Another number breaks the request off before its last byte, so
/// that the provider never takes a damaged file for whole (P20).
fn exact(stream: ByteStream, info: &AttachmentInfo) -> Pieces {
    let (name, size) = (info.name.clone(), info.size);
    let state = Some((stream, size));
    stream::unfold(state, move |state| {
        let name = name.clone();
        async move {
            let (mut stream, remaining) = state?;
            match next_exact(&mut stream, remaining).await {
                Ok(None) => None,
                Ok(Some(bytes)) => {
                    let remaining = remaining.saturating_sub(bytes.len() as u64);
                    Some((Ok(bytes), Some((stream, remaining))))
                }
                Err(what) => Some((
                    Err(BodyFault(format!("attachment `{name}` {what}; the request was broken off"))),
                    None,
                )),
            }
        }
    })
    .boxed()
}

async fn next_exact(stream: &mut ByteStream, remaining: u64) -> Result<Option<Bytes>, String> {
    let Some(bytes) = next_filled(stream).await? else {
        return if remaining == 0 { Ok(None) } else { Err(format!("ends {remaining} bytes too early")) };
    };
    let length = bytes.len() as u64;
    let longer = length > remaining || (length == remaining && next_filled(stream).await?.is_some());
    if longer { Err("is longer than recorded".to_owned()) } else { Ok(Some(bytes)) }
}

async fn next_filled(stream: &mut ByteStream) -> Result<Option<Bytes>, String> {
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|error| format!("cannot be read: {error}"))?;
        if !bytes.is_empty() {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// Encodes as it goes: whole groups of three bytes at once, the rest carried over to the next piece.
fn base64(pieces: Pieces) -> Pieces {
    let state = Some((pieces, Bytes::new(), Vec::new()));
    stream::unfold(state, |state| async move {
        let (mut pieces, mut pending, mut carry) = state?;
        loop {
            if pending.is_empty() {
                match pieces.next().await {
                    Some(Ok(bytes)) => pending = bytes,
                    Some(Err(fault)) => return Some((Err(fault), None)),
                    None if carry.is_empty() => return None,
                    None => return Some((Ok(STANDARD.encode(&carry).into()), None)),
                }
            }
            carry.extend_from_slice(&pending.split_to(pending.len().min(ENCODE_BYTES)));
            let rest = carry.split_off(carry.len() - carry.len() % 3);
            if !carry.is_empty() {
                return Some((Ok(STANDARD.encode(&carry).into()), Some((pieces, pending, rest))));
            }
            carry = rest;
        }
    })
    .boxed()
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BodyFault {}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(size: u64) -> AttachmentInfo {
        let media_type = "application/pdf".to_owned();
        AttachmentInfo { id: 1, name: "contract.pdf".to_owned(), media_type, size, sha256: String::new() }
    }

    fn chunks(bytes: &[u8], length: usize) -> ByteStream {
        let chunks: Vec<_> = bytes.chunks(length).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        stream::iter(chunks).boxed()
    }

    async fn collect(pieces: Pieces) -> Result<Vec<u8>, String> {
        let parts: Vec<_> = pieces.collect().await;
        let mut all = Vec::new();
        for part in parts {
            all.extend_from_slice(&part.map_err(|fault| fault.to_string())?);
        }
        Ok(all)
    }

    #[tokio::test]
    async fn base64_is_right_for_every_cut() {
        for size in [0_usize, 1, 2, 3, 4, 5, 100, 101, ENCODE_BYTES + 1] {
            let bytes: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
            for cut in [1, 2, 3, 4, 7, ENCODE_BYTES * 2] {
                let recorded = info(size as u64);
                let encoded = collect(base64(exact(chunks(&bytes, cut), &recorded))).await.unwrap();
                assert_eq!(encoded, STANDARD.encode(&bytes).into_bytes(), "{size} bytes cut by {cut}");
                assert_eq!(Some(encoded.len() as u64), piece_length(&Piece::AttachmentBase64(recorded)));
            }
        }
    }

    #[tokio::test]
    async fn another_length_than_recorded_breaks_off_before_the_last_byte() {
        let table = [
            (10, 4, Ok(10)),
            (9, 4, Err("ends 1 bytes too early")),
            (11, 4, Err("is longer than recorded")),
            (12, 5, Err("is longer than recorded")),
            (15, 5, Err("is longer than recorded")),
        ];
        for (size, cut, expected) in table {
            let got = collect(exact(chunks(&vec![7; size], cut), &info(10))).await;
            match expected {
                Ok(length) => assert_eq!(got.unwrap().len(), length),
                Err(words) => assert!(got.unwrap_err().contains(words), "{size} bytes cut by {cut}"),
            }
        }
    }
}
