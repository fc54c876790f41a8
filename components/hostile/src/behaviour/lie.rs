//! Answers that cannot be true, and acts as if they were.
//!
//! Not here: answers that are too large (`memory.rs`).

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{RecipientReference, SentDocument};
use countersign_sdk::contract::types::{Failure, TransientFault};

use super::{Behaviour, End, Order, SEND, saw};
use crate::ask;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "two-documents",
        does: "Tells two document ids in one call.",
        action: SEND,
        end: End::BrokeContract("other"),
        run: |host, _| {
            host.document_created("D-1");
            host.document_created("D-2");
            Ok(saw("two documents"))
        },
    },
    Behaviour {
        name: "another-document",
        does: "Tells one document id and returns another.",
        action: SEND,
        end: End::BrokeContract("in-doubt"),
        run: |host, _| {
            let created = ask::send(host, &ask::create())?;
            host.document_created(&ask::text(&created));
            Ok(saw("another document"))
        },
    },
    Behaviour {
        name: "document-without-id",
        does: "Tells an empty document id.",
        action: SEND,
        end: End::BrokeContract("other"),
        run: |host, _| {
            host.document_created("");
            Ok(saw("no document"))
        },
    },
    Behaviour {
        name: "outcome-without-id",
        does: "Says that it sent a document, and returns an empty id.",
        action: SEND,
        end: End::BrokeContract("in-doubt"),
        run: outcome_without_id,
    },
    Behaviour {
        name: "nothing-happened",
        does: "Creates a document, then fails as if nothing had happened and a repeat were harmless.",
        action: SEND,
        end: End::Refused("in-doubt"),
        run: |host, _| {
            ask::send(host, &ask::create())?;
            let message = "nothing happened, try again".to_owned();
            Err(Failure::Transient(TransientFault { message, retry_after_ms: Some(0) }))
        },
    },
    Behaviour {
        name: "sends-again-blindly",
        does: "Creates a document, and creates another when it cannot know whether the first one was made.",
        action: SEND,
        // With a provider that answers there is no doubt. Conformance cuts the call, and finds it.
        end: End::Harmless,
        run: send_again_blindly,
    },
    Behaviour {
        name: "recipient-of-nobody",
        does: "Returns a recipient of a row that it was not given.",
        action: SEND,
        end: End::BrokeContract("other"),
        run: |_, _| {
            let nobody = RecipientReference { row_key: "nobody".to_owned(), reference: "R-1".to_owned() };
            Ok(SentDocument { recipients: vec![nobody], ..saw("a recipient") })
        },
    },
    Behaviour {
        name: "attachment-of-nobody",
        does: "Returns an attachment that it neither made nor was granted.",
        action: "get-document",
        end: End::BrokeContract("other"),
        run: |_, _| Ok(saw("4711")),
    },
];

fn outcome_without_id(host: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    ask::send(host, &ask::create())?;
    Ok(SentDocument { document_id: String::new(), ..saw("no id") })
}

fn send_again_blindly(host: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    let created = match ask::send(host, &ask::create()) {
        Err(Failure::InDoubt(_)) => ask::send(host, &ask::create())?,
        answered => answered?,
    };
    Ok(SentDocument { document_id: ask::text(&created), ..saw("") })
}
