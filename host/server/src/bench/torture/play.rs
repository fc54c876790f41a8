//! One run: acts as people do, revives the host when it dies, and deals with incidents as an operator would.
//!
//! Not here: what must hold at the end (`promises.rs`).

use anyhow::{bail, ensure};
use countersign_simulators::contract_pdf;
use serde::Serialize;
use serde_json::{Value, json};

use super::act::Act;
use super::plan::Plan;
use super::promises;
use super::stand::{Stand, Template};
use crate::api::view::{IncidentView, InstanceView};
use crate::problem::Problem;

/// Acts of one run before it counts as going round in circles.
const ACTS_MAX: u32 = 60;

/// How the act under attack first ended.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As if nothing had happened.
    #[default]
    Moved,
    /// With an incident that a person retried.
    Incident,
    /// With an incident that only a person could answer.
    InDoubt,
}

/// What happened on the way.
#[derive(Debug, Default)]
pub struct Course {
    /// Hosts that died.
    pub kills: u32,
    /// Incidents that a person dealt with.
    pub incidents: u32,
    /// Those of them that were in doubt.
    pub in_doubt: u32,
    /// How the act under attack ended; of a run without one, how the worst of all did.
    pub outcome: Outcome,
    /// What its last incident said.
    pub said: Option<String>,
}

struct Player<'p> {
    stand: Stand,
    plan: &'p Plan,
    presses: std::slice::Iter<'p, Act>,
    course: Course,
    number: i64,
    /// The act under attack has met its faults.
    was_attacked: bool,
    /// The last answer that the host gave.
    acknowledged: Option<Value>,
}

/// Plays one plan to its end and checks what was promised.
pub async fn play(template: &Template, plan: &Plan) -> anyhow::Result<Course> {
    let stand = Stand::up(template, plan).await?;
    let presses = plan.presses.iter();
    let course = Course::default();
    let mut player =
        Player { stand, plan, presses, course, number: 0, was_attacked: false, acknowledged: None };
    if plan.target.is_none() {
        player.misbehave();
    }
    player.begin().await?;
    for _ in 0..ACTS_MAX {
        let instance = player.settled().await?;
        match &instance.incident {
            _ if instance.outcome.is_some() => return player.finish(&instance).await,
            Some(incident) => player.answer(incident).await?,
            None => player.go_on(&instance).await?,
        }
    }
    bail!("no end after {ACTS_MAX} acts: {:?}", player.settled().await?)
}

impl Player<'_> {
    /// Starts an instance; when the host dies before it acknowledges, starts again.
    async fn begin(&mut self) -> anyhow::Result<()> {
        let signer = |name: &str| json!({"name": format!("{name} Signer"), "email": format!("{name}@example.com").to_lowercase()});
        let lists = json!({"signers": [signer("First"), signer("Second")]});
        let body =
            json!({"workflow": "every-action", "form": {"fields": {"title": "Torture"}, "lists": lists}});
        while self.number == 0 {
            if let Some(instance) = self.post("/instances", &body).await? {
                self.number = instance.number;
            }
        }
        Ok(())
    }

    /// The next act of whoever's turn it is.
    async fn go_on(&mut self, instance: &InstanceView) -> anyhow::Result<()> {
        let act = match instance.step.as_str() {
            "prepare" if instance.attachments.is_empty() => return self.attach().await,
            "prepare" => Act::Send,
            "awaiting" => match self.presses.next() {
                Some(press) => *press,
                None if self.plan.ends_withdrawn => Act::Withdraw,
                None => {
                    self.sign_all().await?;
                    Act::Check
                }
            },
            "signed" => Act::Fetch,
            step => bail!("the instance is in `{step}`, where nobody knows what to do"),
        };
        if let Some(target) = self.plan.target {
            self.stand.simulator.control().clear_faults();
            // Once: an act that a kill undid is done again.
            if target == act && !std::mem::replace(&mut self.was_attacked, true) {
                self.misbehave();
            }
        }
        self.post(&self.at(act.route()), &json!({})).await.map(drop)
    }

    fn at(&self, route: &str) -> String {
        format!("/instances/{}/{route}", self.number)
    }

    fn misbehave(&self) {
        self.plan.faults.iter().for_each(|fault| self.stand.simulator.control().add_fault(fault.clone()));
    }

    /// What an operator answers after a look at the provider's screen; once people deal with it, its faults are over.
    async fn answer(&mut self, incident: &IncidentView) -> anyhow::Result<()> {
        self.count(incident);
        self.stand.simulator.control().clear_faults();
        let sent = self.stand.simulator.control().documents().into_iter().find(|d| d.status != "DRAFT");
        let sending = incident.during == "path send";
        let (verb, body) = match (incident.in_doubt, sending, sent) {
            (false, ..) => ("retry", json!({})),
            (true, true, Some(document)) => {
                ("resolve", json!({"answer": {"sent": {"document-id": document.id}}}))
            }
            (true, true, None) => ("resolve", json!({"answer": "not-sent"})),
            (true, false, _) => ("dismiss", json!({"reason": "looked at the provider"})),
        };
        self.post(&self.at(&format!("incident/{verb}")), &body).await.map(drop)
    }

    fn count(&mut self, incident: &IncidentView) {
        self.course.incidents += 1;
        self.course.in_doubt += u32::from(incident.in_doubt);
        let outcome = if incident.in_doubt { Outcome::InDoubt } else { Outcome::Incident };
        let action = incident.action.as_deref().and_then(|action| action.split_once('.'));
        let meant = self
            .plan
            .target
            .is_none_or(|target| action.is_some_and(|(_connection, verb)| verb == target.action()));
        if meant {
            self.course.outcome = self.course.outcome.max(outcome);
            self.course.said = Some(incident.message.clone());
        }
    }

    async fn attach(&mut self) -> anyhow::Result<()> {
        let path = self.at("attachments?name=contract.pdf&category=to-sign");
        let pdf = contract_pdf("Torture", &["Please sign."]);
        let answer = self.stand.client.upload(&path, "application/pdf", pdf.into()).await;
        self.take_note(answer).await.map(drop)
    }

    /// Everybody signs what was sent to this instance.
    async fn sign_all(&self) -> anyhow::Result<()> {
        let control = self.stand.simulator.control();
        for document in control.documents().iter().filter(|document| document.status == "PROCESSING") {
            control.sign_all(&document.id).await?;
        }
        Ok(())
    }

    /// Asks for something; a provider that keeps the host waiting is the moment to kill it.
    async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<Option<InstanceView>> {
        let answer = tokio::select! {
            answer = self.stand.client.post(path, body) => answer,
            () = self.stand.stalled() => {
                self.stand.kill()?;
                Err(anyhow::anyhow!("killed mid-request"))
            }
        };
        self.take_note(answer).await
    }

    /// Remembers what was acknowledged. No answer means: the host died (it is revived) or refused (it is looked at again).
    async fn take_note(
        &mut self,
        answer: anyhow::Result<InstanceView>,
    ) -> anyhow::Result<Option<InstanceView>> {
        let refused = |e: &anyhow::Error| e.downcast_ref::<Problem>().map(|problem| problem.status);
        match answer {
            Ok(instance) => {
                self.compare(&instance)?;
                Ok(Some(instance))
            }
            Err(e) if refused(&e) == Some(404) => bail!("what was acknowledged is gone: {e:#}"),
            Err(e) if refused(&e).is_some_and(|status| status < 500) => Ok(None),
            Err(e) => {
                ensure!(self.stand.revive().await?, "the host lives and does not answer: {e:#}");
                Ok(None)
            }
        }
    }

    /// Nothing acknowledged may be gone, and what has the same version must be the same to the last field.
    fn compare(&mut self, instance: &InstanceView) -> anyhow::Result<()> {
        let now = serde_json::to_value(InstanceView { redirect: None, ..instance.clone() })?;
        if let Some(before) = &self.acknowledged {
            let version = before.get("version").and_then(Value::as_u64).unwrap_or_default();
            ensure!(instance.version >= version, "version {version} was acknowledged: {before:#} {now:#}");
            let same = instance.version > version || now == *before;
            ensure!(same, "version {version} is not what was acknowledged: {before:#} {now:#}");
        }
        self.acknowledged = Some(now);
        Ok(())
    }

    /// The instance at rest.
    async fn settled(&mut self) -> anyhow::Result<InstanceView> {
        let path = format!("/instances/{}", self.number);
        loop {
            let answer = self.stand.client.get::<InstanceView>(&path).await;
            if let Some(instance) = self.take_note(answer).await?.filter(|i| i.phase != "running") {
                return Ok(instance);
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    async fn finish(mut self, instance: &InstanceView) -> anyhow::Result<Course> {
        let signed = match instance.attachments.iter().find(|file| file.category == "signed") {
            Some(file) => self.download(&self.at(&format!("attachments/{}/content", file.id))).await?,
            None => Vec::new(),
        };
        self.course.kills = self.stand.kills;
        promises::check(&self.stand, self.plan, instance, &signed)?;
        Ok(self.course)
    }

    /// The bytes of a file; the kill that the last act met may come only now.
    async fn download(&mut self, path: &str) -> anyhow::Result<Vec<u8>> {
        loop {
            let read = async { Ok(self.stand.client.download(path).await?.bytes().await?.to_vec()) };
            let error: anyhow::Error = match read.await {
                Ok(bytes) => return Ok(bytes),
                Err(e) => e,
            };
            ensure!(self.stand.revive().await?, "the host lives and gives no file: {error:#}");
            self.settled().await?;
        }
    }
}
