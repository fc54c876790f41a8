//! Stopping in the middle.
//!
//! Not here: stopping because something is used up (`time.rs`, `memory.rs`).

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, Order, SEND, saw};
use crate::ask;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "trap-at-once",
        does: "Traps before it has done anything.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| trap(),
    },
    Behaviour {
        name: "trap-after-read",
        does: "Traps after a request that only reads.",
        action: SEND,
        end: End::Trapped("other"),
        run: |host, _| {
            ask::send(host, &ask::get(&["documents", "D-1"]))?;
            trap()
        },
    },
    Behaviour {
        name: "trap-after-create",
        does: "Traps after a document was created, without telling its id.",
        action: SEND,
        end: End::Trapped("in-doubt"),
        run: |host, _| {
            ask::send(host, &ask::create())?;
            trap()
        },
    },
    Behaviour {
        name: "trap-after-telling",
        does: "Traps after a document was created and its id was told.",
        action: SEND,
        end: End::Trapped("in-doubt"),
        run: after_telling,
    },
    Behaviour {
        name: "exit",
        does: "Ends the process it believes to be.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| std::process::exit(0),
    },
];

fn after_telling(host: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    let created = ask::send(host, &ask::create())?;
    host.document_created(&ask::text(&created));
    trap()
}

fn trap() -> Result<SentDocument, Failure> {
    if std::hint::black_box(true) {
        #[cfg(target_arch = "wasm32")]
        core::arch::wasm32::unreachable();
    }
    Ok(saw("the other side of a trap"))
}
