//! Taking time: computing or waiting without end.
//!
//! Not here: memory (`memory.rs`) and output (`flood.rs`) without end.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, Order, SEND, saw};
use crate::ask;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "endless-loop",
        does: "Computes forever.",
        action: SEND,
        end: End::TimedOut("transient"),
        run: endless_loop,
    },
    Behaviour {
        name: "endless-recursion",
        does: "Calls itself until the stack is full.",
        action: SEND,
        end: End::Trapped("other"),
        run: |_, _| Ok(saw(deeper(1).to_string())),
    },
    Behaviour {
        name: "endless-wait",
        does: "Waits for a response that never comes.",
        action: SEND,
        end: End::Refused("transient"),
        run: |host, _| {
            ask::send(host, &ask::get(&["documents", "never"])).map(|response| saw(ask::text(&response)))
        },
    },
    Behaviour {
        name: "endless-wait-after-create",
        does: "Creates a document, then waits again and again for a response that never comes.",
        action: SEND,
        end: End::TimedOut("in-doubt"),
        run: wait_after_create,
    },
    Behaviour {
        name: "endless-requests",
        does: "Asks the provider again and again until it is refused.",
        action: SEND,
        end: End::Refused("denied"),
        run: endless_requests,
    },
    Behaviour {
        name: "sleep",
        does: "Sleeps for a day.",
        action: SEND,
        end: End::TimedOut("transient"),
        run: |_, _| {
            thread::sleep(Duration::from_secs(24 * 60 * 60));
            Ok(saw("a day later"))
        },
    },
];

fn endless_loop(_: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    let mut count = 0_u64;
    while black_box(true) {
        count = black_box(count.wrapping_add(1));
    }
    Ok(saw(count.to_string()))
}

fn wait_after_create(host: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    ask::send(host, &ask::create())?;
    while black_box(true) {
        let _ = host.send(&ask::get(&["documents", "never"]));
    }
    Ok(saw("the response"))
}

fn endless_requests(host: &dyn Host, order: &Order<'_>) -> Result<SentDocument, Failure> {
    for _ in 0..order.times(1_000_000) {
        ask::send(host, &ask::get(&["documents", "D-1"]))?;
    }
    Ok(saw("every answer"))
}

/// The frame is large and used after the call, so that no optimisation makes a loop of it.
fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    let below = if black_box(true) { deeper(depth + 1) } else { 0 };
    below.wrapping_add(black_box(frame).iter().sum())
}
