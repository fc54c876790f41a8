//! When an event is written: at once, or together with what its call writes first.
//!
//! A person's event whose effect is a call may wait a moment, because nobody is answered before the call has ended: it
//! shares the commit of the call's first intent, or of its end when it only read. It waits for no longer than
//! [`EVENT_WAITS_MAX`], and any other event of the instance takes it along. A crash meanwhile leaves the instance as it was,
//! as a crash before the commit always does. Not here: what is written (`changes.rs`).

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use countersign_store::change::{Change, Commit};
use countersign_store::error::CommitError;
use countersign_workflow::effect::Effect;
use countersign_workflow::instance::Instance;
use tracing::error;

use crate::changes;
use crate::error::SubmitError;
use crate::failpoint::{self, Point};
use crate::host::Host;
use crate::problem::Problem;
use crate::turns::{Turn, Unwritten};

/// How long an event may be unwritten: others see it no later, and a slow provider delays no durability.
pub(crate) const EVENT_WAITS_MAX: Duration = Duration::from_millis(50);

/// When to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Before anything else happens.
    Now,
    /// With what its call writes first.
    WithItsCall,
}

impl Host {
    /// An event of a person waits with its call, when it has one; not one that claims a value for itself, because the
    /// person is told when another instance has it.
    pub(crate) fn when_to_keep(&self, effects: &[Effect], changes: &[Change]) -> Keep {
        let calls = effects.iter().any(|effect| matches!(effect, Effect::Call(_)));
        let claims = changes.iter().any(|change| matches!(change, Change::Unique { value: Some(_), .. }));
        let waits = calls && !claims && !self.event_waits_max.is_zero();
        if waits { Keep::WithItsCall } else { Keep::Now }
    }

    /// Writes what was applied under this turn, or leaves it to its call.
    pub(crate) async fn keep(
        &self,
        turn: &mut Turn<'_>,
        instance: &Arc<Instance>,
        changes: Vec<Change>,
        keep: Keep,
    ) -> Result<(), CommitError> {
        let mut all = turn.take_unwritten(&instance.id).map_or_else(Vec::new, |before| before.changes);
        all.extend(changes);
        match keep {
            Keep::Now => self.write(turn, instance, all).await,
            Keep::WithItsCall => {
                turn.leave(Unwritten { instance: instance.clone(), changes: all });
                Ok(())
            }
        }
    }

    /// Commits what a call must have on disk, together with its event where that is unwritten.
    pub(crate) async fn write_for_call(
        &self,
        instance_id: &str,
        changes: Vec<Change>,
    ) -> Result<(), CommitError> {
        let mut turn = self.turns.take(instance_id).await;
        if let Some(Unwritten { instance, changes: mut all }) = turn.take_unwritten(instance_id) {
            all.extend(changes);
            return self.write(&mut turn, &instance, all).await;
        }
        drop(turn);
        if !changes.is_empty() {
            self.store.commit(Commit::command(changes)).await?;
        }
        Ok(())
    }

    /// Runs a call and, when it takes its time, writes the event that began it meanwhile.
    pub(crate) async fn with_event_written_soon(&self, instance_id: &str, call: impl Future<Output = ()>) {
        let slow = async {
            tokio::time::sleep(self.event_waits_max).await;
            self.write_event_of_call(instance_id).await;
        };
        tokio::pin!(call);
        // Both are polled: the one may hold the turn that the other waits for.
        tokio::select! {
            () = &mut call => {}
            () = slow => call.await,
        }
    }

    /// Writes the event that began a call, when it is unwritten still.
    pub(crate) async fn write_event_of_call(&self, instance_id: &str) {
        if let Err(e) = self.write_for_call(instance_id, Vec::new()).await {
            error!("the event that began the call could not be committed: {e}; it has not happened");
        }
    }

    async fn write(
        &self,
        turn: &mut Turn<'_>,
        instance: &Arc<Instance>,
        changes: Vec<Change>,
    ) -> Result<(), CommitError> {
        let changes = changes::with_last_state_only(changes);
        let json_bytes = changes::instance_json_bytes(&changes);
        let arms = changes.iter().any(|change| matches!(change, Change::PutTimer { .. }));
        turn.forget(&instance.id);
        failpoint::pass(Point::BeforeCommit);
        if let Err(error) = self.store.commit(Commit::command(changes)).await {
            // Whoever waits for what was left to a call looks, and finds it gone.
            self.turns.tell(&instance.id);
            return Err(error);
        }
        failpoint::pass(Point::AfterCommit);
        turn.remember(instance, json_bytes);
        if arms {
            self.clock.wake();
        }
        Ok(())
    }
}

/// What a caller is told whose event could not be written after all.
pub(crate) fn lost(instance_id: &str) -> SubmitError {
    let detail = format!(
        "what was asked of instance `{instance_id}` could not be written, so it has not happened; see the host's log"
    );
    SubmitError::Problem(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0011", detail))
}
