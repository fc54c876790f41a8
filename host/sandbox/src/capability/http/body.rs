//! Bodies: pieces in order, attachments by number. Their bytes never enter the component, nor the record.
//!
//! Not here: streaming them (the transport).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::headers;
use super::prepare::{denied, invalid};
use crate::attachment::AttachmentInfo;
use crate::call::state::Work;
use crate::contract::http::{Body, Chunk, MultipartBody, Part, SendFailure};
use crate::exchange::{Header, RecordedBody, RecordedPart};
use crate::limits::Limits;
use crate::transport::{OutgoingBody, Piece};

/// The most parts of a multipart body.
const PARTS_MAX: usize = 1_000;

/// A body to send, and what is recorded of it.
pub(super) struct Built {
    pub(super) body: OutgoingBody,
    pub(super) recorded: RecordedBody,
    /// With the boundary.
    pub(super) content_type: Option<String>,
    /// Without it.
    pub(super) recorded_type: Option<String>,
}

/// A boundary that no component can foresee and every replay makes again (RFC 2046 section 5.1.1).
pub(super) fn boundary(seed: u64, number: u32) -> impl Fn() -> String {
    move || {
        let digest =
            Sha256::new().chain_update(seed.to_le_bytes()).chain_update(number.to_le_bytes()).finalize();
        format!("countersign-{}", hex::encode(digest.split_at(16).0))
    }
}

/// Builds a body; its whole length is bounded before anything is sent.
pub(super) fn build(
    work: &Work,
    body: Body,
    limits: &Limits,
    boundary: &impl Fn() -> String,
) -> Result<Built, SendFailure> {
    let mut builder = Builder { work, limits, pieces: Vec::new(), bytes: 0 };
    let (recorded, content_type, recorded_type) = match body {
        Body::None => {
            return Ok(Built {
                body: OutgoingBody::None,
                recorded: RecordedBody::None,
                content_type: None,
                recorded_type: None,
            });
        }
        Body::Composed(composed) => {
            check_content_type(&composed.content_type)?;
            let recorded = builder.chunks(composed.chunks)?;
            (recorded, composed.content_type.clone(), composed.content_type)
        }
        Body::Multipart(multipart) => {
            let kind = format!("multipart/{}", subtype(&multipart)?);
            let boundary = boundary();
            let recorded = builder.multipart(multipart.parts, &boundary)?;
            (recorded, format!("{kind}; boundary={boundary}"), kind)
        }
    };
    Ok(Built {
        body: OutgoingBody::Pieces(builder.pieces),
        recorded,
        content_type: Some(content_type),
        recorded_type: Some(recorded_type),
    })
}

fn check_content_type(content_type: &str) -> Result<(), SendFailure> {
    match content_type.is_empty() || content_type.contains(char::is_control) {
        true => Err(invalid(format!("`{}` is no content type", content_type.escape_debug()))),
        false => Ok(()),
    }
}

fn subtype(multipart: &MultipartBody) -> Result<&str, SendFailure> {
    let subtype = multipart.subtype.as_str();
    if subtype.is_empty() || !subtype.bytes().all(headers::is_token_byte) {
        return Err(invalid(format!("`{}` is no multipart subtype", subtype.escape_debug())));
    }
    match multipart.parts.len() > PARTS_MAX {
        true => Err(invalid(format!("a multipart body of more than {PARTS_MAX} parts"))),
        false => Ok(subtype),
    }
}

struct Builder<'a> {
    work: &'a Work,
    limits: &'a Limits,
    pieces: Vec<Piece>,
    bytes: u64,
}

impl Builder<'_> {
    fn multipart(&mut self, parts: Vec<Part>, boundary: &str) -> Result<RecordedBody, SendFailure> {
        let mut recorded = Vec::with_capacity(parts.len());
        for part in parts {
            headers::check_bounds(&part.headers, self.limits).map_err(invalid)?;
            part.headers.iter().try_for_each(headers::check_shape)?;
            self.bytes(Bytes::from(part_head(boundary, &part.headers)))?;
            let body = self.chunks(part.chunks)?;
            self.bytes(Bytes::from_static(b"\r\n"))?;
            recorded.push(RecordedPart { headers: part.headers, body });
        }
        self.bytes(Bytes::from(format!("--{boundary}--\r\n")))?;
        Ok(RecordedBody::Parts(recorded))
    }

    /// Adds chunks, and records a single one as it is and several as parts without headers.
    fn chunks(&mut self, mut chunks: Vec<Chunk>) -> Result<RecordedBody, SendFailure> {
        match chunks.len() {
            0 => Ok(RecordedBody::None),
            1 => chunks.pop().map_or(Ok(RecordedBody::None), |chunk| self.chunk(chunk)),
            _ => chunks
                .into_iter()
                .map(|chunk| Ok(RecordedPart { headers: Vec::new(), body: self.chunk(chunk)? }))
                .collect::<Result<_, _>>()
                .map(RecordedBody::Parts),
        }
    }

    fn chunk(&mut self, chunk: Chunk) -> Result<RecordedBody, SendFailure> {
        match chunk {
            Chunk::Bytes(bytes) => {
                let recorded = record(&bytes, self.limits);
                self.bytes(Bytes::from(bytes))?;
                Ok(recorded)
            }
            Chunk::Attachment(id) => {
                let info = self.granted(id)?;
                let recorded = by_digest(&info);
                self.grow(info.size)?;
                self.pieces.push(Piece::Attachment(info));
                Ok(recorded)
            }
            Chunk::AttachmentBase64(id) => {
                let info = self.granted(id)?;
                let recorded = by_digest(&info);
                self.grow(info.size.div_ceil(3).saturating_mul(4))?;
                self.pieces.push(Piece::AttachmentBase64(info));
                Ok(recorded)
            }
        }
    }

    fn granted(&self, id: u32) -> Result<AttachmentInfo, SendFailure> {
        self.work.attachment(id).cloned().ok_or_else(|| {
            denied(format!(
                "attachment {id} is not granted to this call; a definition grants it with the action's `documents`"
            ))
        })
    }

    fn bytes(&mut self, bytes: Bytes) -> Result<(), SendFailure> {
        self.grow(bytes.len() as u64)?;
        self.pieces.push(Piece::Bytes(bytes));
        Ok(())
    }

    fn grow(&mut self, bytes: u64) -> Result<(), SendFailure> {
        self.bytes = self.bytes.saturating_add(bytes);
        match self.bytes > self.limits.request_bytes_max {
            true => Err(denied(format!("the body is larger than {} bytes", self.limits.request_bytes_max))),
            false => Ok(()),
        }
    }
}

fn part_head(boundary: &str, headers: &[Header]) -> String {
    let mut head = format!("--{boundary}\r\n");
    for header in headers {
        head.push_str(&header.name);
        head.push_str(": ");
        head.push_str(&header.value);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head
}

/// Bytes as recorded: text when they are text, the digest alone when they are many.
fn record(bytes: &[u8], limits: &Limits) -> RecordedBody {
    if bytes.len() as u64 > limits.recorded_bytes_max {
        let sha256 = hex::encode(Sha256::digest(bytes));
        return RecordedBody::Digest { size: bytes.len() as u64, sha256, attachment: None };
    }
    whole(bytes)
}

/// Bytes recorded whole.
pub(super) fn whole(bytes: &[u8]) -> RecordedBody {
    match std::str::from_utf8(bytes) {
        Ok("") => RecordedBody::None,
        Ok(text) => RecordedBody::Text(text.to_owned()),
        Err(_) => RecordedBody::Base64(STANDARD.encode(bytes)),
    }
}

fn by_digest(info: &AttachmentInfo) -> RecordedBody {
    RecordedBody::Digest { size: info.size, sha256: info.sha256.clone(), attachment: Some(info.id) }
}
