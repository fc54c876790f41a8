//! The HTTP API under `/api/v1`: the verbs of the command line, one route each.
//!
//! Not here: what the verbs do (`main_loop.rs`) and the JSON they answer with (`api/view.rs`).

pub mod answers;
pub mod attachments;
pub mod audit;
pub mod backup;
pub mod caller;
pub mod calls;
pub mod connections;
pub mod inbox;
pub mod incidents;
pub mod instances;
pub mod orphans;
pub mod status;
pub mod timers;
pub mod view;
pub mod workflows;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, patch, post};
use axum::{Router, middleware};

use crate::host::Host;
use crate::problem::Problem;
use crate::webhook;

/// Largest JSON body taken.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// All routes.
pub fn router(host: Arc<Host>) -> Router {
    let v1 = Router::new()
        .route("/workflows", get(workflows::list))
        .route("/workflows/check", post(workflows::check))
        .route("/workflows/schema", get(workflows::schema))
        .route("/instances", get(instances::list).post(instances::start))
        .route("/instances/{instance}", get(instances::show))
        .route("/instances/{instance}/form", patch(instances::edit))
        .route("/instances/{instance}/history", get(instances::history))
        .route("/instances/{instance}/calls", get(calls::of_instance))
        .route("/instances/{instance}/paths/{path}", post(instances::take))
        .route("/instances/{instance}/buttons/{button}", post(instances::press))
        .route("/instances/{instance}/incident", get(incidents::show))
        .route("/instances/{instance}/incident/retry", post(answers::retry))
        .route("/instances/{instance}/incident/stop", post(answers::stop))
        .route("/instances/{instance}/incident/skip", post(answers::skip))
        .route("/instances/{instance}/incident/set", post(answers::set))
        .route("/instances/{instance}/incident/dismiss", post(answers::dismiss))
        .route("/instances/{instance}/incident/resolve", post(answers::resolve))
        .route("/instances/{instance}/timers", get(timers::of_instance))
        .route("/incidents", get(incidents::list))
        .route("/orphans", get(orphans::list))
        .route("/inbox", get(inbox::list))
        .route("/inbox/{message}", get(inbox::show))
        .route("/inbox/{message}/replay", post(inbox::replay))
        .route("/events", get(inbox::events))
        .route("/events/{event}/attach", post(inbox::attach))
        .route("/calls/{call}", get(calls::show))
        .route("/calls/{call}/record", get(calls::record))
        .route("/audit", get(audit::list))
        .route("/timers", get(timers::all))
        .route("/instances/{instance}/attachments/{attachment}", patch(attachments::change))
        .route("/instances/{instance}/attachments/{attachment}/content", get(attachments::fetch))
        .route("/connections", get(connections::list))
        .route("/connections/{connection}/sources", get(connections::sources))
        .route("/connections/{connection}/sources/{source}", get(connections::rows))
        .route("/connections/{connection}/breaker/close", post(status::close_breaker))
        .route("/status", get(status::show))
        .route("/restore/acknowledge", post(status::acknowledge))
        .route("/backup", post(backup::take))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        // Files are streamed to disk and capped there, not in memory.
        .route("/instances/{instance}/attachments", post(attachments::add).layer(DefaultBodyLimit::disable()))
        .fallback(|| async { Problem::not_found("this address") })
        .layer(middleware::from_fn_with_state(host.clone(), caller::admit));
    Router::new()
        .nest("/api/v1", v1)
        .route("/webhooks/{provider}/{endpoint}", any(webhook::receive))
        .route("/webhooks/{provider}/{endpoint}/{*rest}", any(webhook::receive))
        .route("/healthz", get(instances::health))
        .fallback(|| async { Problem::not_found("this address") })
        .with_state(host)
}
