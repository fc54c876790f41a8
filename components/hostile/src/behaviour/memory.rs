//! Taking memory: the component's own, and through arguments and answers the host's.
//!
//! Not here: many small things (`flood.rs`).

use std::hint::black_box;

use countersign_sdk::Host;
use countersign_sdk::contract::actions::{RecipientReference, SentDocument};
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, Order, SEND, saw};
use crate::{ask, raw};

const MIB: usize = 1024 * 1024;
const HUNDRED_MB: usize = 100_000_000;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "memory-hoard",
        does: "Takes memory, a megabyte at a time, until there is none.",
        action: SEND,
        end: End::Trapped("other"),
        run: hoard,
    },
    Behaviour {
        name: "list-to-host",
        does: "Hands a list of 100 MB to the host.",
        action: SEND,
        end: End::Trapped("other"),
        run: list_to_host,
    },
    Behaviour {
        name: "list-of-one-place",
        does: "Hands a list to the host that says the same megabyte a hundred times.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, order| {
            raw::log_same_text(&"m".repeat(MIB), order.times(100));
            Ok(saw("a list taken"))
        },
    },
    Behaviour {
        name: "list-of-nothing",
        does: "Hands a list to the host that lies outside its own memory.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| {
            raw::log_from(usize::MAX - MIB, MIB);
            Ok(saw("a list taken"))
        },
    },
    Behaviour {
        name: "string-of-no-text",
        does: "Hands a string to the host that is no UTF-8.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| {
            raw::log_bytes(&[0xc3, 0x28, 0xff, 0xfe]);
            Ok(saw("a string taken"))
        },
    },
    Behaviour {
        name: "string-returned",
        does: "Returns a document id of 100 MB.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| Ok(SentDocument { document_id: "d".repeat(HUNDRED_MB), ..saw("") }),
    },
    Behaviour {
        name: "list-returned",
        does: "Returns a million recipients.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, order| {
            let recipient = RecipientReference { row_key: String::new(), reference: String::new() };
            Ok(SentDocument { recipients: vec![recipient; order.times(1_000_000)], ..saw("") })
        },
    },
    Behaviour {
        name: "failure-returned",
        does: "Fails with a message of 100 MB.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| Err(Failure::Locked("f".repeat(HUNDRED_MB))),
    },
];

fn hoard(_: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    let mut hoard = Vec::new();
    while black_box(true) {
        hoard.push(black_box(vec![1_u8; MIB]));
    }
    Ok(saw(hoard.len().to_string()))
}

fn list_to_host(host: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    let list = vec![1_u8; HUNDRED_MB];
    let id = host
        .create_attachment("large.bin", "application/octet-stream", &list)
        .map_err(ask::attachment_failure)?;
    Ok(saw(id.to_string()))
}
