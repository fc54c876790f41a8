//! Looking for an outside: arguments, environment, input, clocks, random numbers, the bits of a NaN.
//!
//! All of it must be empty, or the same in every run of a call. Not here: floods through the same imports (`flood.rs`).

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::hint::black_box;
use std::io::Read;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::{Behaviour, End, SEND, saw};

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "look-around",
        does: "Reads arguments, environment and standard input; there are none.",
        action: SEND,
        end: End::Harmless,
        run: |_, _| {
            let mut input = String::new();
            let read = std::io::stdin().read_to_string(&mut input).unwrap_or_default();
            Ok(saw(format!("{} {} {read}", std::env::args().count(), std::env::vars().count())))
        },
    },
    Behaviour {
        name: "look-at-clocks",
        does: "Compares the clocks, which stand still.",
        action: SEND,
        end: End::Harmless,
        run: |host, _| {
            let started = Instant::now();
            let wall = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
            let (before, after) = (wall(), wall());
            Ok(saw(format!("{before} {after} {} {}", host.now(), started.elapsed().as_nanos())))
        },
    },
    Behaviour {
        name: "throw-dice",
        does: "Takes random numbers, which are the same in every run of one call.",
        action: SEND,
        end: End::Harmless,
        run: |_, _| Ok(saw(format!("{:x}", RandomState::new().hash_one(1)))),
    },
    Behaviour {
        name: "nan-bits",
        does: "Returns the bits of computed NaNs, which are the same on every machine.",
        action: SEND,
        end: End::Harmless,
        run: |_, _| Ok(saw(nans())),
    },
];

/// NaNs whose sign and payload differ between processors unless somebody makes them equal.
fn nans() -> String {
    let (zero, nought) = (black_box(0.0_f64), black_box(0.0_f64));
    let (high, low) = (black_box(f64::INFINITY), black_box(f64::NEG_INFINITY));
    let payload = black_box(f64::from_bits(0xfff8_0000_0000_1234));
    let nans = [zero / nought, high + low, payload + 1.0, (-black_box(1.0_f64)).sqrt()];
    nans.map(|nan| format!("{:016x}", black_box(nan).to_bits())).join(" ")
}
