//! One call: one run of one action in a fresh store, with its grant, its deadline and its journal.
//!
//! Not here: what the imports do (`capability/`), and when calls are made (`host/server`).

pub(crate) mod deadline;
mod ending;
pub(crate) mod invoke;
mod outcome;
mod pure;
pub(crate) mod state;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attachment::{AttachmentInfo, AttachmentStore};
use crate::connection::Connection;
use crate::contract::log::Level;
use crate::contract::{ActionInput, ActionOutcome, Failure};
use crate::exchange::Exchange;
use crate::journal::Journal;
use crate::provider::Provider;
use crate::transport::Transport;

pub(crate) use pure::describe_and_list;

/// Everything a call is given.
pub struct CallInput {
    /// The host's id of the call, for the journal.
    pub id: String,
    /// The connection it works over.
    pub connection: Arc<Connection>,
    /// What to do.
    pub action: ActionInput,
    /// E-mail of the user in whose context it runs; none takes the connection's.
    pub acting_user: Option<String>,
    /// The time it sees, frozen.
    pub now_ms: i64,
    /// Where its random numbers and boundaries come from. The same seed gives the same bytes.
    pub seed: u64,
    /// The files it may use.
    pub granted: Vec<AttachmentInfo>,
    /// The number of the first file it makes.
    pub next_attachment: u32,
    /// Where files are.
    pub attachments: Arc<dyn AttachmentStore>,
    /// Where its exchanges are made durable.
    pub journal: Arc<dyn Journal>,
    /// What carries its requests.
    pub transport: Arc<dyn Transport>,
    /// How long it may take, host calls included.
    pub deadline: Duration,
}

/// Everything that came of a call.
#[derive(Debug, Clone)]
pub struct CallEnd {
    /// What the component answered, or why there is no answer.
    pub result: Result<ActionOutcome, Failure>,
    /// Its exchanges in order; the last one is open when the call ended in the middle of it.
    pub exchanges: Vec<Exchange>,
    /// Its messages, secrets masked.
    pub log: Vec<LogLine>,
    /// The files it made.
    pub created: Vec<AttachmentInfo>,
    /// The provider's id of the document, when the component told it.
    pub document_id: Option<String>,
    /// How it ended.
    pub ended_by: EndedBy,
    /// How long it took.
    pub duration: Duration,
    /// The most linear memory it held.
    pub memory_peak_bytes: u64,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBy {
    /// The component returned, with an outcome or a failure of its own.
    Returned,
    /// The component trapped; its words and where.
    Trapped(String),
    /// Its deadline passed, or its computing time was used up.
    TimedOut,
    /// The journal could not be written.
    JournalFailed(String),
    /// It broke a rule of the contract that no answer can express.
    BrokeContract(String),
    /// Run again from its journal, it asked for something else than before.
    Diverged(String),
    /// The host had no room for it before its deadline.
    NoRoom,
}

/// One message for the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LogLine {
    /// Who says it.
    pub source: LogSource,
    /// How much it matters.
    pub level: Level,
    /// The sentence.
    pub message: String,
    /// Names and values beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<(String, String)>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogSource {
    /// The component, by `log.write`.
    Component,
    /// The component, by standard output or standard error.
    Console,
    /// The sandbox.
    Host,
}

impl Provider {
    /// Runs one action. Never fails as such: whatever happens is told by the [`CallEnd`], and harms no other call.
    pub async fn call(&self, input: CallInput) -> CallEnd {
        self.run(input, Vec::new()).await
    }

    /// Runs a call again from its journal: recorded exchanges are answered from the record, and the call goes on
    /// live at the first open one. There, a `once` request answers `in-doubt`; others are sent again.
    pub async fn resume(&self, input: CallInput, journal: Vec<Exchange>) -> CallEnd {
        self.run(input, journal).await
    }
}
