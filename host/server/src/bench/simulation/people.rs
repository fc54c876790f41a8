//! What people do: fill in, submit, accept, press, sign; what an operator answers after a look at the provider.
//!
//! People press without thinking; after a loss that they were told of, they look at the provider before they send again.
//! Not here: when they do it (`moves.rs`).

use anyhow::{Context, ensure};
use countersign_simulators::autenti::DocumentSummary;
use countersign_workflow::event::{Actor, Answer, What};
use countersign_workflow::form::Attachment;
use countersign_workflow::instance::{Incident, Instance, Phase, Trigger};
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::stage::connection;
use super::world::World;
use crate::error::SubmitError;
use crate::problem::Problem;

const FILE_BYTES_MAX: u64 = 1024 * 1024;

impl World<'_> {
    /// A person begins an instance, or fails to.
    pub async fn begin_instance(&mut self, slot: usize) -> anyhow::Result<String> {
        let one = self.slots.get_mut(slot).context("no such slot")?;
        let signer = |name: &str, order: u32| {
            json!({"name": format!("{name} Signer"), "email": format!("{name}@example.com"),
            "role": "SIGNER", "signature": "BASIC", "order": order})
        };
        let new = serde_json::from_value(json!({
            "workflow": "contract-signing", "connections": {"sign": connection(slot)},
            "form": {"fields": {"title": one.title}, "lists": {"signers": [signer("first", 1), signer("second", 2)]}},
        }))?;
        match self.host.start(boss(), new, None).await {
            Ok(instance) => {
                (one.id, one.seen) = (Some(instance.id.clone()), Some((*instance).clone()));
                self.course.instances += 1;
                Ok(format!("#{slot} is begun"))
            }
            Err(error) => self.refused(error).map(|words| format!("#{slot} is not begun: {words}")),
        }
    }

    /// Any act of a person on an instance at rest.
    pub async fn act(&mut self, slot: usize) -> anyhow::Result<String> {
        let chance = self.chance.u32(..12);
        let instance = self.instance(slot)?;
        let what = match (instance.step.as_str(), chance) {
            ("approval", 0) => take("reject", true),
            ("awaiting", 0) => take("withdraw", true),
            ("awaiting", 1..=3) => press("signers-status"),
            ("awaiting", 4..=6) => press("send-reminder"),
            _ => return self.act_forward(slot).await,
        };
        self.submit(slot, what).await
    }

    /// The act that brings an instance nearer to its end, or the answer to its incident.
    pub async fn go_on(&mut self, slot: usize) -> anyhow::Result<String> {
        let Some(one) = self.slots.get(slot).filter(|one| !one.is_over()) else {
            return Ok(format!("#{slot} is over"));
        };
        match &one.seen {
            None => self.begin_instance(slot).await,
            Some(instance) if instance.waits().is_some_and(|tries| tries.due_ms.is_some()) => {
                self.submit(slot, What::RetryIncident { reason: None }).await
            }
            Some(instance) if matches!(instance.phase, Phase::Running(_)) => {
                Ok(format!("#{slot} is running"))
            }
            Some(instance) if instance.incident.is_some() => self.answer(slot, false).await,
            Some(instance) if instance.step == "awaiting" => {
                self.sign(slot).await?;
                self.act_forward(slot).await
            }
            Some(_) => self.act_forward(slot).await,
        }
    }

    async fn act_forward(&mut self, slot: usize) -> anyhow::Result<String> {
        let instance = self.instance(slot)?;
        let what = match instance.step.as_str() {
            "prepare" if instance.form.attachments.is_empty() => return self.attach(slot).await,
            "prepare" => take("submit", false),
            "approval" if self.was_sent_unknown_to_it(slot)? => return self.leave_alone(slot),
            "approval" => take("accept", false),
            _ => take("check-status", false),
        };
        self.submit(slot, what).await
    }

    async fn attach(&mut self, slot: usize) -> anyhow::Result<String> {
        let bytes = stream::iter([Ok(self.stage.contract.clone())]).boxed();
        let (size, sha256) = self
            .host
            .store_file(bytes, FILE_BYTES_MAX)
            .await
            .map_err(|problem| anyhow::anyhow!("a file cannot be stored: {}", problem.detail))?;
        let attachment = Attachment {
            id: 0,
            name: "contract.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size,
            sha256,
            category: "to-sign".to_owned(),
            attributes: Vec::new(),
            deleted: false,
        };
        self.submit(slot, What::Attach { attachment }).await
    }

    /// Everybody signs what was sent.
    pub async fn sign(&mut self, slot: usize) -> anyhow::Result<String> {
        let control = self.stage.simulator.control();
        for document in self.sent_documents(slot)?.iter().filter(|document| document.status == "PROCESSING") {
            control.sign_all(&document.id).await?;
        }
        Ok(format!("#{slot} is signed"))
    }

    /// An operator deals with an incident; once in a while without looking.
    pub async fn answer(&mut self, slot: usize, may_err: bool) -> anyhow::Result<String> {
        let instance = self.instance(slot)?;
        let incident = instance.incident.clone().context("there is no incident")?;
        let sends = incident.trigger == Trigger::Path("accept".to_owned());
        if sends && !incident.in_doubt && self.was_sent_unknown_to_it(slot)? {
            return self.leave_alone(slot);
        }
        let what = self.resolution(slot, &incident, may_err)?;
        self.course.incidents += 1;
        self.course.in_doubt += usize::from(incident.in_doubt);
        self.submit(slot, what).await
    }

    fn resolution(&mut self, slot: usize, incident: &Incident, may_err: bool) -> anyhow::Result<What> {
        let sent = self.sent_documents(slot)?.into_iter().next();
        let dismiss =
            || What::DismissIncident { reason: "looked at the provider".to_owned(), abandon: false };
        Ok(match (incident.in_doubt, incident.freezes(), sent) {
            (true, true, Some(_)) if may_err && self.chance.u32(..8) == 0 => {
                self.slots.get_mut(slot).context("no such slot")?.wrong_answers += 1;
                resolve(Answer::NotSent)
            }
            (true, true, Some(document)) => resolve(Answer::Sent { document_id: document.id }),
            (true, true, None) => resolve(Answer::NotSent),
            (true, false, _) => dismiss(),
            (false, ..) if may_err && self.chance.u32(..4) == 0 => dismiss(),
            (false, ..) => What::RetryIncident { reason: None },
        })
    }

    /// An operator takes over what the host cannot know.
    pub async fn acknowledge(&mut self) -> anyhow::Result<String> {
        match self.host.acknowledge_restore(&boss()).await {
            Ok(_) => {
                ensure!(
                    self.host.restore_warning().is_none(),
                    "it was acknowledged and the host still warns"
                );
                Ok("the loss is acknowledged".to_owned())
            }
            Err(problem) => self.refused(problem.into()),
        }
    }

    /// Whether a loss made it forget that its document was sent: to send now would be to send twice. While the host
    /// holds everything back, people press all the same.
    fn was_sent_unknown_to_it(&self, slot: usize) -> anyhow::Result<bool> {
        let one = self.slots.get(slot).context("no such slot")?;
        if !one.is_suspect || self.host.unknown_since_ms().is_some() {
            return Ok(false);
        }
        let instance = self.instance(slot)?;
        let knows = |document: &DocumentSummary| {
            instance
                .unfinished_documents
                .values()
                .any(|known| known.document_id.as_ref() == Some(&document.id))
        };
        Ok(self.sent_documents(slot)?.iter().any(|document| !knows(document)))
    }

    fn leave_alone(&mut self, slot: usize) -> anyhow::Result<String> {
        self.slots.get_mut(slot).context("no such slot")?.is_left_alone = true;
        self.course.left_alone += 1;
        Ok(format!("#{slot} was sent already and is left alone"))
    }

    /// Documents of a slot at the provider that are no drafts.
    fn sent_documents(&self, slot: usize) -> anyhow::Result<Vec<DocumentSummary>> {
        let title = &self.slots.get(slot).context("no such slot")?.title;
        let documents = self.stage.simulator.control().documents().into_iter();
        Ok(documents.filter(|d| d.title.as_ref() == Some(title) && d.status != "DRAFT").collect())
    }

    fn instance(&self, slot: usize) -> anyhow::Result<&Instance> {
        self.slots.get(slot).and_then(|one| one.seen.as_ref()).context("no such instance")
    }

    async fn submit(&mut self, slot: usize, what: What) -> anyhow::Result<String> {
        let id = self.instance(slot)?.id.clone();
        let words = words(&what);
        match self.host.act(&id, boss(), what, None).await {
            Ok(instance) => {
                // Told to the caller: it must be there from now on.
                self.slots.get_mut(slot).context("no such slot")?.seen = Some((*instance).clone());
                Ok(format!("#{slot} {words}"))
            }
            Err(error) => self.refused(error).map(|refusal| format!("#{slot} {words}: {refusal}")),
        }
    }

    /// A refusal is an answer; a fault is one only while the store cannot write.
    fn refused(&self, error: SubmitError) -> anyhow::Result<String> {
        let problem = Problem::from(error);
        let broken = problem.status >= 500 && self.host.store.health().writable;
        ensure!(!broken, "the store can write, and a person is told: {} {}", problem.code, problem.detail);
        Ok(problem.code)
    }
}

fn boss() -> Actor {
    Actor { name: "boss@example.com".to_owned(), roles: vec!["manager".to_owned()] }
}

fn take(path: &str, because: bool) -> What {
    What::Take { path: path.to_owned(), comment: because.then(|| "because".to_owned()) }
}

fn press(button: &str) -> What {
    What::Press { button: button.to_owned() }
}

fn resolve(answer: Answer) -> What {
    What::ResolveDoubt { answer, reason: None }
}

fn words(what: &What) -> String {
    match what {
        What::Take { path, .. } => format!("takes {path}"),
        What::Press { button } => format!("presses {button}"),
        What::Attach { .. } => "attaches".to_owned(),
        What::ResolveDoubt { answer: Answer::Sent { .. }, .. } => "was sent".to_owned(),
        What::ResolveDoubt { answer: Answer::NotSent, .. } => "was not sent".to_owned(),
        What::RetryIncident { .. } => "is tried again".to_owned(),
        What::DismissIncident { .. } => "is dismissed".to_owned(),
        _ => "does something else".to_owned(),
    }
}
