//! Acts that are done once, however often they are asked for: the header `idempotency-key`.
//!
//! A key is committed in the same transaction as the act, so a crash between act and answer repeats nothing: the same
//! key is answered with the instance as it is then. A refusal changed nothing, so it is not remembered.
//! (draft-ietf-httpapi-idempotency-key-header-07.) Not here: what an act does (`main_loop.rs`), and where the header is
//! read (`api/caller.rs`).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_store::change::{Change, Commit};
use countersign_store::error::EncodeError;
use countersign_store::row::idempotency::IdempotencyRow;
use countersign_workflow::event::{Actor, What};
use countersign_workflow::instance::{Instance, Phase};
use countersign_workflow::load::Workflow;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tracing::warn;

use crate::api::caller::Caller;
use crate::api::instances::NewInstance;
use crate::api::view;
use crate::host::Host;
use crate::problem::Problem;

/// How long an answer waits for the actions that an act began.
const SETTLE: Duration = Duration::from_secs(100);

/// What a person asks for.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Asked {
    /// A new instance.
    Start(NewInstance),
    /// Something with an instance.
    Act {
        /// The instance.
        instance_id: String,
        /// What.
        what: What,
    },
}

/// The answer to it.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    body: String,
}

/// The key of one request, made unique per actor.
#[derive(Debug)]
pub struct Key {
    name: String,
    request_digest: String,
    status: u16,
    waits: bool,
}

/// What is remembered under a key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Remembered {
    instance_id: String,
    status: u16,
    /// The answer to the letter; none while the actions of the act are under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

/// Keys of requests under way. The data directory has one host, so memory is enough.
#[derive(Debug, Clone, Default)]
pub struct KeysInUse(Arc<Mutex<HashSet<String>>>);

/// A key in use until this is dropped.
struct Held {
    keys: KeysInUse,
    name: String,
}

impl Asked {
    /// Whether the answer waits for the actions that it began; a mere start begins none.
    fn waits(&self) -> bool {
        match self {
            Self::Start(new) => new.take.is_some(),
            Self::Act { .. } => true,
        }
    }

    /// The status of the answer when it is done.
    fn status(&self) -> u16 {
        match self {
            Self::Start(_) => StatusCode::CREATED.as_u16(),
            Self::Act { .. } => StatusCode::OK.as_u16(),
        }
    }
}

impl Key {
    /// The key as it is stored, beside a digest of what is asked for.
    fn new(actor: &Actor, key: &str, asked: &Asked) -> Result<Self, EncodeError> {
        let encoded = |source| EncodeError { what: "an idempotency key", source };
        let name = serde_json::to_string(&[&actor.name, key]).map_err(encoded)?;
        let request = serde_json::to_vec(asked).map_err(encoded)?;
        let request_digest = hex::encode(Sha256::digest(request));
        Ok(Self { name, request_digest, status: asked.status(), waits: asked.waits() })
    }

    /// The row that is committed with the act. When nothing is under way afterwards, it holds the answer already.
    pub(crate) fn row(
        &self,
        workflow: &Workflow,
        after: &Instance,
        at_ms: i64,
    ) -> Result<Change, EncodeError> {
        let body = match &after.phase {
            Phase::Running(_) if self.waits => None,
            _ => Some(encoded(&view::instance(&workflow.definition, after, None))?),
        };
        let remembered = Remembered { instance_id: after.id.clone(), status: self.status, body };
        Ok(Change::Idempotency(IdempotencyRow {
            key: self.name.clone(),
            request_digest: self.request_digest.clone(),
            response: encoded(&remembered)?,
            at_ms,
        }))
    }

    /// Completes the row.
    fn answer(&self, instance_id: &str, body: String) -> Result<Change, EncodeError> {
        let remembered =
            Remembered { instance_id: instance_id.to_owned(), status: self.status, body: Some(body) };
        Ok(Change::Answer { key: self.name.clone(), response: encoded(&remembered)? })
    }
}

impl KeysInUse {
    fn hold(&self, name: &str) -> Option<Held> {
        let new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        new.then(|| Held { keys: self.clone(), name: name.to_owned() })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        (status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response()
    }
}

impl Host {
    /// Does what a person asks for, waits for what it began, and answers. With a key it is done at most once.
    pub async fn once(self: &Arc<Self>, caller: Caller, asked: Asked) -> Result<Answer, Problem> {
        let Caller { actor, key } = caller;
        let Some(key) = key else { return self.done(actor, asked, None).await };
        let key = Key::new(&actor, &key, &asked)?;
        let Some(_held) = self.keys_in_use.hold(&key.name) else {
            let detail = "a request with this `idempotency-key` is under way; ask again in a moment";
            return Err(Problem::new(StatusCode::CONFLICT, "CS0302", detail));
        };
        match self.store.idempotency(&key.name).await? {
            Some(row) => self.again(&key, &row).await,
            None => self.done(actor, asked, Some(&key)).await,
        }
    }

    /// The answer of the first time.
    async fn again(&self, key: &Key, row: &IdempotencyRow) -> Result<Answer, Problem> {
        if row.request_digest != key.request_digest {
            let detail = "this `idempotency-key` was used for another request; send a fresh one";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "CS0301", detail));
        }
        let remembered: Remembered = serde_json::from_str(&row.response)
            .map_err(|source| EncodeError { what: "a remembered answer", source })?;
        match remembered.body {
            Some(body) => Ok(Answer { status: remembered.status, body }),
            None => {
                let known = self.current(&remembered.instance_id).await?;
                self.settled_answer(known, key.status, Some(key)).await
            }
        }
    }

    async fn done(
        self: &Arc<Self>,
        actor: Actor,
        asked: Asked,
        key: Option<&Key>,
    ) -> Result<Answer, Problem> {
        let (status, waits) = (asked.status(), asked.waits());
        let after = match asked {
            Asked::Start(new) => self.start(actor, new, key).await?,
            Asked::Act { instance_id, what } => self.act(&instance_id, actor, what, key).await?,
        };
        match &after.phase {
            Phase::Running(_) if waits => self.settled_answer(after, status, key).await,
            _ => Ok(Answer { status, body: self.body(&after).await?.0 }),
        }
    }

    /// The instance once its actions have ended, remembered as the answer.
    async fn settled_answer(
        &self,
        known: Arc<Instance>,
        status: u16,
        key: Option<&Key>,
    ) -> Result<Answer, Problem> {
        let instance = self.settled(known, SETTLE).await?;
        let (body, without_redirect) = self.body(&instance).await?;
        let settled = !matches!(instance.phase, Phase::Running(_));
        if let Some(key) = key.filter(|_| settled) {
            let change = key.answer(&instance.id, without_redirect)?;
            if let Err(e) = self.store.commit(Commit::command(vec![change])).await {
                warn!(
                    "an answer could not be remembered: {e}; a repeat is answered with the instance as it is"
                );
            }
        }
        Ok(Answer { status, body })
    }

    /// The instance as JSON: for the person who acted, and without the address that only this person gets, once.
    async fn body(&self, instance: &Instance) -> Result<(String, String), Problem> {
        let plain = encoded(&self.view(instance, None).await?)?;
        let body = match self.take_redirect(&instance.id) {
            None => plain.clone(),
            Some(redirect) => encoded(&self.view(instance, Some(redirect)).await?)?,
        };
        Ok((body, plain))
    }
}

fn encoded(value: &impl Serialize) -> Result<String, EncodeError> {
    serde_json::to_string(value).map_err(|source| EncodeError { what: "an answer", source })
}
