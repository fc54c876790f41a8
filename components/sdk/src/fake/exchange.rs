//! One scripted request and its answer, and the difference to what was really sent.
//!
//! Bodies are compared through a JSON view: `{"json": …}`, `{"text": …}`, `{"multipart": [{headers…, "json" | "text"
//! | "attachment": …}]}`, null for none.

use serde_json::{Map, Value, json};

use crate::contract::http::{
    Body, Chunk, FailureKind, Header, Part, Repeat, Request, RequestSent, SendFailure,
};

/// One request and its answer.
#[must_use]
pub struct Exchange {
    method: &'static str,
    path: Vec<String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    repeat: Option<Repeat>,
    body: Option<Value>,
    answer: Result<Answer, SendFailure>,
}

#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<Header>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name == name).map(|header| header.value.as_str())
    }
}

/// A request with this method and these path segments, answered by 200 and nothing unless told otherwise.
pub fn request(method: &'static str, path: &[&str]) -> Exchange {
    Exchange {
        method,
        path: path.iter().map(|segment| (*segment).to_owned()).collect(),
        query: Vec::new(),
        headers: Vec::new(),
        repeat: None,
        body: None,
        answer: Ok(Answer { status: 200, headers: Vec::new(), body: Vec::new() }),
    }
}

impl Exchange {
    /// The request has this pair in its query.
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The request has this header; all headers of a listed name must be listed, in order.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The request says this about repeats.
    pub fn with_repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = Some(repeat);
        self
    }

    /// The request has this JSON body.
    pub fn with_json(self, body: Value) -> Self {
        self.with_body(json!({ "json": body }))
    }

    /// The request has a body with this view; see the module.
    pub fn with_body(mut self, view: Value) -> Self {
        self.body = Some(view);
        self
    }

    /// The answer's status.
    pub fn answers(mut self, status: u16) -> Self {
        self.change_answer(|answer| answer.status = status);
        self
    }

    /// A header of the answer.
    pub fn answer_header(mut self, name: &str, value: &str) -> Self {
        let header = Header { name: name.to_lowercase(), value: value.to_owned() };
        self.change_answer(|answer| answer.headers.push(header));
        self
    }

    /// The answer's body, as JSON.
    pub fn answer_json(self, body: &Value) -> Self {
        self.answer_header("content-type", "application/json").answer_bytes(body.to_string().as_bytes())
    }

    /// The answer's body.
    pub fn answer_bytes(mut self, body: &[u8]) -> Self {
        self.change_answer(|answer| answer.body = body.to_vec());
        self
    }

    /// There is no answer.
    pub fn breaks(mut self, kind: FailureKind, request_sent: RequestSent) -> Self {
        let message = format!("scripted: {kind:?}");
        self.answer = Err(SendFailure { kind, request_sent, message, consent_url: None });
        self
    }

    /// There is no token, because an administrator has yet to consent at this address.
    pub fn needs_consent(mut self, url: &str) -> Self {
        self.answer = Err(SendFailure {
            kind: FailureKind::Unauthorized,
            request_sent: RequestSent::No,
            message: "scripted: consent is missing".to_owned(),
            consent_url: Some(url.to_owned()),
        });
        self
    }

    fn change_answer(&mut self, change: impl FnOnce(&mut Answer)) {
        if let Ok(answer) = &mut self.answer {
            change(answer);
        }
    }

    pub(super) fn title(&self) -> String {
        format!("{} {}", self.method, self.path.join(" / "))
    }

    pub(super) fn answer(self) -> Result<Answer, SendFailure> {
        self.answer
    }

    /// Both sides of what differs, or nothing.
    pub(super) fn difference(&self, sent: &Request) -> Option<String> {
        let mut lines = Vec::new();
        let mut compare = |what: &str, expected: Value, found: Value| {
            if expected != found {
                lines.push(format!("{what}\n  expected {expected:#}\n  sent     {found:#}"));
            }
        };
        compare("method", json!(self.method), json!(sent.method));
        compare("path", json!(self.path), json!(sent.path));
        compare("query", json!(self.query), json!(sent.query));
        compare("headers", json!(lowered(&self.headers)), json!(self.listed_headers(sent)));
        if let Some(repeat) = self.repeat {
            compare("repeat", json!(format!("{repeat:?}")), json!(format!("{:?}", sent.repeat)));
        }
        if let Some(body) = &self.body {
            compare("body", body.clone(), view_of_body(&sent.body));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn listed_headers(&self, sent: &Request) -> Vec<(String, String)> {
        let is_listed = |name: &str| self.headers.iter().any(|(listed, _)| listed.eq_ignore_ascii_case(name));
        let listed = sent.headers.iter().filter(|header| is_listed(&header.name));
        listed.map(|header| (header.name.to_lowercase(), header.value.clone())).collect()
    }
}

fn lowered(headers: &[(String, String)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect()
}

fn view_of_body(body: &Body) -> Value {
    match body {
        Body::None => Value::Null,
        Body::Composed(composed) => Value::Object(view_of_chunks(&composed.chunks, &composed.content_type)),
        Body::Multipart(multipart) => {
            json!({ "multipart": multipart.parts.iter().map(view_of_part).collect::<Vec<_>>() })
        }
    }
}

fn view_of_part(part: &Part) -> Value {
    let content_type = part.headers.iter().find(|header| header.name == "content-type");
    let mut view = view_of_chunks(&part.chunks, content_type.map_or("", |header| &header.value));
    for header in &part.headers {
        view.insert(header.name.clone(), json!(header.value));
    }
    Value::Object(view)
}

fn view_of_chunks(chunks: &[Chunk], content_type: &str) -> Map<String, Value> {
    let mut view = Map::new();
    let mut text = Vec::new();
    for chunk in chunks {
        match chunk {
            Chunk::Bytes(bytes) => text.extend_from_slice(bytes),
            Chunk::Attachment(id) => drop(view.insert("attachment".to_owned(), json!(id))),
            Chunk::AttachmentBase64(id) => drop(view.insert("attachment-base64".to_owned(), json!(id))),
        }
    }
    if content_type == "application/json"
        && let Ok(json) = serde_json::from_slice(&text)
    {
        view.insert("json".to_owned(), json);
    } else if !text.is_empty() || view.is_empty() {
        view.insert("text".to_owned(), json!(String::from_utf8_lossy(&text)));
    }
    view
}
