//! A call as a journal holds it: everything needed to run it again, and what came of it.
//!
//! Not here: where it was kept (whoever records), running it again (`replay.rs`), making a case of it (`export.rs`).

use std::collections::BTreeMap;

use countersign_sandbox::attachment::AttachmentInfo;
use countersign_sandbox::exchange::Exchange;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One recorded call. Nothing in it is secret: credentials are added after recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recording {
    /// The host's id of the call.
    pub call: String,
    /// The operator's name of the connection.
    pub connection: String,
    /// Its roles.
    pub roles: Vec<String>,
    /// Its settings, without the defaults of the manifest.
    pub settings: BTreeMap<String, String>,
    /// In whose context it ran: the call's own user, or the connection's.
    pub acting_user: Option<String>,
    /// The action.
    pub action: String,
    /// Its input, with the names of the contract.
    pub input: Value,
    /// The time it saw.
    pub now_ms: i64,
    /// Where its random numbers came from.
    pub seed: u64,
    /// The files it could use.
    pub granted: Vec<AttachmentInfo>,
    /// The number of the first file it made.
    pub next_attachment: u32,
    /// Its exchanges, in order.
    pub exchanges: Vec<Exchange>,
    /// What came of it.
    pub result: RecordedResult,
    /// The files it made.
    pub created: Vec<AttachmentInfo>,
}

/// What came of a recorded call, with the names of the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedResult {
    /// It succeeded.
    Outcome(Value),
    /// It failed.
    Failure(Value),
}
