//! Calls before the gate of their connection: begun at once, or kept as ids until it is their turn.
//!
//! The clock of a call is the time of its opening, whether it waited or not: one that waited sees an older time, as one
//! that was taken up after a crash does. The dates of credentials are the host's own and always new.

use std::sync::Arc;

use anyhow::Context;
use axum::http::StatusCode;
use countersign_sandbox::exchange::Exchange;
use countersign_sandbox::transport::Transport;
use countersign_store::change::{Change, Commit};
use countersign_store::row::audit::AuditEntry;
use countersign_workflow::event::Actor;
use countersign_workflow::instance::Instance;
use tracing::{debug, error};

use super::{Gate, Pass, Watched};
use crate::host::Host;
use crate::perform::Begun;
use crate::problem::Problem;

/// What memory keeps of a call that waits; the rest is in the store.
struct Delayed {
    instance_id: String,
    call_id: String,
    at_ms: i64,
    recorded: Option<Vec<Exchange>>,
}

/// A call under way.
pub(crate) struct Counted(Arc<Host>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.calls_running.send_modify(|calls| *calls -= 1);
    }
}

impl Host {
    /// Counts a call as one that a graceful stop waits for.
    pub(crate) fn count_call(self: &Arc<Self>) -> Counted {
        self.calls_running.send_modify(|calls| *calls += 1);
        Counted(self.clone())
    }

    /// Runs a call as soon as the gate of its connection lets it. While it waits there, it is not counted.
    pub(crate) async fn begin_call(
        self: &Arc<Self>,
        instance: Arc<Instance>,
        begun: Begun,
        counted: Counted,
    ) {
        let Some(gate) = self.gates.of(&begun.request.connection).cloned() else {
            // No such connection: the call says so.
            return self.run_counted(&instance, begun, (None, counted)).await;
        };
        if let Some(pass) = gate.enter(&instance.id) {
            return self.run_counted(&instance, begun, (Some(pass), counted)).await;
        }
        self.write_event_of_call(&instance.id).await;
        let Begun { request, at_ms, recorded } = begun;
        let delayed =
            Delayed { instance_id: instance.id.clone(), call_id: request.call_id.clone(), at_ms, recorded };
        drop((instance, request, counted));
        self.begin_later(&gate, delayed).await;
    }

    async fn begin_later(self: &Arc<Self>, gate: &Arc<Gate>, delayed: Delayed) {
        debug!("the call waits");
        // Whoever waits for its end need not.
        self.turns.tell(&delayed.instance_id);
        let Some(pass) = gate.wait(&delayed.instance_id).await else { return };
        match self.load_again(delayed).await {
            Ok((instance, begun)) => {
                let counted = self.count_call();
                self.run_counted(&instance, begun, (Some(pass), counted)).await;
            }
            Err(e) => {
                error!("a call that waited cannot be loaded: {e:#}; it is taken up again at the next start")
            }
        }
    }

    /// In a box, so that a call that waits takes little memory.
    async fn run_counted(
        self: &Arc<Self>,
        instance: &Instance,
        begun: Begun,
        (pass, _counted): (Option<Arc<Pass>>, Counted),
    ) {
        let call = Box::pin(self.run_call(instance, begun, pass));
        self.with_event_written_soon(&instance.id, call).await;
    }

    async fn load_again(&self, delayed: Delayed) -> anyhow::Result<(Arc<Instance>, Begun)> {
        let Delayed { instance_id, call_id, at_ms, recorded } = delayed;
        let row = self.store.call(&call_id).await?.context("it is gone")?;
        let request = serde_json::from_str(&row.call.request).context("its request cannot be read")?;
        let instance = self.current(&instance_id).await?;
        Ok((instance, Begun { request, at_ms, recorded }))
    }

    /// Nobody waits before a gate any longer; their calls are durable. Answers to persons are not held up by them.
    pub(crate) fn stop_waiting(&self) {
        self.gates.close();
    }

    /// An operator lets the calls of a connection go on. Twice is harmless.
    pub async fn close_breaker(&self, connection: &str, actor: &Actor) -> Result<(), Problem> {
        self.connection(connection)?;
        let audit = AuditEntry {
            at_ms: self.clock.now_ms(),
            actor: actor.name.clone(),
            verb: "close-breaker".to_owned(),
            object: format!("connection {connection}"),
            detail: "{}".to_owned(),
        };
        self.store.commit(Commit::command(vec![Change::Audit(Box::new(audit))])).await?;
        if let Some(gate) = self.gates.of(connection) {
            gate.close_breaker();
        }
        Ok(())
    }

    /// What carries the requests of a call.
    pub(crate) fn transport(&self, pass: Option<Arc<Pass>>) -> Arc<dyn Transport> {
        match pass {
            Some(pass) => Arc::new(Watched::new(self.transport.clone(), pass)),
            None => self.transport.clone(),
        }
    }

    /// Leave for what a person waits for: at once or not at all.
    pub(crate) fn pass_by(&self, connection: &str) -> Result<Option<Arc<Pass>>, Problem> {
        let Some(gate) = self.gates.of(connection) else { return Ok(None) };
        gate.pass_by().map(Some).map_err(|until_ms| resting(connection, until_ms))
    }
}

fn resting(connection: &str, until_ms: i64) -> Problem {
    let until = jiff::Timestamp::from_millisecond(until_ms).unwrap_or_default();
    let detail = format!(
        "the breaker of connection `{connection}` is open until {until}, because its provider fails; try again then, or run `countersign breaker close {connection}`"
    );
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "CS0018", detail)
}
