//! How connections stand, on a terminal.

use anstream::println;

use super::{BAD, NOTE, time};
use crate::gate::{BreakerView, GateView};

/// A line for each connection.
pub fn gates(gates: &[GateView]) {
    gates.iter().for_each(|gate| println!("{}", line(gate)));
}

fn line(gate: &GateView) -> String {
    let breaker = match (gate.breaker, gate.open_until_ms) {
        (BreakerView::Off, _) => "no breaker".to_owned(),
        (BreakerView::Closed, _) => "breaker closed".to_owned(),
        (BreakerView::HalfOpen, _) => format!("{NOTE}breaker half open{NOTE:#}: one call finds out"),
        (BreakerView::Open, until_ms) => {
            format!("{BAD}breaker open{BAD:#} until {}", until_ms.map(time).unwrap_or_default())
        }
    };
    let tokens = gate.tokens.map(|tokens| format!(" · {tokens:.1} requests to spare")).unwrap_or_default();
    format!("connection {NOTE}{}{NOTE:#}: {breaker} · {} calls wait{tokens}", gate.connection, gate.waiting)
}
