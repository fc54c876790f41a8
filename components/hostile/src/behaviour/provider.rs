//! A provider that answers badly; the component only passes on what it sees.
//!
//! The document's id tells the provider what to do. Not here: the provider.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::http::{Destination, NewAttachment, Request};
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, SEND, saw};
use crate::ask;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "redirect-to-metadata",
        does: "The provider redirects to the cloud's metadata address; the redirect is data.",
        action: SEND,
        end: End::Refused("rejected"),
        run: |host, _| seen(host, &ask::get(&["documents", "redirect"])),
    },
    Behaviour {
        name: "endless-answer",
        does: "The provider answers without end, and the component wants all of it.",
        action: SEND,
        end: End::Refused("other"),
        run: |host, _| {
            let request = ask::get(&["documents", "endless"]);
            seen(host, &Request { destination: Destination::Inline(u32::MAX), ..request })
        },
    },
    Behaviour {
        name: "endless-file",
        does: "The provider answers without end, and the component wants it in an attachment.",
        action: SEND,
        end: End::Refused("other"),
        run: |host, _| {
            let file =
                NewAttachment { name: "endless.pdf".to_owned(), media_type: "application/pdf".to_owned() };
            let request = ask::get(&["documents", "endless"]);
            seen(host, &Request { destination: Destination::Attachment(file), ..request })
        },
    },
    Behaviour {
        name: "answer-header-bomb",
        does: "The provider answers with ten thousand headers.",
        action: SEND,
        end: End::Refused("other"),
        run: |host, _| seen(host, &ask::get(&["documents", "headers"])),
    },
    Behaviour {
        name: "answer-header-of-a-megabyte",
        does: "The provider answers with one header of a megabyte.",
        action: SEND,
        end: End::Refused("other"),
        run: |host, _| seen(host, &ask::get(&["documents", "header"])),
    },
];

fn seen(host: &dyn Host, request: &Request) -> Result<SentDocument, Failure> {
    ask::send(host, request).map(|response| saw(ask::text(&response).len().to_string()))
}
