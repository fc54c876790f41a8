//! Who calls: the API token, and the actor and roles that a trusted front end vouches for.
//!
//! Not here: what a role may do (`workflow`).

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use countersign_workflow::apply::ADMIN;
use countersign_workflow::event::Actor;

use crate::host::Host;
use crate::problem::Problem;

/// Longest idempotency key taken.
const KEY_BYTES_MAX: usize = 255;

/// Who asks, and under which key.
pub struct Caller {
    /// The person on whose behalf the request comes: headers `countersign-actor` and `countersign-roles`
    /// (comma-separated).
    pub actor: Actor,
    /// Header `idempotency-key`, as it came: the same request under the same key is done once.
    pub key: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let text = |name: &str| match parts.headers.get(name) {
            None => Ok(String::new()),
            Some(value) => value.to_str().map(str::to_owned).map_err(|_| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "CS0002",
                    format!("header `{name}` must be plain ASCII text"),
                )
            }),
        };
        let name = text("countersign-actor")?;
        let roles = text("countersign-roles")?;
        let roles =
            roles.split(',').map(str::trim).filter(|role| !role.is_empty()).map(str::to_owned).collect();
        let name = if name.is_empty() { "anonymous".to_owned() } else { name };
        let key =
            parts.headers.contains_key("idempotency-key").then(|| text("idempotency-key")).transpose()?;
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > KEY_BYTES_MAX) {
            let detail = format!("header `idempotency-key` must have 1 to {KEY_BYTES_MAX} bytes");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "CS0002", detail));
        }
        Ok(Self { actor: Actor { name, roles }, key })
    }
}

impl Caller {
    /// Refuses whoever is no administrator.
    pub fn into_admin(self) -> Result<Actor, Problem> {
        if self.actor.roles.iter().any(|role| role == ADMIN) {
            return Ok(self.actor);
        }
        let detail = "this concerns the whole host and takes the role `admin`; add `--role admin`";
        Err(Problem::new(StatusCode::FORBIDDEN, "CS0208", detail))
    }
}

/// Lets a request in when the host has no token or the request carries it.
pub async fn admit(State(host): State<Arc<Host>>, request: Request, next: Next) -> Result<Response, Problem> {
    let given = request.headers().get(header::AUTHORIZATION).map(|value| value.as_bytes());
    if host.is_api_token(given.and_then(|value| value.strip_prefix(b"Bearer "))) {
        return Ok(next.run(request).await);
    }
    Err(Problem::new(
        StatusCode::UNAUTHORIZED,
        "CS0001",
        "the API token is missing or wrong; send `Authorization: Bearer …` with the value of `api-token`",
    ))
}
