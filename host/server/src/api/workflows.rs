//! Routes of workflow definitions: list, check, schema.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use countersign_workflow::schema::json_schema;
use serde_json::{Value, json};

use super::view::WorkflowView;
use crate::catalogue;
use crate::host::Host;
use crate::problem::Problem;

/// `GET /workflows`
pub async fn list(State(host): State<Arc<Host>>) -> Json<Vec<WorkflowView>> {
    Json(host.workflows())
}

/// `POST /workflows/check` with a definition as text: all its problems, none when it is right.
pub async fn check(State(host): State<Arc<Host>>, text: String) -> Result<Json<Value>, Problem> {
    let problems = countersign_workflow::check::check(&text, &catalogue::of_host(&host));
    let lines: Vec<Value> = problems
        .iter()
        .map(|p| json!({"code": p.code, "message": p.message, "line": p.line, "column": p.column, "pointer": p.pointer}))
        .collect();
    Ok(Json(json!({"problems": lines})))
}

/// `GET /workflows/schema`
pub async fn schema() -> Json<Value> {
    Json(json_schema())
}
