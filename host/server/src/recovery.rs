//! After a restart: calls that were under way are taken up again from their journal.
//!
//! A recorded answer is given again, so nothing that was answered is sent twice; an open `once` request answers
//! `in-doubt` and the component looks the truth up. One call that cannot be taken up stops no other: its instance gets
//! an incident. A host that was overtaken without its lock may still be running: what it was sending is waited out before
//! anybody asks the provider what became of it. Not here: replaying itself (`sandbox`), which call may go on
//! (`recovery/verdict.rs`), and for how long a request may be under way (`recovery/overtaken.rs`).

mod overtaken;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use countersign_store::CallRow;
use countersign_workflow::instance::{Instance, Phase};
use tracing::{error, info, warn};

use crate::host::Host;
use crate::perform::Begun;
use verdict::{Case, judge};

/// Takes up every call that has no end yet. Answers how many there were.
pub async fn recover(host: &Arc<Host>) -> anyhow::Result<usize> {
    let open = host.store.open_calls().await.context("open calls cannot be read")?;
    for row in &open {
        let id = &row.call.id;
        match host.load(&row.call.instance_id).await {
            Ok(instance) => {
                take_up(host, &Arc::new(instance), row).await.with_context(|| format!("call `{id}`"))?
            }
            Err(e) => {
                error!(call = id, "the instance of a call under way cannot be loaded: {e}; it stays open")
            }
        }
    }
    Ok(open.len())
}

async fn take_up(host: &Arc<Host>, instance: &Arc<Instance>, row: &CallRow) -> anyhow::Result<()> {
    let call = &row.call;
    let exchanges = host.store.exchanges(&call.id).await.context("its exchanges cannot be read")?;
    let case = Case {
        call,
        exchanges: &exchanges,
        component: host.connection(&call.connection).ok().map(|bound| bound.provider.digest.as_str()),
        document_reported: reported(instance),
        unknown_since_ms: host.unknown_since_ms(),
    };
    match judge(&case) {
        Ok(begun) => {
            info!(call = call.id, exchanges = exchanges.len(), "taking up a call that was under way");
            match overtaken::wait(host, begun.recorded.as_deref().unwrap_or_default()).await? {
                None => host.spawn_call(instance, begun),
                Some(wait) => spawn_later(host, instance, begun, wait),
            }
        }
        Err(failure) => {
            warn!(call = call.id, "a call that was under way is not taken up: {failure}");
            host.fail_call(&instance.id, &call.id, &failure).await;
        }
    }
    Ok(())
}

/// The start does not wait for it.
fn spawn_later(host: &Arc<Host>, instance: &Arc<Instance>, begun: Begun, wait: Duration) {
    let (host, instance) = (host.clone(), instance.clone());
    let (call, seconds) = (&begun.request.call_id, wait.as_secs_f64().ceil());
    warn!(
        call,
        seconds, "the host before was overtaken without its lock and may still be sending; waiting it out"
    );
    tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        host.spawn_call(&instance, begun);
    });
}

fn reported(instance: &Instance) -> bool {
    matches!(&instance.phase, Phase::Running(run) if run.reported.is_some())
}
