//! What people do, as the audit log keeps it: who, which verb, on what, with which words.
//!
//! A line is committed with the act itself. Values of the form are not copied here: names tell what was touched, and
//! the form tells the rest. Not here: the instance's history, which also tells what the host did (`workflow/effect`).

use countersign_store::change::Change;
use countersign_store::error::EncodeError;
use countersign_store::row::audit::AuditEntry;
use countersign_workflow::apply::Take;
use countersign_workflow::event::{Actor, Event, What};
use countersign_workflow::instance::Instance;
use serde_json::{Map, Value, json};

/// The line of a start.
pub fn of_start(
    actor: &Actor,
    instance: &Instance,
    take: Option<&Take>,
    at_ms: i64,
) -> Result<Change, EncodeError> {
    let detail = json!({"workflow": instance.workflow, "connections": instance.connections, "take": take});
    Act { verb: "start", detail, actor, at_ms }.on(instance)
}

/// The line of an event; none when no person did it.
pub fn of_event(event: &Event, before: &Instance) -> Result<Option<Change>, EncodeError> {
    let Some((verb, detail)) = verb_and_detail(&event.what, before) else { return Ok(None) };
    Act { verb, detail, actor: &event.actor, at_ms: event.at_ms }.on(before).map(Some)
}

/// What somebody did.
struct Act<'a> {
    verb: &'static str,
    detail: Value,
    actor: &'a Actor,
    at_ms: i64,
}

impl Act<'_> {
    fn on(self, instance: &Instance) -> Result<Change, EncodeError> {
        let mut detail = Map::new();
        detail.insert("number".to_owned(), instance.number.into());
        detail.insert("step".to_owned(), instance.step.clone().into());
        detail.insert("roles".to_owned(), self.actor.roles.clone().into());
        if let Value::Object(more) = self.detail {
            detail.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
        }
        let detail = serde_json::to_string(&detail)
            .map_err(|source| EncodeError { what: "a line of the audit log", source })?;
        let name = if self.actor.name.is_empty() { "host" } else { &self.actor.name };
        Ok(Change::Audit(Box::new(AuditEntry {
            at_ms: self.at_ms,
            actor: name.to_owned(),
            verb: self.verb.to_owned(),
            object: format!("instance {}", instance.id),
            detail,
        })))
    }
}

fn verb_and_detail(what: &What, before: &Instance) -> Option<(&'static str, Value)> {
    Some(match what {
        What::Edit(edit) => {
            let (fields, lists): (Vec<_>, Vec<_>) =
                (edit.fields.keys().collect(), edit.lists.keys().collect());
            ("edit", json!({"fields": fields, "lists": lists}))
        }
        What::Attach { attachment: file } => {
            let detail = json!({
                "name": file.name, "category": file.category, "size": file.size, "sha256": file.sha256,
            });
            ("attach", detail)
        }
        What::ChangeAttachment { id, deleted, attributes, category } => {
            let detail =
                json!({"file": id, "deleted": deleted, "attributes": attributes, "category": category});
            ("change-attachment", detail)
        }
        What::Take { path, comment } => ("take", json!({"path": path, "comment": comment})),
        What::Press { button } => ("press", json!({"button": button})),
        What::RetryIncident { reason } => ("retry", with_incident(before, json!({"reason": reason}))),
        What::StopRetry { reason } => ("stop", with_incident(before, json!({"reason": reason}))),
        What::SkipAction { reason } => ("skip", with_incident(before, json!({"reason": reason}))),
        What::CorrectForm { fields, reason } => {
            let names: Vec<_> = fields.keys().collect();
            ("set", with_incident(before, json!({"fields": names, "reason": reason})))
        }
        What::DismissIncident { reason, abandon } => {
            ("dismiss", with_incident(before, json!({"reason": reason, "abandon": abandon})))
        }
        What::ResolveDoubt { answer, reason } => {
            ("resolve", with_incident(before, json!({"answer": answer, "reason": reason})))
        }
        What::TimerDue { .. }
        | What::DocumentChanged
        | What::DocumentFound { .. }
        | What::DocumentCreated { .. }
        | What::CallSucceeded { .. }
        | What::CallFailed { .. } => return None,
    })
}

/// What the incident was, or what was waited for, because it is gone afterwards.
fn with_incident(before: &Instance, mut detail: Value) -> Value {
    let Value::Object(object) = &mut detail else { return detail };
    if let Some(tries) = before.waits() {
        object.insert("waited".to_owned(), json!({"action": tries.action, "tries": tries.count}));
    } else if let Some(incident) = &before.incident {
        object.insert("incident".to_owned(), incident.message.clone().into());
        object.insert("during".to_owned(), incident.trigger.to_string().into());
        object.insert("call".to_owned(), incident.call_id.clone().into());
    }
    detail
}
