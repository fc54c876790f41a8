//! After a restart: calls that were under way are taken up again from their journal.
//!
//! A recorded answer is given again, so nothing that was answered is sent twice; an open `once` request answers
//! `in-doubt` and the component looks the truth up. One call that cannot be taken up stops no other: its instance gets
//! an incident. Not here: replaying itself (`sandbox`), and which call may go on (`recovery/verdict.rs`).

mod verdict;

use std::sync::Arc;

use anyhow::Context;
use countersign_store::CallRow;
use countersign_workflow::instance::{Instance, Phase};
use tracing::{error, info, warn};

use crate::host::Host;
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
            host.spawn_call(instance, begun);
        }
        Err(failure) => {
            warn!(call = call.id, "a call that was under way is not taken up: {failure}");
            host.fail_call(&instance.id, &call.id, &failure).await;
        }
    }
    Ok(())
}

fn reported(instance: &Instance) -> bool {
    matches!(&instance.phase, Phase::Running(run) if run.reported.is_some())
}
