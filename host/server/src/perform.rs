//! Performing effects: calls are made, everything else is written with the event.
//!
//! The bridge to the sandbox: a call's request becomes [`CallInput`], its end becomes an event.
//! Not here: deciding on effects (`workflow`), and what happens inside a call (`sandbox`).

use std::sync::Arc;

use countersign_sandbox::call::{CallEnd, CallInput};
use countersign_sandbox::contract::{ActionInput, Failure};
use countersign_sandbox::exchange::Exchange;
use countersign_store::change::Change;
use countersign_store::error::EncodeError;
use countersign_workflow::effect::{CallRequest, Effect};
use countersign_workflow::event::{Actor, What};
use countersign_workflow::form::Attachment;
use countersign_workflow::instance::Instance;
use tracing::{Instrument, error, info, info_span, warn};

use crate::changes;
use crate::failpoint::{self, Point};
use crate::files::InstanceFiles;
use crate::gate::Pass;
use crate::host::Host;
use crate::journal::CallJournal;
use crate::orphans::Making;
use crate::recorded::granted;

/// A call that was opened and has not ended.
pub(crate) struct Begun {
    /// What it is asked.
    pub(crate) request: CallRequest,
    /// When it was opened: its frozen clock, also in a replay.
    pub(crate) at_ms: i64,
    /// Its exchanges, when it was under way as the host stopped.
    pub(crate) recorded: Option<Vec<Exchange>>,
}

impl Begun {
    fn new(request: CallRequest, at_ms: i64) -> Self {
        Self { request, at_ms, recorded: None }
    }
}

impl Host {
    /// Sets off the effects of an applied event and tells waiting callers of the commit.
    pub(crate) fn perform(self: &Arc<Self>, instance: &Arc<Instance>, effects: Vec<Effect>, at_ms: i64) {
        for effect in effects {
            match effect {
                Effect::Call(request) => self.spawn_call(instance, Begun::new(*request, at_ms)),
                Effect::Redirect { url } => self.keep_redirect(&instance.id, url),
                Effect::ArmTimer { .. }
                | Effect::DisarmTimer { .. }
                | Effect::Record(_)
                | Effect::Correlate { .. }
                | Effect::Orphan(_) => {}
            }
        }
        self.turns.tell(&instance.id);
    }

    /// Runs a call beside the main loop; its end comes back as an event.
    pub(crate) fn spawn_call(self: &Arc<Self>, instance: &Arc<Instance>, begun: Begun) {
        let (host, instance) = (self.clone(), instance.clone());
        let CallRequest { call_id, action, connection, .. } = &begun.request;
        let span = info_span!(parent: None, "call", id = call_id, action, connection);
        let action = action.clone();
        let counted = self.count_call();
        let call = async move { failpoint::within(action, host.begin_call(instance, begun, counted)).await };
        tokio::spawn(call.instrument(span));
    }

    /// Runs a call that its connection's gate let pass.
    pub(crate) async fn run_call(
        self: &Arc<Self>,
        instance: &Instance,
        begun: Begun,
        pass: Option<Arc<Pass>>,
    ) {
        let Ok(_slot) = self.calls.acquire().await else {
            return self.write_event_of_call(&instance.id).await;
        };
        let call_id = begun.request.call_id.clone();
        let journal = Arc::new(CallJournal::new(self.clone(), &instance.id));
        let making = Making::of(&instance.id, &begun.request, begun.recorded.as_deref());
        let mut left = Vec::new();
        let (what, end) = match self.call(instance, begun, journal.clone(), pass).await {
            Ok(mut end) => {
                left = making.map(|making| making.left(&end, self.clock.now_ms())).unwrap_or_default();
                // What the journal holds already is not written twice.
                end.exchanges.retain(|exchange| exchange.number > journal.closed());
                (ended(&call_id, &end), Some(end))
            }
            Err(failure) => (failed(&call_id, &failure), None),
        };
        let also = changes::of_call_end(&call_id, &what, end.as_ref(), self.clock.now_ms())
            .map(|changes| changes.into_iter().chain(left).collect());
        self.end_call(&instance.id, what, also).await;
    }

    /// Ends a call that no component may go on with.
    pub(crate) async fn fail_call(self: &Arc<Self>, instance_id: &str, call_id: &str, failure: &Failure) {
        let what = failed(call_id, failure);
        let also = changes::of_call_end(call_id, &what, None, self.clock.now_ms());
        self.end_call(instance_id, what, also).await;
    }

    async fn end_call(
        self: &Arc<Self>,
        instance_id: &str,
        what: What,
        also: Result<Vec<Change>, EncodeError>,
    ) {
        failpoint::pass(Point::AfterGuest);
        let also = match also {
            Ok(changes) => changes,
            Err(e) => {
                return error!(
                    "the end of the call cannot be written: {e}; it is taken up again at the next start"
                );
            }
        };
        if let Err(e) = self.submit(instance_id, Actor::default(), what, also).await {
            error!("the end of the call could not be committed: {e}; it is taken up again at the next start");
        }
    }

    /// Makes the call. A failure here is one that no component had a part in.
    async fn call(
        self: &Arc<Self>,
        instance: &Instance,
        begun: Begun,
        journal: Arc<CallJournal>,
        pass: Option<Arc<Pass>>,
    ) -> Result<CallEnd, Failure> {
        let Begun { request, at_ms, recorded } = begun;
        let bound =
            self.connection(&request.connection).map_err(|problem| Failure::Denied(problem.detail))?;
        let action = ActionInput::from_json(&request.action, request.input).map_err(|message| {
            Failure::fault("CS0009", format!("the definition's input does not fit: {message}"))
        })?;
        // What goes on from its journal was judged in `recovery.rs`.
        if recorded.is_none()
            && let Some(reason) = self.held(&request.action)
        {
            return Err(Failure::NotReady(reason));
        }
        let input = CallInput {
            seed: changes::seed(&request.call_id),
            id: request.call_id,
            connection: bound.connection.clone(),
            action,
            acting_user: request.acting_user,
            now_ms: at_ms,
            granted: granted(instance, &request.attachments),
            next_attachment: request.next_attachment,
            attachments: Arc::new(InstanceFiles(self.store.clone())),
            journal,
            transport: self.transport(pass),
            deadline: self.call_timeout,
        };
        let end = match recorded {
            Some(exchanges) => bound.provider.resume(input, exchanges).await,
            None => bound.provider.call(input).await,
        };
        tell(&end);
        Ok(end)
    }
}

/// The call's end as an event.
fn ended(call_id: &str, end: &CallEnd) -> What {
    match &end.result {
        Ok(outcome) => What::CallSucceeded {
            call_id: call_id.to_owned(),
            outcome: outcome.to_json(),
            attachments: end.created.iter().map(new_attachment).collect(),
        },
        Err(failure) => failed(call_id, failure),
    }
}

fn failed(call_id: &str, failure: &Failure) -> What {
    What::CallFailed { call_id: call_id.to_owned(), failure: serde_json::json!(failure) }
}

fn tell(end: &CallEnd) {
    let (exchanges, duration_ms) = (end.exchanges.len(), end.duration.as_millis());
    match &end.result {
        Ok(_) => info!(exchanges, duration_ms, "call ended"),
        Err(failure) => warn!(exchanges, duration_ms, ended_by = ?end.ended_by, "call failed: {failure}"),
    }
    for line in &end.log {
        tracing::debug!(source = ?line.source, level = ?line.level, pairs = ?line.pairs, "{}", line.message);
    }
}

fn new_attachment(info: &countersign_sandbox::attachment::AttachmentInfo) -> Attachment {
    Attachment {
        id: info.id,
        name: info.name.clone(),
        media_type: info.media_type.clone(),
        size: info.size,
        sha256: info.sha256.clone(),
        category: String::new(),
        attributes: Vec::new(),
        deleted: false,
    }
}
