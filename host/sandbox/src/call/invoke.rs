//! From a call's input to its end: room, store, instance, function, deadline.
//!
//! Not here: what each end means (`call/ending.rs`).

use std::sync::Arc;

use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, timeout_at};
use wasmtime::Store;
use wasmtime::component::{ComponentExportIndex, ComponentType, Instance, Lift, Lower};

use super::ending::{self, Ran};
use super::state::{CallState, Work};
use super::{CallEnd, CallInput, EndedBy};
use crate::contract::{ActionInput, ActionOutcome, Failure};
use crate::exchange::Exchange;
use crate::provider::Provider;

/// What a guest function answered.
pub(super) type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl Provider {
    pub(super) async fn run(&self, input: CallInput, replay: Vec<Exchange>) -> CallEnd {
        let started = Instant::now();
        let deadline = started + input.deadline;
        let rules = self.rules.get(input.action.name()).map_or_else(|| Arc::from([]), Arc::clone);
        let mut state = CallState::pure(&self.sandbox, deadline);
        (state.now_ms, state.seed) = (input.now_ms, input.seed);
        let (work, action) = Work::new(input, rules, replay);
        state.work = Some(work);

        let Some(_room) = self.room(deadline).await else {
            state.ended = Some(EndedBy::NoRoom);
            return ending::conclude(Ran::Cut, state, started);
        };
        let mut store = state.into_store(&self.sandbox);
        let ran = timeout_at(deadline, self.perform(&mut store, &action)).await;
        // Whatever happened, the store ends here: nothing re-enters an instance that trapped or was cut.
        let state = store.into_data();
        ending::conclude(ran.map_or(Ran::Cut, Ran::from), state, started)
    }

    /// A slot of the pool, waited for no longer than the call may take.
    pub(super) async fn room(&self, deadline: Instant) -> Option<SemaphorePermit<'_>> {
        match self.sandbox.room.try_acquire() {
            Ok(permit) => Some(permit),
            Err(_) => timeout_at(deadline, self.sandbox.room.acquire()).await.ok()?.ok(),
        }
    }

    async fn perform(&self, store: &mut Store<CallState>, action: &ActionInput) -> Answer<ActionOutcome> {
        let instance = self.pre.instantiate_async(&mut *store).await?;
        let functions = &self.functions;
        let at = (store, instance);
        Ok(match action {
            ActionInput::SendForSignature(input) => {
                ask(at, &functions.send_for_signature, input).await?.map(ActionOutcome::SendForSignature)
            }
            ActionInput::GetDocumentStatus(input) => {
                ask(at, &functions.get_document_status, input).await?.map(ActionOutcome::GetDocumentStatus)
            }
            ActionInput::GetRecipientStatuses(input) => ask(at, &functions.get_recipient_statuses, input)
                .await?
                .map(ActionOutcome::GetRecipientStatuses),
            ActionInput::GetDocument(input) => {
                ask(at, &functions.get_document, input).await?.map(ActionOutcome::GetDocument)
            }
            ActionInput::GetSigningLink(input) => {
                ask(at, &functions.get_signing_link, input).await?.map(ActionOutcome::GetSigningLink)
            }
            ActionInput::SendReminders(input) => {
                ask(at, &functions.send_reminders, input).await?.map(ActionOutcome::SendReminders)
            }
            ActionInput::WithdrawDocument(input) => {
                ask(at, &functions.withdraw_document, input).await?.map(ActionOutcome::WithdrawDocument)
            }
            ActionInput::ListChanges(input) => {
                ask(at, &functions.list_changes, input).await?.map(ActionOutcome::ListChanges)
            }
            ActionInput::Rows(input) => ask(at, &functions.rows, input).await?.map(ActionOutcome::Rows),
        })
    }
}

/// Calls one function of one record.
async fn ask<I, O>(
    (store, instance): (&mut Store<CallState>, Instance),
    function: &ComponentExportIndex,
    input: &I,
) -> Answer<O>
where
    I: ComponentType + Lower + Sync,
    O: ComponentType + Lift + Send + Sync + 'static,
{
    let function = instance.get_typed_func::<(&I,), (Result<O, Failure>,)>(&mut *store, function)?;
    let (answer,) = function.call_async(store, (input,)).await?;
    Ok(answer)
}
