//! Builds requests: `Request::get("api").segment("documents").segment(id)`.
//!
//! Ids are given as they are; the host encodes them (P33). Reading the answer stands in `reply`.

use crate::contract::http::{
    self, Body, Chunk, ComposedBody, Destination, Header, MultipartBody, NewAttachment, Part as WirePart,
    Repeat,
};
use crate::contract::types::{AttachmentId, Failure};
use crate::failure;
use crate::host::Host;
use crate::reply::Reply;

/// The most that is read of an answer that goes into the component, unless a request says otherwise.
const INLINE_BYTES_MAX: u32 = 4 * 1024 * 1024;

/// One request in the making.
#[must_use]
#[derive(Debug, Clone)]
pub struct Request {
    wire: http::Request,
    /// Why a body could not be written; told when the request is sent.
    problem: Option<String>,
}

impl Request {
    /// A request that reads.
    pub fn get(role: &str) -> Self {
        Self::new(role, "GET", Repeat::Read)
    }

    /// A request that must not be repeated blindly, unless `repeat` says otherwise: the careful choice.
    pub fn post(role: &str) -> Self {
        Self::new(role, "POST", Repeat::Once)
    }

    /// A request that may be repeated: it says what shall be.
    pub fn put(role: &str) -> Self {
        Self::new(role, "PUT", Repeat::Repeatable)
    }

    /// A request that may be repeated: what is gone stays gone.
    pub fn delete(role: &str) -> Self {
        Self::new(role, "DELETE", Repeat::Repeatable)
    }

    /// Any request.
    pub fn new(role: &str, method: &str, repeat: Repeat) -> Self {
        let wire = http::Request {
            role: role.to_owned(),
            method: method.to_owned(),
            path: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::None,
            destination: Destination::Inline(INLINE_BYTES_MAX),
            repeat,
        };
        Self { wire, problem: None }
    }

    /// What a repeat would do.
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.wire.repeat = repeat;
        self
    }

    /// One more segment of the path, not encoded.
    pub fn segment(mut self, segment: impl Into<String>) -> Self {
        self.wire.path.push(segment.into());
        self
    }

    /// One more pair of the query, not encoded.
    pub fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.wire.query.push((name.to_owned(), value.into()));
        self
    }

    /// One more header; names may repeat.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.wire.headers.push(Header { name: name.to_owned(), value: value.into() });
        self
    }

    /// A JSON body.
    pub fn json<T: serde::Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.bytes("application/json", bytes),
            Err(error) => {
                self.problem = Some(format!("the body cannot be written as JSON: {error}"));
                self
            }
        }
    }

    /// A body of these bytes; none at all is a body of length 0 with a content type.
    pub fn bytes(mut self, content_type: &str, bytes: Vec<u8>) -> Self {
        let chunks = if bytes.is_empty() { Vec::new() } else { vec![Chunk::Bytes(bytes)] };
        self.wire.body = Body::Composed(ComposedBody { content_type: content_type.to_owned(), chunks });
        self
    }

    /// A body in pieces, some of which may be attachments.
    pub fn chunks(mut self, content_type: &str, chunks: Vec<Chunk>) -> Self {
        self.wire.body = Body::Composed(ComposedBody { content_type: content_type.to_owned(), chunks });
        self
    }

    /// A `multipart/form-data` body.
    pub fn multipart(self, parts: Vec<Part>) -> Self {
        self.multipart_of("form-data", parts)
    }

    /// A multipart body of another subtype.
    pub fn multipart_of(mut self, subtype: &str, parts: Vec<Part>) -> Self {
        self.problem = self.problem.or_else(|| parts.iter().find_map(|part| part.problem.clone()));
        let parts = parts.into_iter().map(|part| part.wire).collect();
        self.wire.body = Body::Multipart(MultipartBody { subtype: subtype.to_owned(), parts });
        self
    }

    /// Lets the answer's body become a new attachment; an empty media type takes the answer's.
    pub fn into_attachment(mut self, name: &str, media_type: &str) -> Self {
        let place = NewAttachment { name: name.to_owned(), media_type: media_type.to_owned() };
        self.wire.destination = Destination::Attachment(place);
        self
    }

    /// The most that is read of an answer.
    pub fn inline_bytes_max(mut self, bytes: u32) -> Self {
        self.wire.destination = Destination::Inline(bytes);
        self
    }

    /// Sends it. Any status is an answer.
    ///
    /// # Errors
    /// When there is no answer: see [`failure::of_send`].
    pub fn send(self, host: &dyn Host) -> Result<Reply, Failure> {
        if let Some(problem) = self.problem {
            return Err(failure::other("invalid-request", &problem));
        }
        let repeat = self.wire.repeat;
        match host.send(&self.wire) {
            Ok(response) => Ok(Reply::new(response, repeat)),
            Err(lost) => Err(failure::of_send(lost, repeat)),
        }
    }

    /// Sends it and takes any status but success for a failure.
    ///
    /// # Errors
    /// When there is no answer, or one that refuses: see [`failure::of_status`].
    pub fn fetch(self, host: &dyn Host) -> Result<Reply, Failure> {
        self.send(host)?.succeeded(host)
    }
}

/// One part of a multipart body.
#[must_use]
#[derive(Debug, Clone)]
pub struct Part {
    wire: WirePart,
    problem: Option<String>,
}

impl Part {
    /// A form field of this name.
    pub fn field(name: &str) -> Self {
        Self::with_disposition(&format!("form-data; name=\"{}\"", quoted(name)))
    }

    /// A form field of this name that is a file.
    pub fn file(name: &str, file_name: &str) -> Self {
        Self::with_disposition(&format!(
            "form-data; name=\"{}\"; filename=\"{}\"",
            quoted(name),
            quoted(file_name)
        ))
    }

    /// A part whose `content-disposition` stands exactly so (P34).
    pub fn with_disposition(disposition: &str) -> Self {
        let part = Self { wire: WirePart { headers: Vec::new(), chunks: Vec::new() }, problem: None };
        part.header("content-disposition", disposition)
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.wire.headers.push(Header { name: name.to_owned(), value: value.to_owned() });
        self
    }

    /// The part's content type.
    pub fn content_type(self, content_type: &str) -> Self {
        self.header("content-type", content_type)
    }

    /// Text.
    pub fn text(mut self, text: &str) -> Self {
        self.wire.chunks.push(Chunk::Bytes(text.as_bytes().to_vec()));
        self
    }

    /// JSON, with its content type.
    pub fn json<T: serde::Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.wire.chunks.push(Chunk::Bytes(bytes)),
            Err(error) => self.problem = Some(format!("a part cannot be written as JSON: {error}")),
        }
        self.content_type("application/json")
    }

    /// The bytes of an attachment, which never enter the component.
    pub fn attachment(mut self, id: AttachmentId) -> Self {
        self.wire.chunks.push(Chunk::Attachment(id));
        self
    }
}

/// A value between quotes of a `content-disposition`, escaped as browsers do
/// (WHATWG HTML, "multipart/form-data"): RFC 7578 section 2 leaves UTF-8 as it is.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
