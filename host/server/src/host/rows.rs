//! Rows of data sources, read through the component that offers them, and asking for what belongs to no instance.

use std::sync::Arc;
use std::time::Duration;

use countersign_sandbox::call::CallInput;
use countersign_sandbox::contract::data_sources::{Row, RowsInput};
use countersign_sandbox::contract::types::Setting;
use countersign_sandbox::contract::{ActionInput, ActionOutcome, Failure};
use countersign_sandbox::journal::Unjournaled;
use countersign_sandbox::transport::Transport;
use countersign_store::Store;
use tracing::warn;

use super::{BoundConnection, Host};
use crate::files::InstanceFiles;
use crate::problem::Problem;

/// What a call for rows needs beside its connection.
pub(crate) struct Means<'a> {
    pub(crate) store: &'a Store,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) deadline: Duration,
    pub(crate) now_ms: i64,
}

/// Reads the values of all choices whose source needs no request, so that forms are checked without any.
pub(crate) async fn read_choices(bound: &mut BoundConnection, means: &Means<'_>) {
    let sources = bound.sources.clone();
    for source in sources.iter().filter(|source| !source.needs_connection) {
        match read(bound, &source.id, None, means).await {
            Ok(rows) => {
                let ids = rows.into_iter().map(|row| row.id).collect();
                bound.choices.insert(source.id.clone(), ids);
            }
            Err(failure) => warn!(source = source.id, "the rows of a data source cannot be read: {failure}"),
        }
    }
}

/// Reads the rows of one source; the connection's settings narrow them.
async fn read(
    bound: &BoundConnection,
    source: &str,
    filter: Option<String>,
    means: &Means<'_>,
) -> Result<Vec<Row>, Failure> {
    let setting = |(name, value): (&String, &String)| Setting { name: name.clone(), value: value.clone() };
    let settings = bound.connection.config.settings.iter().map(setting).collect();
    let rows = ActionInput::Rows(RowsInput { source: source.to_owned(), filter, settings });
    let outcome = ask(bound, rows, means).await?;
    Ok(if let ActionOutcome::Rows(rows) = outcome { rows } else { Vec::new() })
}

/// Asks a provider what belongs to no instance and changes nothing: no journal is kept of it.
pub(crate) async fn ask(
    bound: &BoundConnection,
    action: ActionInput,
    means: &Means<'_>,
) -> Result<ActionOutcome, Failure> {
    let input = CallInput {
        id: format!("ask-{}", uuid::Uuid::now_v7()),
        connection: bound.connection.clone(),
        action,
        acting_user: None,
        now_ms: means.now_ms,
        seed: 0,
        granted: Vec::new(),
        next_attachment: 1,
        attachments: Arc::new(InstanceFiles(means.store.clone())),
        journal: Arc::new(Unjournaled),
        transport: means.transport.clone(),
        deadline: means.deadline,
    };
    bound.provider.call(input).await.result
}

impl Host {
    /// The rows of a data source, asking the provider when it must.
    pub async fn rows(
        &self,
        connection: &str,
        source: &str,
        filter: Option<String>,
    ) -> Result<Result<Vec<Row>, Failure>, Problem> {
        let bound = self.connection(connection)?;
        let asks = bound.sources.iter().any(|offered| offered.id == source && offered.needs_connection);
        let pass = if asks { self.pass_by(connection)? } else { None };
        let (transport, deadline) = (self.transport(pass), self.call_timeout);
        let means = Means { store: &self.store, transport, deadline, now_ms: self.clock.now_ms() };
        Ok(read(bound, source, filter, &means).await)
    }
}
