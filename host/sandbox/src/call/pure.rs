//! Calls of the contract's pure functions: describing the provider, listing its data sources, reading a webhook.
//!
//! They run in a store without any grant; an import other than `log` ends them. Not here: actions (`call/invoke.rs`).

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use wasmtime::component::InstancePre;

use super::EndedBy;
use super::ending;
use super::state::CallState;
use crate::contract::Failure;
use crate::contract::data_sources::Source;
use crate::contract::events::{InboundRequest, Reading, Rejection};
use crate::contract::manifest::Description;
use crate::provider::{Functions, Provider};
use crate::sandbox::Sandbox;

/// How long a pure function may take, waiting for room included.
const PURE_DEADLINE: Duration = Duration::from_secs(20);

impl Provider {
    /// What a webhook's message says, once the host has verified where it comes from. Pure: it can reach nothing.
    ///
    /// # Errors
    /// When the component trapped or took too long; a message it cannot read is an inner `Err`, and data.
    pub async fn read_event(&self, request: InboundRequest) -> Result<Result<Reading, Rejection>, Failure> {
        let deadline = Instant::now() + PURE_DEADLINE;
        let Some(_room) = self.room(deadline).await else {
            return Err(Failure::passing("too many calls run at once; raise `max-calls` or wait"));
        };
        let mut store = CallState::pure(&self.sandbox, deadline).into_store(&self.sandbox);
        let reading = async {
            let instance = self.pre.instantiate_async(&mut store).await?;
            let function = instance.get_typed_func::<(&InboundRequest,), (Result<Reading, Rejection>,)>(
                &mut store,
                &self.functions.read,
            )?;
            function.call_async(&mut store, (&request,)).await
        };
        match timeout_at(deadline, reading).await {
            Ok(Ok((reading,))) => Ok(reading),
            Ok(Err(error)) => Err(pure_failure(&error, &mut store.into_data())),
            Err(_) => Err(Failure::fault("timed-out", "reading the message took longer than it may")),
        }
    }
}

/// Reads what admission needs: the manifest and the data sources, in one store.
pub(crate) async fn describe_and_list(
    sandbox: &Sandbox,
    pre: &InstancePre<CallState>,
    functions: &Functions,
) -> Result<(Description, Vec<Source>), Failure> {
    let deadline = Instant::now() + PURE_DEADLINE;
    let mut store = CallState::pure(sandbox, deadline).into_store(sandbox);
    let reading = async {
        let instance = pre.instantiate_async(&mut store).await?;
        let describe = instance.get_typed_func::<(), (Description,)>(&mut store, &functions.describe)?;
        let (description,) = describe.call_async(&mut store, ()).await?;
        let list = instance.get_typed_func::<(), (Vec<Source>,)>(&mut store, &functions.list)?;
        let (sources,) = list.call_async(&mut store, ()).await?;
        Ok((description, sources))
    };
    match timeout_at(deadline, reading).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(error)) => Err(pure_failure(&error, &mut store.into_data())),
        Err(_) => Err(Failure::passing("it took longer than it may")),
    }
}

fn pure_failure(error: &wasmtime::Error, state: &mut CallState) -> Failure {
    match state.ended.take().unwrap_or_else(|| ending::trap(error, state)) {
        EndedBy::TimedOut => Failure::passing("it took longer than it may"),
        EndedBy::NoRoom => Failure::passing("too many calls run at once"),
        EndedBy::BrokeContract(words) => Failure::fault("contract", words),
        EndedBy::Trapped(words) => Failure::fault("trapped", format!("the component trapped: {words}")),
        other => Failure::fault("ended", format!("{other:?}")),
    }
}
