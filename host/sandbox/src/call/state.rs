//! What the host knows of a call while it runs: the data of its store.
//!
//! Not here: what it is given and what came of it (`call.rs`).

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;
use wasmtime::{ResourceLimiter, Store};
use wasmtime_wasi::{ResourceTable, WasiCtx};

use super::{CallInput, EndedBy, deadline};
use crate::attachment::{AttachmentInfo, AttachmentStore};
use crate::capability::http::grant::Rule;
use crate::capability::log::LogBook;
use crate::capability::wasi::Console;
use crate::connection::Connection;
use crate::contract::ActionInput;
use crate::exchange::Exchange;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::sandbox::Sandbox;
use crate::transport::Transport;

/// The data of a call's store.
pub(crate) struct CallState {
    pub(crate) limits: Arc<Limits>,
    pub(crate) now_ms: i64,
    pub(crate) seed: u64,
    pub(crate) deadline: Instant,
    pub(crate) guest_ticks_left: u64,
    pub(crate) meter: Meter,
    pub(crate) log: LogBook,
    /// Made when the guest first touches WASI: most calls never do.
    pub(crate) wasi: Option<WasiCtx>,
    pub(crate) console: Console,
    pub(crate) table: ResourceTable,
    /// What it was granted; none while a pure function runs.
    pub(crate) work: Option<Work>,
    /// Why the host ended it, when it did.
    pub(crate) ended: Option<EndedBy>,
}

/// What a call was granted, and what it did with it.
pub(crate) struct Work {
    pub(crate) id: String,
    pub(crate) action: &'static str,
    pub(crate) rules: Arc<[Rule]>,
    pub(crate) connection: Arc<Connection>,
    pub(crate) acting_user: Option<String>,
    pub(crate) granted: Vec<AttachmentInfo>,
    pub(crate) created: Vec<AttachmentInfo>,
    pub(crate) next_attachment: u32,
    pub(crate) attachments: Arc<dyn AttachmentStore>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) exchanges: Vec<Exchange>,
    /// So many of the exchanges are in the journal.
    pub(crate) journaled: usize,
    /// What an earlier run of this call recorded and this one has not asked for yet.
    pub(crate) replay: VecDeque<Exchange>,
    /// Bytes of response bodies that entered the component.
    pub(crate) received_bytes: u64,
    pub(crate) document_id: Option<String>,
}

/// Bounds and measures memory and tables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meter {
    memory_bytes_max: usize,
    table_elements_max: usize,
    held_bytes: usize,
    pub(crate) refused: bool,
}

impl CallState {
    /// A state without any grant: enough for the pure functions.
    pub(crate) fn pure(sandbox: &Sandbox, deadline: Instant) -> Self {
        let limits = Arc::clone(&sandbox.limits);
        let mut table = ResourceTable::new();
        table.set_max_capacity(usize::try_from(limits.resources_max).unwrap_or(usize::MAX));
        Self {
            now_ms: 0,
            seed: 0,
            deadline,
            guest_ticks_left: limits.guest_ticks(),
            meter: Meter::new(&limits),
            log: LogBook::default(),
            wasi: None,
            console: Console::default(),
            table,
            work: None,
            ended: None,
            limits,
        }
    }

    /// Puts it into a fresh store, bounded and armed.
    pub(crate) fn into_store(self, sandbox: &Sandbox) -> Store<Self> {
        let hostcall_bytes_max = usize::try_from(self.limits.hostcall_bytes_max).unwrap_or(usize::MAX);
        let resources_max = usize::try_from(self.limits.resources_max).unwrap_or(usize::MAX);
        let mut store = Store::new(&sandbox.engine, self);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(hostcall_bytes_max);
        store.set_max_component_handles(resources_max);
        deadline::arm(&mut store);
        store
    }

    /// Ends the call: the guest never runs on after this error.
    pub(crate) fn end(&mut self, by: EndedBy) -> wasmtime::Error {
        let words = format!("the host ended the call: {by:?}");
        self.ended.get_or_insert(by);
        wasmtime::Error::msg(words)
    }

    /// Ends it because its time is over.
    pub(crate) fn time_out(&mut self) -> wasmtime::Error {
        self.end(EndedBy::TimedOut)
    }

    /// The grant, or the end of a pure function that reached for one.
    pub(crate) fn work(&mut self, import: &str) -> wasmtime::Result<&mut Work> {
        if self.work.is_none() {
            let message = format!("`{import}` was called from a function that must be pure");
            return Err(self.end(EndedBy::BrokeContract(message)));
        }
        self.work.as_mut().ok_or_else(|| wasmtime::Error::msg("no grant"))
    }
}

impl Work {
    /// Takes what a call is given; its action goes to the guest.
    pub(crate) fn new(input: CallInput, rules: Arc<[Rule]>, replay: Vec<Exchange>) -> (Self, ActionInput) {
        let acting_user = input.acting_user.or_else(|| input.connection.config.acting_user.clone());
        let work = Self {
            id: input.id,
            action: input.action.name(),
            rules,
            connection: input.connection,
            acting_user,
            granted: input.granted,
            created: Vec::new(),
            next_attachment: input.next_attachment,
            attachments: input.attachments,
            journal: input.journal,
            transport: input.transport,
            exchanges: Vec::new(),
            journaled: 0,
            replay: replay.into(),
            received_bytes: 0,
            document_id: None,
        };
        (work, input.action)
    }

    /// A file this call may use: granted to it, or made by it.
    pub(crate) fn attachment(&self, id: u32) -> Option<&AttachmentInfo> {
        self.granted.iter().chain(&self.created).find(|info| info.id == id)
    }

    /// Numbers a new file and remembers it.
    pub(crate) fn keep(&mut self, name: String, media_type: String, (size, sha256): (u64, String)) -> u32 {
        let id = self.next_attachment;
        self.next_attachment = id.saturating_add(1);
        self.created.push(AttachmentInfo { id, name, media_type, size, sha256 });
        id
    }
}

impl Meter {
    fn new(limits: &Limits) -> Self {
        Self {
            memory_bytes_max: usize::try_from(limits.memory_bytes_max).unwrap_or(usize::MAX),
            table_elements_max: usize::try_from(limits.table_elements_max).unwrap_or(usize::MAX),
            held_bytes: 0,
            refused: false,
        }
    }

    /// The most linear memory held; memories only grow.
    pub(crate) fn peak_bytes(&self) -> u64 {
        self.held_bytes as u64
    }
}

impl ResourceLimiter for Meter {
    /// The bound covers all memories of the call together.
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let held = self.held_bytes.saturating_add(desired.saturating_sub(current));
        if held > self.memory_bytes_max {
            self.refused = true;
            return Ok(false);
        }
        self.held_bytes = held;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= self.table_elements_max)
    }
}
