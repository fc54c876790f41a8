//! The real transport against real servers on loopback: what is seen on the wire, and what becomes of every fault.
//!
//! Not here: what a component may ask for (the capability's own tests).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod addresses;
mod keys;
mod loading;
mod refusals;
mod schemes;
mod stage;
mod tls;
mod tokens;
mod webhooks;
mod wire;
