//! From a call's input to its end: room, store, instance, function, deadline.
//!
//! Not here: what each end means (`call/ending.rs`).

use std::sync::Arc;

use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, timeout_at};
use wasmtime::Store;
use wasmtime::component::{ComponentExportIndex, ComponentType, Instance, InstancePre, Lift, Lower};

use super::ending::{self, Ran};
use super::state::{CallState, Work};
use super::{CallEnd, CallInput, EndedBy};
use crate::contract::{ActionInput, ActionOutcome, Failure};
use crate::exchange::Exchange;
use crate::provider::{Functions, Provider};

/// What a guest function answered.
pub(crate) type Answer<T> = wasmtime::Result<Result<T, Failure>>;

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
            return ending::conclude(Ran::Cut, &action, state, started);
        };
        let mut store = state.into_store(&self.sandbox);
        let ran = timeout_at(deadline, perform(&self.pre, &self.functions, &mut store, &action)).await;
        // Whatever happened, the store ends here: nothing re-enters an instance that trapped or was cut.
        let state = store.into_data();
        ending::conclude(ran.map_or(Ran::Cut, Ran::from), &action, state, started)
    }

    /// A slot of the pool, waited for no longer than the call may take.
    pub(super) async fn room(&self, deadline: Instant) -> Option<SemaphorePermit<'_>> {
        match self.sandbox.room.try_acquire() {
            Ok(permit) => Some(permit),
            Err(_) => timeout_at(deadline, self.sandbox.room.acquire()).await.ok()?.ok(),
        }
    }
}

/// Makes an instance and asks it what the action says. The store's data is the caller's: benchmarks bring their own.
pub(crate) async fn perform<T: Send>(
    pre: &InstancePre<T>,
    functions: &Functions,
    store: &mut Store<T>,
    action: &ActionInput,
) -> Answer<ActionOutcome> {
    use ActionOutcome as Outcome;
    let instance = pre.instantiate_async(&mut *store).await?;
    let at = (store, instance);
    Ok(match action {
        ActionInput::SendForSignature(input) => {
            ask(at, &functions.send_for_signature, input).await?.map(Outcome::SendForSignature)
        }
        ActionInput::GetDocumentStatus(input) => {
            ask(at, &functions.get_document_status, input).await?.map(Outcome::GetDocumentStatus)
        }
        ActionInput::GetRecipientStatuses(input) => {
            ask(at, &functions.get_recipient_statuses, input).await?.map(Outcome::GetRecipientStatuses)
        }
        ActionInput::GetDocument(input) => {
            ask(at, &functions.get_document, input).await?.map(Outcome::GetDocument)
        }
        ActionInput::GetSigningLink(input) => {
            ask(at, &functions.get_signing_link, input).await?.map(Outcome::GetSigningLink)
        }
        ActionInput::SendReminders(input) => {
            ask(at, &functions.send_reminders, input).await?.map(Outcome::SendReminders)
        }
        ActionInput::WithdrawDocument(input) => {
            ask(at, &functions.withdraw_document, input).await?.map(Outcome::WithdrawDocument)
        }
        ActionInput::ListChanges(input) => {
            ask(at, &functions.list_changes, input).await?.map(Outcome::ListChanges)
        }
        ActionInput::Rows(input) => ask(at, &functions.rows, input).await?.map(Outcome::Rows),
    })
}

/// Calls one function of one record.
async fn ask<T, I, O>(
    (store, instance): (&mut Store<T>, Instance),
    function: &ComponentExportIndex,
    input: &I,
) -> Answer<O>
where
    T: Send,
    I: ComponentType + Lower + Sync,
    O: ComponentType + Lift + Send + Sync + 'static,
{
    let function = instance.get_typed_func::<(&I,), (Result<O, Failure>,)>(&mut *store, function)?;
    let (answer,) = function.call_async(store, (input,)).await?;
    Ok(answer)
}
