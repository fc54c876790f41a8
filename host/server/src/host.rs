//! The host of one process: everything assembled, and the questions others ask of it.
//!
//! Not here: how an event moves an instance (`main_loop.rs`) and how a call is made (`perform.rs`).

mod files;
mod lookups;
pub(crate) mod open;
pub(crate) mod restored;
pub(crate) mod rows;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use countersign_sandbox::connection::Connection;
use countersign_sandbox::contract::data_sources::Source;
use countersign_sandbox::provider::Provider;
use countersign_sandbox::transport::Transport;
use countersign_store::{RestoreRow, Store};
use countersign_workflow::load::Workflow;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, Semaphore, watch};

use crate::clock::Clock;
use crate::gate::{ConnectionLimits, Gates};
use crate::once::KeysInUse;
use crate::turns::Turns;

/// A connection with the component that works over it.
#[derive(Clone)]
pub struct BoundConnection {
    /// Addresses, credentials, settings.
    pub connection: Arc<Connection>,
    /// The component.
    pub provider: Arc<Provider>,
    /// Its data sources.
    pub sources: Vec<Source>,
    /// How many requests it may send, and when it rests.
    pub limits: ConnectionLimits,
    /// Ids of the rows of those sources that need no connection: what a choice may hold.
    pub choices: BTreeMap<String, Vec<String>>,
}

/// Everything a running host holds. No memory grows with the number of instances.
pub struct Host {
    /// Its time.
    pub clock: Arc<Clock>,
    pub(crate) store: Store,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) call_timeout: Duration,
    pub(crate) event_waits_max: Duration,
    pub(crate) gates: Gates,
    pub(crate) calls: Semaphore,
    /// Calls begun and not ended: what a graceful stop waits for. Those before a gate are not among them.
    pub(crate) calls_running: watch::Sender<usize>,
    pub(crate) turns: Turns,
    pub(crate) keys_in_use: KeysInUse,
    /// Wakes whoever reads messages and tells events.
    pub(crate) inbox: Notify,
    /// The debug switch of C134.
    pub(crate) log_webhooks: bool,
    pub(crate) webhook_bytes_max: usize,
    connections: BTreeMap<String, BoundConnection>,
    offered: BTreeMap<String, Arc<Workflow>>,
    definitions: RwLock<HashMap<String, Arc<Workflow>>>,
    redirects: Mutex<HashMap<String, String>>,
    /// Why the data may not know what was sent, when that is so.
    restored: RwLock<Option<RestoreRow>>,
    api_token: Option<SecretString>,
}

impl Host {
    /// Whether a caller may come in: the host has no token, or this is it (compared in constant time).
    pub fn is_api_token(&self, given: Option<&[u8]>) -> bool {
        use subtle::ConstantTimeEq;
        match (&self.api_token, given) {
            (None, _) => true,
            (Some(token), Some(given)) => token.expose_secret().as_bytes().ct_eq(given).into(),
            (Some(_), None) => false,
        }
    }

    /// Keeps an address until the person whose act led to it asks.
    pub(crate) fn keep_redirect(&self, instance_id: &str, url: String) {
        if let Ok(mut redirects) = self.redirects.lock() {
            redirects.insert(instance_id.to_owned(), url);
        }
    }

    /// The address the last act of this instance led to, once.
    pub fn take_redirect(&self, instance_id: &str) -> Option<String> {
        self.redirects.lock().ok()?.remove(instance_id)
    }
}
