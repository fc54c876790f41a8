//! Answers from the journal of an earlier run of the same call, as long as the component asks for the same.
//!
//! Authorisation came first and is deterministic, so a replay makes the same exchanges. Not here: starting one
//! (`Provider::resume`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answer::{kind_of, media_type};
use super::prepare::Prepared;
use crate::attachment::AttachmentInfo;
use crate::call::state::Work;
use crate::contract::http::{Destination, RequestSent, Response, ResponseBody, SendFailure, StoredBody};
use crate::exchange::{Exchange, Header, RecordedBody, RecordedResponse, Repeat};

/// What the journal says about the request at hand.
pub(super) enum Next {
    /// Nothing: send it.
    Live,
    /// This was answered.
    Recorded(Result<Response, SendFailure>),
    /// It was `once`, about to leave, and nobody knows whether it did.
    Open,
    /// Another request stands there.
    Differs(String),
}

/// Looks up the request at hand; it must be the next one of the journal.
pub(super) fn next(work: &mut Work, prepared: &Prepared) -> Next {
    let Some(known) = work.replay.pop_front() else { return Next::Live };
    if known.request != prepared.recorded {
        return Next::Differs(format!(
            "run again from its journal, the component asked for `{} {}` where it asked for `{} {}` before (exchange {})",
            prepared.recorded.method,
            prepared.recorded.path,
            known.request.method,
            known.request.path,
            known.number
        ));
    }
    let Some(response) = known.response.clone() else {
        return match known.request.repeat {
            Repeat::Once => Next::Open,
            Repeat::Read | Repeat::Repeatable => Next::Live,
        };
    };
    match answer(work, &known, response, &prepared.destination) {
        Ok(answer) => {
            work.exchanges.push(known);
            work.journaled = work.exchanges.len();
            Next::Recorded(answer)
        }
        Err(words) => Next::Differs(words),
    }
}

fn answer(
    work: &mut Work,
    known: &Exchange,
    response: RecordedResponse,
    destination: &Destination,
) -> Result<Result<Response, SendFailure>, String> {
    match response {
        RecordedResponse::Answered { status, headers, body } => {
            let body = self::body(work, body, destination, &headers).ok_or_else(|| {
                format!("the journal does not hold the answer of exchange {}", known.number)
            })?;
            Ok(Ok(Response { status, headers, body }))
        }
        RecordedResponse::Failed { kind, maybe_sent, message } => Ok(Err(SendFailure {
            kind: kind_of(&kind),
            request_sent: if maybe_sent { RequestSent::Maybe } else { RequestSent::No },
            message,
            consent_url: None,
        })),
    }
}

fn body(
    work: &mut Work,
    recorded: RecordedBody,
    destination: &Destination,
    headers: &[Header],
) -> Option<ResponseBody> {
    match recorded {
        RecordedBody::None => Some(ResponseBody::Inline(Vec::new())),
        RecordedBody::Text(text) => Some(ResponseBody::Inline(text.into_bytes())),
        RecordedBody::Base64(text) => STANDARD.decode(text).ok().map(ResponseBody::Inline),
        RecordedBody::Digest { size, sha256, attachment: Some(id) } => {
            let Destination::Attachment(file) = destination else { return None };
            let (name, media_type) = (file.name.clone(), media_type(file, headers));
            work.next_attachment = work.next_attachment.max(id.saturating_add(1));
            work.created.push(AttachmentInfo { id, name, media_type, size, sha256: sha256.clone() });
            Some(ResponseBody::Stored(StoredBody { attachment: id, size, sha256 }))
        }
        RecordedBody::Digest { attachment: None, .. } | RecordedBody::Parts(_) => None,
    }
}
