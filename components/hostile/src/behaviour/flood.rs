//! Floods: many small things, each allowed by itself.
//!
//! Not here: one large thing (`memory.rs`).

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, Order, SEND, saw};
use crate::ask;

const MILLION: usize = 1_000_000;
const HUNDRED_THOUSAND: usize = 100_000;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "log-flood",
        does: "Logs a hundred thousand messages.",
        action: SEND,
        end: End::Harmless,
        run: |host, order| {
            (0..order.times(HUNDRED_THOUSAND))
                .for_each(|_| host.log(Level::Error, "all work and no play", &[]));
            Ok(saw("the end of it"))
        },
    },
    Behaviour {
        name: "log-of-megabytes",
        does: "Logs ten messages of a megabyte each, with a thousand pairs.",
        action: SEND,
        end: End::Harmless,
        run: |host, _| {
            let message = "m".repeat(1024 * 1024);
            let pairs = vec![("name", "value"); 1_000];
            (0..10).for_each(|_| host.log(Level::Debug, &message, &pairs));
            Ok(saw("the end of it"))
        },
    },
    Behaviour {
        name: "console-flood",
        does: "Writes a hundred thousand lines to standard output and standard error.",
        action: SEND,
        end: End::Harmless,
        run: |_, order| {
            for _ in 0..order.times(HUNDRED_THOUSAND) / 2 {
                println!("all work and no play");
                eprintln!("makes Jack a dull boy");
            }
            Ok(saw("the end of it"))
        },
    },
    Behaviour {
        name: "attachment-flood",
        does: "Makes small attachments until it is refused.",
        action: SEND,
        end: End::Refused("invalid"),
        run: attachments,
    },
    Behaviour {
        name: "handle-flood",
        does: "Opens standard output until it is refused.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, order| Ok(saw(handles(order.times(MILLION)))),
    },
    Behaviour {
        name: "random-flood",
        does: "Asks for a gigabyte of random numbers at once.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| Ok(saw(random(1 << 30))),
    },
];

fn attachments(host: &dyn Host, order: &Order<'_>) -> Result<SentDocument, Failure> {
    for number in 0..order.times(MILLION) {
        let name = format!("{number}.txt");
        host.create_attachment(&name, "text/plain", b"small").map_err(ask::attachment_failure)?;
    }
    Ok(saw("the end of it"))
}

#[cfg(target_arch = "wasm32")]
fn handles(times: usize) -> String {
    (0..times).for_each(|_| std::mem::forget(wasip2::cli::stdout::get_stdout()));
    format!("{times} handles")
}

#[cfg(not(target_arch = "wasm32"))]
fn handles(_times: usize) -> String {
    "nothing: there are no handles outside a sandbox".to_owned()
}

#[cfg(target_arch = "wasm32")]
fn random(bytes: u64) -> String {
    format!("{} bytes", wasip2::random::random::get_random_bytes(bytes).len())
}

#[cfg(not(target_arch = "wasm32"))]
fn random(_bytes: u64) -> String {
    "nothing: there is no such import outside a sandbox".to_owned()
}
