//! From what a component asks for to what may be sent: every check, then the request and its record.
//!
//! Not here: sending it (`capability/http.rs`).

use std::sync::Arc;
use std::time::Duration;

use super::{body, grant, headers, path};
use crate::call::state::Work;
use crate::capability::attachments::{check_media_type, check_name, check_room};
use crate::contract::http::{Destination, FailureKind, Request, RequestSent, SendFailure};
use crate::exchange::{RecordedRequest, Repeat};
use crate::limits::Limits;
use crate::transport::Outgoing;

/// A request that passed every check.
pub(super) struct Prepared {
    pub(super) number: u32,
    pub(super) outgoing: Outgoing,
    pub(super) recorded: RecordedRequest,
    pub(super) recorded_repeat: Repeat,
    pub(super) destination: Destination,
}

/// Checks a request in full before anything of it leaves.
pub(super) fn prepare(
    work: &Work,
    request: Request,
    limits: &Limits,
    seed: u64,
) -> Result<Prepared, SendFailure> {
    let number = u32::try_from(work.exchanges.len()).unwrap_or(u32::MAX).saturating_add(1);
    if number > limits.exchanges_max {
        return Err(denied(format!(
            "this call already made {} requests, and may make no more",
            limits.exchanges_max
        )));
    }
    grant::check_role(work, &request.role)?;
    path::check(&request.path)?;
    grant::check_rule(work, &request)?;
    let path = path::encode(&request.path);
    check_target(&path, &request.query, limits)?;
    let role = work.connection.roles.get(&request.role);
    let mut checked = headers::check_request(request.headers, role.map(|role| &role.scheme), limits)?;
    check_destination(work, &request.destination, limits)?;
    let built = body::build(work, request.body, limits, &body::boundary(seed, number))?;

    let recorded_headers = headers::with_content_type(&checked, built.recorded_type);
    if let Some(content_type) = built.content_type {
        headers::set_content_type(&mut checked, content_type)?;
    }
    let recorded = RecordedRequest {
        role: request.role.clone(),
        method: request.method.clone(),
        path: path.clone(),
        query: request.query.clone(),
        headers: recorded_headers,
        body: built.recorded,
        repeat: request.repeat,
    };
    let outgoing = Outgoing {
        connection: Arc::clone(&work.connection),
        role: request.role,
        method: request.method,
        path,
        query: request.query,
        headers: checked,
        body: built.body,
        acting_user: work.acting_user.clone(),
        attachments: Arc::clone(&work.attachments),
        timeout: Duration::ZERO,
    };
    Ok(Prepared {
        number,
        outgoing,
        recorded,
        recorded_repeat: request.repeat,
        destination: request.destination,
    })
}

fn check_target(path: &str, query: &[(String, String)], limits: &Limits) -> Result<(), SendFailure> {
    let query_bytes: usize = query.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    match (path.len() + query_bytes) as u64 > limits.target_bytes_max {
        true => Err(invalid(format!("path and query are longer than {} bytes", limits.target_bytes_max))),
        false => Ok(()),
    }
}

fn check_destination(work: &Work, destination: &Destination, limits: &Limits) -> Result<(), SendFailure> {
    let Destination::Attachment(file) = destination else { return Ok(()) };
    check_room(work.created.len(), limits.attachments_made_max).map_err(denied)?;
    check_name(&file.name).map_err(invalid)?;
    match file.media_type.is_empty() {
        true => Ok(()),
        false => check_media_type(&file.media_type).map_err(invalid),
    }
}

/// The grant does not allow it. Nothing was sent.
pub(super) fn denied(message: String) -> SendFailure {
    unsent(FailureKind::Denied, message)
}

/// The request itself is wrong. Nothing was sent.
pub(super) fn invalid(message: String) -> SendFailure {
    unsent(FailureKind::Invalid, message)
}

fn unsent(kind: FailureKind, message: String) -> SendFailure {
    SendFailure { kind, request_sent: RequestSent::No, message, consent_url: None }
}
