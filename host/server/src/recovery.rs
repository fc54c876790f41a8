//! After a restart: calls that were under way are taken up again from their journal.
//!
//! A recorded answer is given again, so nothing that was answered is sent twice; an open `once` request answers
//! `in-doubt` and the component looks the truth up. Not here: replaying itself (`sandbox`).

use std::sync::Arc;

use anyhow::Context;
use countersign_sandbox::exchange::Exchange;
use countersign_workflow::effect::CallRequest;
use tracing::info;

use crate::host::Host;
use crate::perform::Begun;

/// Takes up every call that has no end yet. Answers how many.
pub async fn recover(host: &Arc<Host>) -> anyhow::Result<usize> {
    let open = host.store.open_calls().await.context("open calls cannot be read")?;
    for row in &open {
        let call = &row.call;
        let request: CallRequest = serde_json::from_str(&call.request)
            .with_context(|| format!("the request of call `{}` cannot be read", call.id))?;
        let stored =
            host.store.exchanges(&call.id).await.with_context(|| format!("exchanges of `{}`", call.id))?;
        let exchanges = stored
            .iter()
            .map(|exchange| serde_json::from_str::<Exchange>(&exchange.json))
            .collect::<Result<Vec<_>, _>>()
            .with_context(|| format!("an exchange of call `{}` cannot be read", call.id))?;
        let instance = Arc::new(host.load(&call.instance_id).await?);
        info!(call = call.id, exchanges = exchanges.len(), "taking up a call that was under way");
        host.spawn_call(&instance, Begun { request, at_ms: call.opened_at_ms, recorded: Some(exchanges) });
    }
    Ok(open.len())
}
