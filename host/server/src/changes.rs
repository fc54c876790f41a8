//! From an applied event to the rows that make it durable: the edge between engine and store.
//!
//! Not here: what the engine decided (`workflow`), and how rows are written (`store`).

use countersign_sandbox::call::CallEnd;
use countersign_sandbox::exchange::Exchange;
use countersign_store::change::Change;
use countersign_store::error::EncodeError;
use countersign_store::row::attachment::AttachmentRow;
use countersign_store::row::call::{self, ExchangeRow, ExchangeState, NewCall};
use countersign_store::row::external_ref::ExternalRef;
use countersign_store::row::incident::IncidentEnd;
use countersign_store::row::orphan::OrphanRow;
use countersign_workflow::apply::Applied;
use countersign_workflow::effect::{CallRequest, Effect, Entry, Happening, Orphan};
use countersign_workflow::event::What;
use countersign_workflow::instance::{Incident, Instance};
use countersign_workflow::load::Workflow;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::host::Host;

/// What an event changed: the instance (guarded by its version), its history, timers, calls and references.
pub fn of_event(
    host: &Host,
    workflow: &Workflow,
    before: &Instance,
    applied: &Applied,
    at_ms: i64,
) -> Result<Vec<Change>, EncodeError> {
    let mut changes = vec![Change::update_instance(&applied.instance, before.version, at_ms)?];
    changes.extend(of_effects(host, applied, at_ms)?);
    changes.extend(of_uniques(workflow, Some(before), &applied.instance));
    changes.extend(of_files(Some(before), &applied.instance, at_ms));
    changes.extend(of_incident(before.incident.as_ref(), applied, at_ms)?);
    Ok(changes)
}

/// What a start wrote.
pub fn of_start(
    host: &Host,
    workflow: &Workflow,
    applied: &Applied,
    at_ms: i64,
) -> Result<Vec<Change>, EncodeError> {
    let mut changes = vec![Change::create_instance(&applied.instance, at_ms)?];
    changes.extend(of_effects(host, applied, at_ms)?);
    changes.extend(of_uniques(workflow, None, &applied.instance));
    changes.extend(of_incident(None, applied, at_ms)?);
    Ok(changes)
}

/// Of several states of the instance, written in one commit, only the last one.
pub fn with_last_state_only(mut changes: Vec<Change>) -> Vec<Change> {
    let is_state =
        |change: &Change| matches!(change, Change::CreateInstance(_) | Change::UpdateInstance { .. });
    while let Some(first) = changes.iter().position(is_state)
        && let Some(second) = changes.iter().skip(first + 1).position(is_state)
    {
        if let Change::UpdateInstance { instance: mut later, .. } = changes.remove(first + 1 + second)
            && let Some(Change::CreateInstance(row) | Change::UpdateInstance { instance: row, .. }) =
                changes.get_mut(first)
        {
            later.summary.created_at_ms = row.summary.created_at_ms;
            *row = later;
        }
    }
    changes
}

/// How long the JSON of the instance among these changes is.
pub fn instance_json_bytes(changes: &[Change]) -> usize {
    let bytes = changes.iter().map(|change| match change {
        Change::CreateInstance(row) | Change::UpdateInstance { instance: row, .. } => row.json.len(),
        _ => 0,
    });
    bytes.sum()
}

/// The end of a call, beside the event that reports it. Exchanges that only read were not written before.
pub fn of_call_end(
    call_id: &str,
    what: &What,
    end: Option<&CallEnd>,
    at_ms: i64,
) -> Result<Vec<Change>, EncodeError> {
    let exchanges = end.map(|end| end.exchanges.as_slice()).unwrap_or_default();
    let mut changes = exchanges.iter().map(|e| exchange(call_id, e)).collect::<Result<Vec<_>, _>>()?;
    let log = end.map(|end| end.log.as_slice()).unwrap_or_default();
    let end =
        call::CallEnd { at_ms, result: json("a call's result", what)?, log: json("a call's log", &log)? };
    changes.push(Change::CloseCall { call_id: call_id.to_owned(), end });
    Ok(changes)
}

/// One exchange as a row.
pub fn exchange(call_id: &str, exchange: &Exchange) -> Result<Change, EncodeError> {
    let state = if exchange.response.is_some() { ExchangeState::Closed } else { ExchangeState::Open };
    let row = ExchangeRow { number: exchange.number, state, json: json("an exchange", exchange)? };
    Ok(Change::PutExchange { call_id: call_id.to_owned(), exchange: row })
}

fn of_effects(host: &Host, applied: &Applied, at_ms: i64) -> Result<Vec<Change>, EncodeError> {
    let instance_id = || applied.instance.id.clone();
    let mut changes = Vec::new();
    let entries: Vec<&Entry> = applied
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Record(entry) = effect { Some(entry) } else { None })
        .collect();
    if !entries.is_empty() {
        changes.push(Change::append_history(&applied.instance.id, entries)?);
    }
    for effect in &applied.effects {
        match effect {
            Effect::Call(request) => changes.push(open_call(host, &applied.instance.id, request, at_ms)?),
            Effect::ArmTimer { timer, due_ms } => {
                changes.push(Change::PutTimer {
                    instance_id: instance_id(),
                    timer: timer.clone(),
                    due_ms: *due_ms,
                });
            }
            Effect::DisarmTimer { timer } => {
                changes.push(Change::DeleteTimer { instance_id: instance_id(), timer: timer.clone() });
            }
            Effect::Correlate { connection, document_id, client_reference } => {
                changes.push(Change::Correlate(ExternalRef {
                    connection: connection.clone(),
                    document_id: document_id.clone(),
                    client_reference: client_reference.clone(),
                    instance_id: instance_id(),
                }));
            }
            Effect::Orphan(orphan) => changes.push(left(orphan, instance_id(), at_ms)),
            Effect::Record(_) | Effect::Redirect { .. } => {}
        }
    }
    Ok(changes)
}

fn left(orphan: &Orphan, instance_id: String, at_ms: i64) -> Change {
    Change::Orphan(Box::new(OrphanRow {
        instance_id,
        connection: orphan.connection.clone(),
        document_id: orphan.document_id.clone(),
        client_reference: orphan.client_reference.clone(),
        standing: orphan.standing.clone(),
        why: orphan.why.clone(),
        at_ms,
    }))
}

fn open_call(
    host: &Host,
    instance_id: &str,
    request: &CallRequest,
    at_ms: i64,
) -> Result<Change, EncodeError> {
    let component = host.connection(&request.connection).map(|bound| bound.provider.digest.clone());
    Ok(Change::OpenCall(Box::new(NewCall {
        id: request.call_id.clone(),
        instance_id: instance_id.to_owned(),
        connection: request.connection.clone(),
        action: request.action.clone(),
        component: component.unwrap_or_default(),
        request: json("a call's request", request)?,
        opened_at_ms: at_ms,
        seed: seed(&request.call_id),
    })))
}

/// The seed of a call's random numbers: the same in every replay, and no secret.
pub(crate) fn seed(call_id: &str) -> u64 {
    let digest = Sha256::digest(call_id.as_bytes());
    digest.iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

/// Values of unique fields that changed.
fn of_uniques(workflow: &Workflow, before: Option<&Instance>, after: &Instance) -> Vec<Change> {
    let unique = workflow.definition.fields.iter().filter(|(_, field)| field.unique);
    let changed = unique.filter(|(name, _)| {
        let earlier = before.and_then(|instance| instance.form.fields.get(*name));
        earlier != after.form.fields.get(*name)
    });
    changed
        .map(|(name, _)| Change::Unique {
            instance_id: after.id.clone(),
            workflow: after.workflow.clone(),
            field: name.clone(),
            value: after.form.fields.get(name).and_then(plain),
        })
        .collect()
}

/// Files that are new in the form: their bytes are durable already.
fn of_files(before: Option<&Instance>, after: &Instance, at_ms: i64) -> Vec<Change> {
    let known = before.map_or(0, |instance| instance.form.attachments.len());
    let new = after.form.attachments.iter().skip(known);
    new.map(|file| {
        Change::PutAttachment(AttachmentRow {
            instance_id: after.id.clone(),
            number: file.id,
            sha256: file.sha256.clone(),
            size: file.size,
            at_ms,
        })
    })
    .collect()
}

fn of_incident(
    before: Option<&Incident>,
    applied: &Applied,
    at_ms: i64,
) -> Result<Option<Change>, EncodeError> {
    let after = &applied.instance;
    if before == after.incident.as_ref() {
        return Ok(None);
    }
    match &after.incident {
        Some(incident) => Change::put_incident(&after.id, incident).map(Some),
        None => {
            let end = IncidentEnd { at_ms, reason: closed_because(&applied.effects).to_owned() };
            Ok(Some(Change::CloseIncident { instance_id: after.id.clone(), end }))
        }
    }
}

/// How the history says that an incident was closed.
fn closed_because(effects: &[Effect]) -> &str {
    let reason = |effect| match effect {
        &Effect::Record(Entry { what: Happening::IncidentClosed { ref reason }, .. }) => {
            Some(reason.as_str())
        }
        _ => None,
    };
    effects.iter().find_map(reason).unwrap_or("closed")
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn json(what: &'static str, value: &impl Serialize) -> Result<String, EncodeError> {
    serde_json::to_string(value).map_err(|source| EncodeError { what, source })
}
