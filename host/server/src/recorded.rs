//! Calls as the journal has them: found by name, read whole, and put together so that they can be run again.
//!
//! Needs a store and no host, so that a data directory can be read without one. Not here: showing calls (`api/calls.rs`)
//! and running them again (`conformance`).

use axum::http::StatusCode;
use countersign_conformance::{RecordedResult, Recording};
use countersign_sandbox::attachment::AttachmentInfo;
use countersign_sandbox::connection::config::ConnectionConfig;
use countersign_sandbox::exchange::Exchange;
use countersign_store::row::call::{CallRow, ExchangeRow};
use countersign_store::row::instance::InstanceKey;
use countersign_store::{ExchangeState, Store};
use countersign_workflow::effect::CallRequest;
use countersign_workflow::event::What;
use countersign_workflow::form::Attachment;
use countersign_workflow::instance::Instance;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// A call that has ended, with everything that is needed to run it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CallRecord {
    /// The instance's number.
    pub instance: i64,
    /// SHA-256 of the component that ran it.
    pub component: String,
    /// The component of its connection now: a bundled provider's id, or a path on the host's machine.
    pub provider: String,
    /// The call.
    pub recording: Recording,
}

/// The call of this id, or of the instance's number and its own: `12-3`.
pub async fn find(store: &Store, name: &str) -> Result<CallRow, Problem> {
    if let Some(row) = store.call(name).await? {
        return Ok(row);
    }
    let unknown = || Problem::not_found(&format!("call `{name}`"));
    let (instance, number) = name.rsplit_once('-').ok_or_else(unknown)?;
    let key = instance.parse::<InstanceKey>().unwrap_or_else(|never| match never {});
    let instance = store.instance_summary(&key).await.ok().flatten().ok_or_else(unknown)?;
    store.call(&format!("{}-{number}", instance.id)).await?.ok_or_else(unknown)
}

/// The exchanges of a call.
pub async fn exchanges(store: &Store, call_id: &str) -> Result<Vec<Exchange>, Problem> {
    let rows = store.exchanges(call_id).await?;
    rows.iter().map(|row| json(call_id, &row.json)).collect()
}

/// What a column of the journal says.
pub fn json<T: serde::de::DeserializeOwned>(call_id: &str, text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|e| broken(call_id, &e.to_string()))
}

/// The whole call, when it has ended and all of its journal is there.
pub async fn read(store: &Store, row: CallRow, connection: &ConnectionConfig) -> Result<CallRecord, Problem> {
    let call = row.call;
    let Some(end) = row.end else {
        let detail = format!(
            "call `{}` is under way; wait until it has ended, or resolve the incident it waits for",
            call.id
        );
        return Err(Problem::new(StatusCode::CONFLICT, "CS0304", detail));
    };
    let request: CallRequest = json(&call.id, &call.request)?;
    let (result, made) = ended(&call.id, json(&call.id, &end.result)?)?;
    let exchanges = whole(&call.id, &store.exchanges(&call.id).await?)?;
    let instance = store.instance(&InstanceKey::id(&call.instance_id)).await?;
    let instance = instance.ok_or_else(|| Problem::not_found(&format!("instance `{}`", call.instance_id)))?;
    Ok(CallRecord {
        instance: instance.number,
        component: call.component,
        provider: connection.provider.clone(),
        recording: Recording {
            call: call.id,
            connection: call.connection,
            roles: connection.roles.keys().cloned().collect(),
            settings: connection.settings.clone(),
            acting_user: request.acting_user.or_else(|| connection.acting_user.clone()),
            action: request.action,
            input: request.input,
            now_ms: call.opened_at_ms,
            seed: call.seed,
            granted: granted(&instance, &request.attachments),
            next_attachment: request.next_attachment,
            exchanges,
            result,
            created: made.iter().map(info).collect(),
        },
    })
}

/// The exchanges, numbered without a gap, each closed with its answer.
fn whole(call_id: &str, rows: &[ExchangeRow]) -> Result<Vec<Exchange>, Problem> {
    let mut exchanges = Vec::with_capacity(rows.len());
    for (expected, row) in (1..).zip(rows) {
        let exchange: Exchange = json(call_id, &row.json)?;
        if row.number != expected || exchange.number != expected {
            return Err(broken(call_id, &format!("exchange {expected} is missing")));
        }
        if exchange.response.is_none() != (row.state == ExchangeState::Open) {
            return Err(broken(
                call_id,
                &format!("exchange {expected} is closed without an answer, or open with one"),
            ));
        }
        exchanges.push(exchange);
    }
    Ok(exchanges)
}

fn ended(call_id: &str, what: What) -> Result<(RecordedResult, Vec<Attachment>), Problem> {
    match what {
        What::CallSucceeded { outcome, attachments, .. } => {
            Ok((RecordedResult::Outcome(outcome), attachments))
        }
        What::CallFailed { failure, .. } => Ok((RecordedResult::Failure(failure), Vec::new())),
        _ => Err(broken(call_id, "its result is none of a call")),
    }
}

fn broken(call_id: &str, words: &str) -> Problem {
    let detail = format!("the journal of call `{call_id}` cannot be read: {words}");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "CS0303", detail)
}

/// The files of an instance that a call was granted.
pub fn granted(instance: &Instance, ids: &[u32]) -> Vec<AttachmentInfo> {
    instance.form.attachments.iter().filter(|file| ids.contains(&file.id)).map(info).collect()
}

fn info(file: &Attachment) -> AttachmentInfo {
    AttachmentInfo {
        id: file.id,
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        sha256: file.sha256.clone(),
    }
}
