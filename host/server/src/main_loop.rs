//! The main loop. Whatever happens to an instance comes through [`Host::submit`]:
//!
//! next event → load → apply → commit → perform effects → their results are events.
//!
//! Not here: what an event leads to (`workflow/apply`), how it is written (`changes.rs`) and when (`unwritten.rs`), how
//! effects are performed (`perform.rs`). Callers: the API, timers, calls that ended, recovery.

use std::sync::Arc;
use std::time::Duration;

use countersign_store::change::Change;
use countersign_workflow::apply::{self, Applied, Context};
use countersign_workflow::effect::Effect;
use countersign_workflow::event::{Actor, Event, What};
use countersign_workflow::instance::{Instance, Phase};
use countersign_workflow::load::Workflow;
use countersign_workflow::refusal::Refusal;
use indexmap::IndexMap;

use crate::api::instances::NewInstance;
use crate::error::SubmitError;
use crate::host::Host;
use crate::once::Key;
use crate::selection;
use crate::unwritten::Keep;
use crate::{audit, changes, unwritten};

/// How long a person's act waits for a run under way before it is refused as busy.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// What is committed in the same transaction as an event.
enum Beside<'a> {
    /// The end of the call that the event reports.
    Changes(Vec<Change>),
    /// The key under which a person asked for it.
    Key(Option<&'a Key>),
}

impl Host {
    /// Applies one event to one instance, commits, and sets off its effects.
    ///
    /// `also` is committed in the same transaction: the end of the call that the event reports.
    pub async fn submit(
        self: &Arc<Self>,
        instance_id: &str,
        actor: Actor,
        what: What,
        also: Vec<Change>,
    ) -> Result<Arc<Instance>, SubmitError> {
        self.submit_beside(instance_id, actor, what, Beside::Changes(also)).await
    }

    async fn submit_beside(
        self: &Arc<Self>,
        instance_id: &str,
        actor: Actor,
        what: What,
        beside: Beside<'_>,
    ) -> Result<Arc<Instance>, SubmitError> {
        let at_ms = self.clock.now_ms();
        let mut turn = self.turns.take(instance_id).await;
        let before = match turn.recall(instance_id) {
            Some(known) => known,
            None => Arc::new(self.load(instance_id).await?),
        };
        let workflow = self.workflow(&before.definition).await?;
        let event = Event { at_ms, actor, what };
        let applied = self.applied(&workflow, &before.connections, |context| {
            apply::apply(&workflow, &before, &event, context)
        })?;
        let mut changes = changes::of_event(self, &workflow, &before, &applied, at_ms)?;
        changes.extend(audit::of_event(&event, &before)?);
        let keep = match beside {
            Beside::Changes(also) => {
                changes.extend(also);
                Keep::Now
            }
            Beside::Key(key) => {
                let row = key.map(|key| key.row(&workflow, &applied.instance, at_ms)).transpose()?;
                changes.extend(row);
                self.when_to_keep(&applied.effects, &changes)
            }
        };
        let instance = Arc::new(applied.instance);
        self.keep(&mut turn, &instance, changes, keep).await?;
        drop(turn);
        if applied.effects.iter().any(|effect| matches!(effect, Effect::Correlate { .. })) {
            // Events that came before the document's id may have found their instance in this commit.
            self.inbox.notify_one();
        }
        self.perform(&instance, applied.effects, at_ms);
        Ok(instance)
    }

    /// Begins an instance: the same loop, with nothing to load.
    pub(crate) async fn start(
        self: &Arc<Self>,
        actor: Actor,
        new: NewInstance,
        key: Option<&Key>,
    ) -> Result<Arc<Instance>, SubmitError> {
        self.intake_allowed()?;
        let workflow = self.workflow_by_name(&new.workflow)?;
        let at_ms = self.clock.now_ms();
        let new = apply::NewInstance {
            id: uuid::Uuid::now_v7().to_string(),
            number: self.store.next_instance_number().await?,
            connections: self.bind(&workflow, new.connections)?,
            at_ms,
            actor: actor.clone(),
            edit: new.form,
            take: new.take,
        };
        let mut turn = self.turns.take(&new.id).await;
        let (bound, taken) = (new.connections.clone(), new.take.clone());
        let applied = self.applied(&workflow, &bound, |context| apply::start(&workflow, new, context))?;
        let mut changes = changes::of_start(self, &workflow, &applied, at_ms)?;
        changes.push(audit::of_start(&actor, &applied.instance, taken.as_ref(), at_ms)?);
        if let Some(key) = key {
            changes.push(key.row(&workflow, &applied.instance, at_ms)?);
        }
        let instance = Arc::new(applied.instance);
        let keep = self.when_to_keep(&applied.effects, &changes);
        self.keep(&mut turn, &instance, changes, keep).await?;
        drop(turn);
        self.perform(&instance, applied.effects, at_ms);
        Ok(instance)
    }

    /// Submits what a person does; while a run is going on it waits a little instead of refusing at once.
    pub(crate) async fn act(
        self: &Arc<Self>,
        instance_id: &str,
        actor: Actor,
        what: What,
        key: Option<&Key>,
    ) -> Result<Arc<Instance>, SubmitError> {
        let patience = tokio::time::sleep(BUSY_WAIT);
        tokio::pin!(patience);
        loop {
            let moved = self.turns.moved(instance_id);
            let refused =
                match self.submit_beside(instance_id, actor.clone(), what.clone(), Beside::Key(key)).await {
                    Err(SubmitError::Refused(refusal)) if matches!(*refusal, Refusal::Busy { .. }) => refusal,
                    other => return other,
                };
            tokio::select! {
                () = moved => {}
                () = &mut patience => return Err(SubmitError::Refused(refused)),
            }
        }
    }

    /// Waits until no run is going on, or its connection rests, or the time is over, and returns the instance, of which
    /// a commit is known.
    pub async fn settled(
        &self,
        mut known: Arc<Instance>,
        at_most: Duration,
    ) -> Result<Arc<Instance>, SubmitError> {
        let id = known.id.clone();
        let patience = tokio::time::sleep(at_most);
        tokio::pin!(patience);
        while matches!(known.phase, Phase::Running(_)) {
            // Listens before it looks, so that no commit slips through between.
            let (moved, rest) = (self.turns.moved(&id), self.gates.rest());
            known = match self.current(&id).await {
                Ok(now) if now.version >= known.version => now,
                Ok(_) => return Err(unwritten::lost(&id)),
                Err(e) if e.is_not_found() => return Err(unwritten::lost(&id)),
                Err(e) => return Err(e),
            };
            if !matches!(known.phase, Phase::Running(_)) || self.gates.delaying(&id).is_some() {
                break;
            }
            tokio::select! {
                () = moved => {}
                () = rest => {}
                () = &mut patience => break,
            }
        }
        if matches!(known.phase, Phase::Running(_)) {
            // An answer tells only what is on disk.
            self.write_for_call(&id, Vec::new()).await?;
        }
        Ok(known)
    }

    /// The instance as last committed: remembered, or loaded.
    pub(crate) async fn current(&self, instance_id: &str) -> Result<Arc<Instance>, SubmitError> {
        let remembered = self.turns.take(instance_id).await.recall(instance_id);
        match remembered {
            Some(instance) => Ok(instance),
            None => Ok(Arc::new(self.load(instance_id).await?)),
        }
    }

    /// Runs the pure engine with what it may ask: attachment queries and the values of choices.
    fn applied(
        &self,
        workflow: &Workflow,
        connections: &IndexMap<String, String>,
        run: impl FnOnce(&Context<'_>) -> Result<Applied, Refusal>,
    ) -> Result<Applied, SubmitError> {
        let attributes = &workflow.definition.attachments.attributes;
        let select = |query: &str, instance: &Instance| {
            selection::select(query, instance.number, &instance.form.attachments, attributes)
        };
        let choices = |source: &str| self.choices(connections, source);
        Ok(run(&Context { select: &select, choices: &choices })?)
    }
}
