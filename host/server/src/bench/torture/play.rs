//! One run: acts as people do, revives the host when it dies, deals with incidents as an operator would, and reads the
//! provider's ledger at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use countersign_simulators::autenti::MailKind;
use countersign_simulators::contract_pdf;
use countersign_workflow::definition::step::EndOutcome;
use serde_json::{Value, json};

use super::plan::Plan;
use super::stand::{Stand, Template};
use crate::api::view::InstanceView;
use crate::problem::Problem;

/// Acts of one run before it counts as going round in circles.
const ACTS_MAX: u32 = 60;

/// What happened on the way.
#[derive(Debug, Default)]
pub struct Course {
    /// Hosts that died.
    pub kills: u32,
    /// Incidents that a person dealt with.
    pub incidents: u32,
    /// Those of them that were in doubt.
    pub in_doubt: u32,
}

struct Player {
    stand: Stand,
    course: Course,
    number: i64,
    /// The highest version the host has acknowledged.
    acknowledged: u64,
    reminded: bool,
}

/// Plays one plan to its end and checks the invariants.
pub async fn play(template: &Template, plan: &Plan) -> anyhow::Result<Course> {
    let stand = Stand::up(template, plan).await?;
    let mut player = Player { stand, course: Course::default(), number: 0, acknowledged: 0, reminded: false };
    player.begin().await?;
    for _ in 0..ACTS_MAX {
        let instance = player.settled().await?;
        if instance.outcome.is_some() {
            return player.finish(&instance);
        }
        player.act(&instance).await?;
    }
    bail!("no end after {ACTS_MAX} acts: {:?}", player.settled().await?)
}

impl Player {
    /// Starts an instance; when the host dies before it acknowledges, starts again.
    async fn begin(&mut self) -> anyhow::Result<()> {
        let signer = |name: &str, order: u32| {
            json!({"name": format!("{name} Signer"), "email": format!("{name}@example.com").to_lowercase(),
                   "role": "SIGNER", "signature": "BASIC", "order": order})
        };
        let lists = json!({"signers": [signer("First", 1), signer("Second", 2)]});
        let body =
            json!({"workflow": "contract-signing", "form": {"fields": {"title": "Torture"}, "lists": lists}});
        while self.number == 0 {
            if let Some(instance) = self.post("/instances", &body).await? {
                self.number = instance.number;
            }
        }
        Ok(())
    }

    /// The next act of whoever's turn it is.
    async fn act(&mut self, instance: &InstanceView) -> anyhow::Result<()> {
        let path = format!("/instances/{}", self.number);
        if let Some(incident) = &instance.incident {
            self.course.incidents += 1;
            self.course.in_doubt += u32::from(incident.in_doubt);
            let (verb, body) = self.answer(incident.in_doubt, &incident.during);
            return self.post(&format!("{path}/incident/{verb}"), &body).await.map(drop);
        }
        match instance.step.as_str() {
            "prepare" if instance.attachments.is_empty() => self.attach().await,
            "prepare" => self.post(&format!("{path}/paths/submit"), &json!({})).await.map(drop),
            "approval" => self.post(&format!("{path}/paths/accept"), &json!({})).await.map(drop),
            "awaiting" if !self.reminded => {
                self.reminded = true;
                self.post(&format!("{path}/buttons/send-reminder"), &json!({})).await.map(drop)
            }
            "awaiting" => {
                self.sign_all().await?;
                self.post(&format!("{path}/paths/check-status"), &json!({})).await.map(drop)
            }
            step => bail!("the instance is in `{step}`, where nobody knows what to do"),
        }
    }

    /// What an operator answers after a look at the provider's screen; once people deal with it, its faults are over.
    fn answer(&self, in_doubt: bool, during: &str) -> (&'static str, Value) {
        self.stand.simulator.control().clear_faults();
        let sent = self.stand.simulator.control().documents().into_iter().find(|d| d.status != "DRAFT");
        match (in_doubt, during, sent) {
            (false, ..) => ("retry", json!({})),
            (true, "path accept", Some(document)) => {
                ("resolve", json!({"answer": {"sent": {"document-id": document.id}}}))
            }
            (true, "path accept", None) => ("resolve", json!({"answer": "not-sent"})),
            (true, ..) => ("dismiss", json!({"reason": "looked at the provider"})),
        }
    }

    async fn attach(&mut self) -> anyhow::Result<()> {
        let path = format!("/instances/{}/attachments?name=contract.pdf&category=to-sign", self.number);
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

    async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<Option<InstanceView>> {
        let answer = self.stand.client.post(path, body).await;
        self.take_note(answer).await
    }

    /// Remembers what was acknowledged. No answer means: the host died (it is revived) or refused (it is looked at again).
    async fn take_note(
        &mut self,
        answer: anyhow::Result<InstanceView>,
    ) -> anyhow::Result<Option<InstanceView>> {
        match answer {
            Ok(instance) => {
                self.acknowledged = self.acknowledged.max(instance.version);
                Ok(Some(instance))
            }
            Err(e) if e.downcast_ref::<Problem>().is_some_and(|problem| problem.status < 500) => Ok(None),
            Err(e) => {
                ensure!(self.stand.revive().await?, "the host lives and does not answer: {e:#}");
                Ok(None)
            }
        }
    }

    /// The instance at rest. Nothing acknowledged may be gone.
    async fn settled(&mut self) -> anyhow::Result<InstanceView> {
        let path = format!("/instances/{}", self.number);
        loop {
            let answer = self.stand.client.get::<InstanceView>(&path).await;
            if let Some(instance) = self.take_note(answer).await?.filter(|i| i.phase != "running") {
                ensure!(
                    instance.version >= self.acknowledged,
                    "version {} was acknowledged",
                    self.acknowledged
                );
                return Ok(instance);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The end, and the ledger.
    fn finish(mut self, instance: &InstanceView) -> anyhow::Result<Course> {
        ensure!(instance.outcome == Some(EndOutcome::Success), "it ended badly in `{}`", instance.step);
        let signed = instance.attachments.iter().filter(|file| file.category == "signed").count();
        ensure!(signed == 1, "{signed} signed files");
        let mut invitations: BTreeMap<String, u32> = BTreeMap::new();
        for mail in self.stand.simulator.control().ledger(None) {
            if mail.kind == MailKind::Invitation {
                *invitations.entry(mail.to).or_default() += 1;
            }
        }
        let twice = invitations.iter().find(|(_, times)| **times > 1);
        ensure!(twice.is_none(), "MAILED TWICE: {invitations:?}");
        ensure!(invitations.len() == 2, "not everybody was invited: {invitations:?}");
        self.course.kills = self.stand.kills;
        let id =
            instance.fields.get("external_document_id").and_then(Value::as_str).context("no document id")?;
        self.stand.simulator.control().document(id).map_err(|e| anyhow::anyhow!("{e:?}"))?;
        Ok(self.course)
    }
}
