//! Drafts that nobody knows the id of: the request that makes one got no answer, and may have been processed all the same.
//!
//! The component repeats it, because a draft that is never sent harms nobody; this only keeps count, from the recorded
//! exchanges of a send. Not here: drafts whose id is known (`workflow/automation/sending.rs`).

use countersign_sandbox::call::CallEnd;
use countersign_sandbox::exchange::{Exchange, RecordedBody, RecordedResponse, Repeat};
use countersign_store::change::Change;
use countersign_store::row::orphan::OrphanRow;
use countersign_workflow::effect::CallRequest;

/// A send that begins without a draft, so that it makes one.
pub struct Making {
    orphan: OrphanRow,
    /// Such a request was open when an earlier host stopped; it is sent again, and its number gets the second answer.
    open: usize,
}

impl Making {
    /// None when the call makes no draft.
    pub fn of(instance_id: &str, request: &CallRequest, recorded: Option<&[Exchange]>) -> Option<Self> {
        let text = |key: &str| request.input.get(key)?.as_str().map(str::to_owned);
        if request.action != "send-for-signature" || text("resume-document").is_some() {
            return None;
        }
        let is_open = |exchange: &&Exchange| exchange.response.is_none() && is_repeatable(exchange);
        Some(Self {
            orphan: OrphanRow {
                instance_id: instance_id.to_owned(),
                connection: request.connection.clone(),
                document_id: None,
                client_reference: text("client-reference").unwrap_or_default(),
                standing: "unsent".to_owned(),
                why: "the answer to its making was lost, so there may be one".to_owned(),
                at_ms: 0,
            },
            open: recorded.unwrap_or_default().iter().filter(is_open).count(),
        })
    }

    /// One row for each draft that may have been made without an answer.
    pub fn left(&self, end: &CallEnd, at_ms: i64) -> Vec<Change> {
        let lost = before_the_document(end).iter().filter(|exchange| is_lost(exchange)).count();
        let orphan = OrphanRow { at_ms, ..self.orphan.clone() };
        vec![Change::Orphan(Box::new(orphan)); self.open + lost]
    }
}

/// What was asked before the answer that names the document: later requests make no draft.
fn before_the_document(end: &CallEnd) -> &[Exchange] {
    let names = |exchange: &Exchange| match (&exchange.response, &end.document_id) {
        (Some(RecordedResponse::Answered { body: RecordedBody::Text(text), .. }), Some(id)) => {
            text.contains(id.as_str())
        }
        _ => false,
    };
    let until = end.exchanges.iter().position(names).unwrap_or(end.exchanges.len());
    end.exchanges.get(..until).unwrap_or_default()
}

fn is_lost(exchange: &Exchange) -> bool {
    let processed = match &exchange.response {
        None => true,
        Some(RecordedResponse::Failed { maybe_sent, .. }) => *maybe_sent,
        Some(RecordedResponse::Answered { status, .. }) => *status >= 500,
    };
    processed && is_repeatable(exchange)
}

fn is_repeatable(exchange: &Exchange) -> bool {
    exchange.request.repeat == Repeat::Repeatable
}
