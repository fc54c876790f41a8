//! What providers post: `POST /webhooks/<provider>/<endpoint>`. Kept on disk, then acknowledged; read afterwards.
//!
//! size and time → proof on the raw bytes → commit → 2xx. What proves nothing is kept apart and answered 401.
//! Not here: checking the proof (`sandbox/connection/webhook`), and what follows from a message (`inbox.rs`).

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_sandbox::connection::webhook::{Unproven, Webhook};
use countersign_sandbox::contract::events::{InboundHeader, InboundRequest, Reply};
use countersign_store::change::{Change, Commit};
use countersign_store::row::inbox::NewMessage;
use tracing::{info, warn};

use crate::host::{BoundConnection, Host};
use crate::inbox;
use crate::problem::Problem;

/// Of a message without proof, so many bytes are enough to see what it is and to prove it later after all.
const QUARANTINED_BYTES_MAX: usize = 256 * 1024;
/// How long a sender may take for its body.
const BODY_TIME: Duration = Duration::from_secs(30);
/// When a sender should try again whose proof cannot be checked now, in seconds.
const RETRY_AFTER: &str = "60";

/// A message on its way in.
struct Incoming<'a> {
    connection: &'a str,
    bound: &'a BoundConnection,
    webhook: &'a Webhook,
    parts: Parts,
    path: Vec<String>,
    body: Bytes,
}

/// Any method below `/webhooks`; only POST is taken.
pub async fn receive(State(host): State<Arc<Host>>, params: RawPathParams, request: Request) -> Response {
    match take(&host, &params, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn take(host: &Host, params: &RawPathParams, request: Request) -> Result<Response, Problem> {
    let param = |name: &str| params.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
    let (provider, endpoint) = (param("provider"), param("endpoint"));
    let Some((connection, bound, webhook)) = host.webhook(provider, endpoint) else {
        // The endpoint may be a secret with a typing error in it: it is not logged.
        warn!(provider, "somebody posts to a webhook that no connection has (CS0021)");
        return Err(Problem::not_found("this webhook"));
    };
    if request.method() != Method::POST {
        return Ok((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response());
    }
    if !host.store.intake_allowed() {
        let detail = "the host takes nothing in now; send it again later";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0011", detail));
    }
    let path = param("rest").split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
    let (parts, body) = request.into_parts();
    let body = whole(host, connection, body).await?;
    let incoming = Incoming { connection, bound, webhook, parts, path, body };
    match webhook.prove(&incoming.parts.headers, &incoming.body).await {
        Ok(()) => accept(host, &incoming).await,
        Err(Unproven::Refused(why)) => quarantine(host, &incoming, why).await,
        Err(Unproven::Undecided(why)) => {
            warn!(connection, "a message cannot be proven now: {why} (CS0022)");
            let later = [(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER))];
            Ok((StatusCode::SERVICE_UNAVAILABLE, later).into_response())
        }
    }
}

/// The whole body, unless it is too large or too slow.
async fn whole(host: &Host, connection: &str, body: Body) -> Result<Bytes, Problem> {
    let bytes_max = host.webhook_bytes_max;
    match tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, bytes_max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => {
            warn!(connection, "a message is larger than {bytes_max} bytes or broke off; it is not kept");
            let detail =
                format!("the body is larger than {bytes_max} bytes, or broke off; raise `webhook-bytes-max`");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "CS0023", detail))
        }
        Err(_) => {
            warn!(connection, "a message did not arrive within {BODY_TIME:?}; it is not kept");
            let detail = format!("the body did not arrive within {BODY_TIME:?}");
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "CS0023", detail))
        }
    }
}

/// Commits, and only then says so.
async fn accept(host: &Host, incoming: &Incoming<'_>) -> Result<Response, Problem> {
    keep(host, incoming, None).await?;
    host.inbox.notify_one();
    if host.log_webhooks {
        let (connection, bytes) = (incoming.connection, incoming.body.len());
        info!(connection, bytes, "a message of the provider was received");
    }
    if !incoming.webhook.replies() {
        return Ok(StatusCode::OK.into_response());
    }
    match incoming.bound.provider.read_event(incoming.as_read()).await {
        Ok(Ok(reading)) => Ok(reading.reply.map_or_else(|| StatusCode::OK.into_response(), answer)),
        // It is kept, and why it cannot be read is told where it is read.
        Ok(Err(_)) | Err(_) => Ok(StatusCode::OK.into_response()),
    }
}

async fn quarantine(host: &Host, incoming: &Incoming<'_>, why: String) -> Result<Response, Problem> {
    let connection = incoming.connection;
    warn!(connection, "a message that does not prove itself is in quarantine: {why} (CS0022)");
    keep(host, incoming, Some(why)).await?;
    let detail = "the message does not prove that it comes from the provider";
    Err(Problem::new(StatusCode::UNAUTHORIZED, "CS0022", detail))
}

async fn keep(host: &Host, incoming: &Incoming<'_>, refused: Option<String>) -> Result<(), Problem> {
    let message = incoming.as_kept(refused, host.clock.now_ms())?;
    host.store.commit(Commit::command(vec![Change::Receive(Box::new(message))])).await?;
    Ok(())
}

fn answer(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let kind = reply.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    (status, [(header::CONTENT_TYPE, kind)], reply.body).into_response()
}

impl Incoming<'_> {
    /// As a component may see it: no header that carries a secret.
    fn as_read(&self) -> InboundRequest {
        InboundRequest { body: self.body.to_vec(), ..self.head() }
    }

    fn head(&self) -> InboundRequest {
        let query = self.parts.uri.query().unwrap_or_default();
        let headers = self.parts.headers.iter().filter(|(name, _)| !self.webhook.is_secret(name));
        let header = |(name, value): (&header::HeaderName, &HeaderValue)| InboundHeader {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        InboundRequest {
            method: self.parts.method.as_str().to_owned(),
            path: self.path.clone(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: headers.map(header).collect(),
            body: Vec::new(),
        }
    }

    fn as_kept(&self, refused: Option<String>, at_ms: i64) -> Result<NewMessage, Problem> {
        let head = self.head();
        let digest = inbox::digest(&head, &self.body);
        let head = serde_json::to_string(&head).map_err(|error| inbox::damaged(&error))?;
        let end = if refused.is_some() { QUARANTINED_BYTES_MAX } else { usize::MAX };
        let body = self.body.get(..end.min(self.body.len())).unwrap_or_default().to_vec();
        let connection = self.connection.to_owned();
        Ok(NewMessage { connection, digest, refused, at_ms, head, body })
    }
}
