//! The journal of one call, in the store: intents before requests leave, responses before the component sees them.
//!
//! Not here: when they are told (`sandbox/capability/http`), and how the record is used after a crash (`recovery.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign_sandbox::exchange::Exchange;
use countersign_sandbox::journal::Journal;
use countersign_store::change::Change;
use countersign_workflow::event::{Actor, What};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::changes;
use crate::failpoint::{self, Point};
use crate::host::Host;

/// The journal of the calls of one instance.
pub struct CallJournal {
    host: Arc<Host>,
    instance_id: String,
    /// Exchanges up to this number are in the store with their answers.
    closed: AtomicU32,
}

impl CallJournal {
    /// A journal that writes to the host's store.
    pub fn new(host: Arc<Host>, instance_id: &str) -> Self {
        Self { host, instance_id: instance_id.to_owned(), closed: AtomicU32::new(0) }
    }

    /// The number up to which exchanges need not be written again at the end of the call.
    pub fn closed(&self) -> u32 {
        self.closed.load(Ordering::Relaxed)
    }

    async fn commit<'a>(
        &self,
        call_id: &str,
        exchanges: impl Iterator<Item = &'a Exchange>,
    ) -> Result<(), String> {
        let changes: Vec<Change> = exchanges
            .map(|e| changes::exchange(call_id, e))
            .collect::<Result<_, _>>()
            .map_err(|e| e.to_string())?;
        self.host.write_for_call(&self.instance_id, changes).await.map_err(|e| e.to_string())
    }

    /// Notes that the exchanges up to this number are durable with their answers.
    fn note(&self, number: u32) {
        self.closed.fetch_max(number, Ordering::Relaxed);
    }
}

impl Journal for CallJournal {
    fn intent<'a>(
        &'a self,
        call_id: &'a str,
        before: &'a [Exchange],
        open: &'a Exchange,
    ) -> BoxFuture<'a, Result<(), String>> {
        async move {
            failpoint::pass(Point::BeforeIntent);
            self.commit(call_id, before.iter().chain(std::iter::once(open))).await?;
            failpoint::pass(Point::AfterIntent);
            self.note(open.number.saturating_sub(1));
            Ok(())
        }
        .boxed()
    }

    fn response<'a>(&'a self, call_id: &'a str, answered: &'a Exchange) -> BoxFuture<'a, Result<(), String>> {
        async move {
            failpoint::pass(Point::BeforeResponse);
            self.commit(call_id, std::iter::once(answered)).await?;
            failpoint::pass(Point::AfterResponse);
            self.note(answered.number);
            Ok(())
        }
        .boxed()
    }

    fn document_created<'a>(
        &'a self,
        call_id: &'a str,
        document_id: &'a str,
    ) -> BoxFuture<'a, Result<(), String>> {
        let what = What::DocumentCreated { call_id: call_id.to_owned(), document_id: document_id.to_owned() };
        async move {
            failpoint::pass(Point::BeforeDocument);
            let submitted = self.host.submit(&self.instance_id, Actor::default(), what, Vec::new()).await;
            failpoint::pass(Point::AfterDocument);
            submitted.map(|_| ()).map_err(|e| e.to_string())
        }
        .boxed()
    }
}
