//! Random events that mostly make sense: they name things of the current step and answer the call under way.

use countersign_workflow::apply::NewInstance;
use countersign_workflow::event::{Actor, Answer, Event, What};
use countersign_workflow::form::{Attachment, FormEdit};
use countersign_workflow::instance::Instance;
use countersign_workflow::load::Workflow;
use indexmap::IndexMap;
use proptest::prelude::*;
use serde_json::{Value, json};

/// 2026-11-23T08:00:00Z, a Monday.
pub const BIRTH_MS: i64 = 1_795_420_800_000;

/// One throw of the dice.
#[derive(Debug, Clone)]
pub struct Chance {
    pub after_ms: i64,
    kind: Kind,
    pick: usize,
    by: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Edit,
    Attach,
    Change,
    Take,
    Press,
    Due,
    News,
    Found,
    Created,
    Succeed,
    Fail,
    Retry,
    Dismiss,
    Resolve,
    Stop,
    Skip,
    Correct,
}

/// Any throw; calls are answered more often than anything else happens.
pub fn any() -> impl Strategy<Value = Chance> {
    let kind = prop_oneof![
        2 => Just(Kind::Edit), 1 => Just(Kind::Attach), 1 => Just(Kind::Change), 6 => Just(Kind::Take),
        3 => Just(Kind::Press), 6 => Just(Kind::Due), 2 => Just(Kind::News), 2 => Just(Kind::Found), 4 => Just(Kind::Created),
        14 => Just(Kind::Succeed), 5 => Just(Kind::Fail), 3 => Just(Kind::Retry), 2 => Just(Kind::Dismiss),
        2 => Just(Kind::Resolve), 1 => Just(Kind::Stop),
        2 => Just(Kind::Skip), 1 => Just(Kind::Correct),
    ];
    let after_ms = prop_oneof![2 => 0..3_000_i64, 2 => 0..60_000_i64, 2 => 60_000..7_200_000_i64, 1 => 0..300_000_000_i64];
    (after_ms, kind, 0..1_000_usize, 0..6_usize).prop_map(|(after_ms, kind, pick, by)| Chance {
        after_ms,
        kind,
        pick,
        by,
    })
}

/// An instance whose form is complete.
pub fn birth(workflow: &Workflow) -> NewInstance {
    let edit: FormEdit = serde_json::from_value(match workflow.definition.lists.contains_key("signers") {
        true => json!({"fields": {"title": "T"}, "lists": {"signers": [{"name": "N", "email": "n@x.example", "role": "SIGNER"}]}}),
        false => json!({"fields": {"title": "T", "deadline": "2026-12-24"}, "lists": {"people": [{"mail": "n@x.example"}]}}),
    })
    .unwrap();
    NewInstance {
        id: "i-1".to_owned(),
        number: 1,
        connections: IndexMap::from([("sign".to_owned(), "test".to_owned())]),
        at_ms: BIRTH_MS,
        actor: actor(0),
        edit,
        take: None,
    }
}

impl Chance {
    /// The event, told for this instance; `call` is the call under way and its action.
    pub fn event(
        &self,
        workflow: &Workflow,
        instance: &Instance,
        at_ms: i64,
        call: Option<(&str, &str)>,
    ) -> Event {
        let stay = workflow.definition.steps[&instance.step].stay();
        let name = |names: Vec<&String>| {
            names.get(self.pick % names.len().max(1)).map_or("none".to_owned(), |name| (*name).clone())
        };
        let (call_id, action) = call.map_or(("i-1-0", ""), |(id, action)| (id, action));
        let what = match self.kind {
            Kind::Edit => What::Edit(self.edit()),
            Kind::Attach => What::Attach { attachment: self.file(0, category(workflow)) },
            Kind::Change => What::ChangeAttachment {
                id: 1,
                deleted: Some(self.pick.is_multiple_of(4)),
                attributes: None,
                category: None,
            },
            Kind::Take => What::Take {
                path: stay.map_or("none".to_owned(), |stay| name(stay.paths.keys().collect())),
                comment: (!self.pick.is_multiple_of(5)).then(|| "because".to_owned()),
            },
            Kind::Press => What::Press {
                button: stay.map_or("none".to_owned(), |stay| name(stay.buttons.keys().collect())),
            },
            Kind::Due => return self.due(instance, at_ms),
            Kind::News => What::DocumentChanged,
            Kind::Found => What::DocumentFound {
                document_id: format!("d-{}", self.pick % 2),
                client_reference: format!("{}/{}", instance.id, 1 + self.pick % 3),
            },
            Kind::Created => What::DocumentCreated {
                call_id: call_id.to_owned(),
                document_id: format!("d-{}", self.pick % 2),
            },
            Kind::Succeed => {
                let (outcome, attachments) = self.outcome(action, instance);
                What::CallSucceeded { call_id: call_id.to_owned(), outcome, attachments }
            }
            Kind::Fail => What::CallFailed { call_id: call_id.to_owned(), failure: self.failure() },
            Kind::Skip => What::SkipAction { reason: "not needed".to_owned() },
            Kind::Correct => What::CorrectForm {
                fields: IndexMap::from([("title".to_owned(), json!("Corrected"))]),
                reason: "seen".to_owned(),
            },
            Kind::Retry => What::RetryIncident { reason: None },
            Kind::Stop => What::StopRetry { reason: Some("seen".to_owned()) },
            Kind::Dismiss => {
                What::DismissIncident { reason: "seen".to_owned(), abandon: self.pick.is_multiple_of(2) }
            }
            Kind::Resolve => What::ResolveDoubt {
                answer: match self.pick.is_multiple_of(2) {
                    true => Answer::Sent { document_id: "d-9".to_owned() },
                    false => Answer::NotSent,
                },
                reason: None,
            },
        };
        Event { at_ms, actor: actor(self.by), what }
    }

    /// The timer that is due next, at its time or, sometimes, too early.
    fn due(&self, instance: &Instance, at_ms: i64) -> Event {
        let armed = instance.timers.iter().filter_map(|(name, state)| Some((state.due_ms?, name.as_str())));
        let waits = instance.waits().and_then(|tries| Some((tries.due_ms?, "retry!")));
        let (due_ms, timer) = armed
            .chain(waits)
            .min()
            .map_or((at_ms, "none".to_owned()), |(due_ms, name)| (due_ms, name.to_owned()));
        let at_ms = if self.pick.is_multiple_of(8) { at_ms } else { at_ms.max(due_ms) };
        Event { at_ms, actor: Actor::default(), what: What::TimerDue { timer } }
    }

    fn edit(&self) -> FormEdit {
        let edit = match self.pick % 5 {
            0 => json!({"fields": {"title": null}}),
            1 => json!({"fields": {"title": "Two\nlines"}}),
            2 => json!({"fields": {"document_status": "COMPLETED"}}),
            _ => json!({"fields": {"title": format!("T{}", self.pick % 3)}}),
        };
        serde_json::from_value(edit).unwrap()
    }

    fn outcome(&self, action: &str, instance: &Instance) -> (Value, Vec<Attachment>) {
        let (code, state) =
            [("P", "in-progress"), ("P", "in-progress"), ("C", "completed"), ("D", "declined")]
                [self.pick % 4];
        let status = json!({"code": code, "state": state});
        match action {
            "send-for-signature" => {
                let id =
                    if self.pick.is_multiple_of(7) { String::new() } else { format!("d-{}", self.pick % 2) };
                (json!({"document-id": id, "link": null, "status": status, "recipients": []}), Vec::new())
            }
            "get-recipient-statuses" => (
                json!({"recipients": [{"row-key": "r1", "code": (["SIGNED", "WAITING"][self.pick % 2]), "state": "done"}]}),
                Vec::new(),
            ),
            "get-signing-link" => (
                json!({"links": [{"row-key": "r1", "url": "https://s.example/1"}], "skipped": []}),
                Vec::new(),
            ),
            "get-document" => {
                (json!({"files": [], "status": status}), vec![self.file(instance.files + 1, "")])
            }
            "send-reminders" => (json!({"references": ["p"]}), Vec::new()),
            _ => (json!({"status": status}), Vec::new()),
        }
    }

    fn failure(&self) -> Value {
        match self.pick % 9 {
            0 => json!({"in-doubt": "no answer"}),
            1 => json!({"not-ready": "early"}),
            2 => json!({"timeout": {"request-sent": "maybe"}}),
            3 => json!({"rejected": {"code": "4", "message": "no"}}),
            4 => json!("not-found"),
            5 => {
                json!({"transient": {"message": "down", "retry-after-ms": 90_000}})
            }
            _ => json!({"transient": {"message": "down", "retry-after-ms": null}}),
        }
    }

    fn file(&self, id: u32, category: &str) -> Attachment {
        serde_json::from_value(json!({
            "id": id, "name": format!("f{}.pdf", self.pick % 3), "media-type": "application/pdf",
            "size": 9, "sha256": "00", "category": category,
        }))
        .unwrap()
    }
}

fn category(workflow: &Workflow) -> &str {
    &workflow.definition.attachments.categories[0]
}

fn actor(by: usize) -> Actor {
    let roles: &[&str] = [&["manager"] as &[&str], &["manager"], &["admin"], &[]][by % 4];
    Actor { name: format!("p{}", by % 3), roles: roles.iter().map(|role| (*role).to_owned()).collect() }
}
