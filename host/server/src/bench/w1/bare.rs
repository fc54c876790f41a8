//! The ceiling of W1: the same component, the same HTTP and the same group commit, sewn together by hand. No workflow,
//! no form, no history, no loading; each instance has just these two actions.
//!
//! It keeps the promise all the same and commits where the host does: start with the POST's intent, its answer, its end,
//! and the event with the GET. Not here: its callers (`w1/contestant.rs`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use countersign_sandbox::call::CallInput;
use countersign_sandbox::connection::Sources;
use countersign_sandbox::connection::secret::ProcessSecrets;
use countersign_sandbox::contract::ActionInput;
use countersign_sandbox::exchange::Exchange;
use countersign_sandbox::journal::Journal;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::Transport;
use countersign_sandbox::{Limits, Sandbox, SandboxConfig};
use countersign_store::change::{Change, Commit};
use countersign_store::row::call::{CallEnd, NewCall};
use countersign_store::row::instance::{InstanceRow, InstanceSummary, PhaseName};
use countersign_store::{Options, Store};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::changes;
use crate::config::Config;
use crate::connections;
use crate::files::InstanceFiles;
use crate::host::BoundConnection;
use crate::lock::Lock;

/// What runs.
pub struct Bare {
    store: Store,
    bound: BoundConnection,
    transport: Arc<dyn Transport>,
}

/// What starts an instance.
#[derive(Debug, Deserialize)]
struct New {
    document: String,
    email: String,
}

type Answer = Result<Json<Value>, (StatusCode, String)>;

impl Bare {
    /// Opens a store and admits the component.
    pub async fn open(config: &Config) -> anyhow::Result<Arc<Self>> {
        let sandbox = Sandbox::new(SandboxConfig {
            max_calls: u32::try_from(config.calls_max)?,
            limits: Limits::default(),
            ..SandboxConfig::default()
        })?;
        let secrets = ProcessSecrets::default();
        let mut lock = Lock::open(&config.lock)?;
        let sources = Sources { secrets: &secrets, connections: &config.connections };
        let mut bound = connections::load_all(&sandbox, &config.connections, &sources, &mut lock).await?;
        let bound = bound.remove("sign").context("the connection is missing")?;
        let store = Store::open(&config.data, Options::default())?;
        Ok(Arc::new(Self { store, bound, transport: Arc::new(Network::new()?) }))
    }

    /// Listens; it ends with its runtime.
    pub async fn listen(self: &Arc<Self>) -> anyhow::Result<SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/start", post(start))
            .route("/changed/{number}", post(changed))
            .with_state(self.clone());
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    /// Closes its store.
    pub async fn close(&self) {
        self.store.close().await;
    }

    async fn commit(&self, changes: Vec<Change>) -> anyhow::Result<()> {
        self.store.commit(Commit::command(changes)).await?;
        Ok(())
    }

    async fn begin(self: &Arc<Self>, new: &New) -> anyhow::Result<i64> {
        let number = self.store.next_instance_number().await?;
        let created = Change::CreateInstance(Box::new(row(number, 1, "begun")));
        let document = json!({"document-id": new.document});
        let recipient =
            json!({"row-key": "1", "email": new.email, "role": "SIGNER", "display-name": "First Signer"});
        let input = json!({"document": document, "recipients": [recipient]});
        let call = format!("{number}-1");
        let opened = self.opened(number, &call, "get-signing-link", &input);
        let journal = Handmade { bare: self.clone(), first: vec![created, opened] };
        let mut last = self.call(&call, ("get-signing-link", input), journal).await?;
        last.push(moved(number, 1, "waiting"));
        self.commit(last).await?;
        Ok(number)
    }

    async fn finish(self: &Arc<Self>, number: i64) -> anyhow::Result<()> {
        let (call, input) = (format!("{number}-2"), json!({"document-id": "DOCUMENT_PROCESS:1"}));
        let mut all = vec![self.opened(number, &call, "get-document-status", &input)];
        let journal = Handmade { bare: self.clone(), first: Vec::new() };
        all.extend(self.call(&call, ("get-document-status", input), journal).await?);
        all.push(moved(number, 2, "done"));
        self.commit(all).await
    }

    fn opened(&self, number: i64, call: &str, action: &str, input: &Value) -> Change {
        Change::OpenCall(Box::new(NewCall {
            id: call.to_owned(),
            instance_id: name(number),
            connection: "sign".to_owned(),
            action: action.to_owned(),
            component: self.bound.provider.digest.clone(),
            request: input.to_string(),
            opened_at_ms: 0,
            seed: 1,
        }))
    }

    /// Runs the component and answers what is left to commit: the call's end, and exchanges that were not yet.
    async fn call(
        self: &Arc<Self>,
        call: &str,
        (action, input): (&str, Value),
        journal: Handmade,
    ) -> anyhow::Result<Vec<Change>> {
        let input = CallInput {
            id: call.to_owned(),
            connection: self.bound.connection.clone(),
            action: ActionInput::from_json(action, input).map_err(|words| anyhow!(words))?,
            acting_user: None,
            now_ms: 0,
            seed: 1,
            granted: Vec::new(),
            next_attachment: 1,
            attachments: Arc::new(InstanceFiles(self.store.clone())),
            journal: Arc::new(journal),
            transport: self.transport.clone(),
            deadline: Duration::from_secs(30),
        };
        let end = self.bound.provider.call(input).await;
        let result = serde_json::to_string(&end.result?.to_json())?;
        let mut changes =
            end.exchanges.iter().map(|it| changes::exchange(call, it)).collect::<Result<Vec<_>, _>>()?;
        let end = CallEnd { at_ms: 0, result, log: "[]".to_owned() };
        changes.push(Change::CloseCall { call_id: call.to_owned(), end });
        Ok(changes)
    }
}

async fn start(State(bare): State<Arc<Bare>>, Json(new): Json<New>) -> Answer {
    let number = bare.begin(&new).await.map_err(refused)?;
    Ok(Json(json!({"id": number.to_string(), "step": "waiting"})))
}

async fn changed(State(bare): State<Arc<Bare>>, Path(number): Path<i64>) -> Answer {
    bare.finish(number).await.map_err(refused)?;
    Ok(Json(json!({"id": number.to_string(), "step": "done"})))
}

fn refused(error: anyhow::Error) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}"))
}

fn name(number: i64) -> String {
    format!("bare-{number}")
}

fn moved(number: i64, expected_version: u64, step: &str) -> Change {
    let instance = Box::new(row(number, expected_version + 1, step));
    Change::UpdateInstance { instance, expected_version }
}

fn row(number: i64, version: u64, step: &str) -> InstanceRow {
    let phase = if step == "done" { PhaseName::Ended } else { PhaseName::Resting };
    let summary = InstanceSummary {
        id: name(number),
        number,
        workflow: "bare".to_owned(),
        definition: "bare".to_owned(),
        version,
        step: step.to_owned(),
        phase,
        outcome: None,
        incident: false,
        created_at_ms: 0,
        updated_at_ms: 0,
    };
    InstanceRow { summary, json: json!({"document": "DOCUMENT_PROCESS:1", "step": step}).to_string() }
}

/// Commits the intent, with the first rows of the instance, and the answer.
struct Handmade {
    bare: Arc<Bare>,
    first: Vec<Change>,
}

impl Journal for Handmade {
    fn intent<'a>(
        &'a self,
        call_id: &'a str,
        before: &'a [Exchange],
        open: &'a Exchange,
    ) -> BoxFuture<'a, Result<(), String>> {
        let exchanges = before.iter().chain(std::iter::once(open));
        let exchanges = exchanges.map(|it| changes::exchange(call_id, it)).collect::<Result<Vec<_>, _>>();
        async move {
            let changes = self.first.iter().cloned().chain(exchanges.map_err(|e| e.to_string())?).collect();
            self.bare.commit(changes).await.map_err(|e| e.to_string())
        }
        .boxed()
    }

    fn response<'a>(&'a self, call_id: &'a str, answered: &'a Exchange) -> BoxFuture<'a, Result<(), String>> {
        let change = changes::exchange(call_id, answered);
        async move {
            let change = change.map_err(|e| e.to_string())?;
            self.bare.commit(vec![change]).await.map_err(|e| e.to_string())
        }
        .boxed()
    }

    fn document_created<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<(), String>> {
        std::future::ready(Ok(())).boxed()
    }
}
