//! What the sandbox needs of a journal, so that nothing is sent twice whatever crashes.
//!
//! Not here: where it is kept (`host/store`), and which exchange is told when (`capability/http.rs`).

use futures_util::future::BoxFuture;

use crate::exchange::Exchange;

/// The durable record of one call's exchanges. Every method returns only when its facts are committed;
/// an error ends the call.
pub trait Journal: Send + Sync {
    /// A request that changes something is about to leave. `before` holds the exchanges that ended since the last
    /// durable write (requests that only read wait for it); commit them together with the open one.
    fn intent<'a>(
        &'a self,
        call_id: &'a str,
        before: &'a [Exchange],
        open: &'a Exchange,
    ) -> BoxFuture<'a, Result<(), String>>;

    /// The answer to the last intent, before the component sees it.
    fn response<'a>(&'a self, call_id: &'a str, answered: &'a Exchange) -> BoxFuture<'a, Result<(), String>>;

    /// The provider's id of the document, as soon as the component knows it. The same id may come again.
    fn document_created<'a>(
        &'a self,
        call_id: &'a str,
        document_id: &'a str,
    ) -> BoxFuture<'a, Result<(), String>>;
}

/// Keeps nothing: for tests, for data sources and for calls that only read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unjournaled;

impl Journal for Unjournaled {
    fn intent<'a>(
        &'a self,
        _: &'a str,
        _: &'a [Exchange],
        _: &'a Exchange,
    ) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn response<'a>(&'a self, _: &'a str, _: &'a Exchange) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn document_created<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
